"""The environment that MLflow reads, which must be set before it is imported."""

import os
from collections.abc import MutableMapping

ALWAYS = {
    # No network beyond the tracking server.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
# MLflow's own are 7 retries of 120 s each: a training would hang for minutes on a server that died.
UNLESS_SET = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    # What it logs as an error, with pages of SQL, it raises as well.
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
}


def prepare(env: MutableMapping[str, str] = os.environ) -> None:  # noqa: TID251 - the one place
    """Keep MLflow quiet, quick to give up, and off any network but the tracking server's."""
    env.update(ALWAYS)
    for name, value in UNLESS_SET.items():
        env.setdefault(name, value)
