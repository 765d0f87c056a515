"""The metrics server of a training: on this machine alone, for as long as the training runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server

from training.errors import TrainingError

HOST = "127.0.0.1"


@contextmanager
def serving(registry: CollectorRegistry, port: int) -> Iterator[str]:
    """Serve a registry on a port, 0 for any free one; give its address, and close it at the end.

    Raises TrainingError, which names the option, where nothing can listen there.
    """
    try:
        server, thread = start_http_server(port, HOST, registry)
    except OSError as error:
        raise TrainingError(
            f"--metrics-port {port}: nothing can listen on {HOST}:{port} ({error.strerror}); "
            "take another port, or 0 for any free one"
        ) from error
    try:
        yield f"http://{HOST}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
