"""/invocations: MLflow's scoring protocol, as its own server takes and answers it."""

from typing import Any

from mlapi.compat.invocations.routes import blueprint
from mlapi.service import Service

__all__ = ["blueprint", "paths"]


def paths(service: Service) -> dict[str, Any]:
    """Return the addresses' descriptions."""
    # A cold start answers without them.
    from mlapi.compat.invocations import described

    return described.paths(service)
