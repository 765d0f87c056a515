"""/v2: the Open Inference Protocol, which clients of Triton, KServe and MLServer speak."""

from typing import Any

from mlapi.compat.inference.routes import blueprint
from mlapi.service import Service

__all__ = ["blueprint", "paths"]


def paths(service: Service) -> dict[str, Any]:
    """Return the addresses' descriptions."""
    # A cold start answers without them.
    from mlapi.compat.inference import described

    return described.paths(service)
