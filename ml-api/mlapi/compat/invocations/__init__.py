"""/invocations: MLflow's scoring protocol, as its own server takes and answers it."""

from mlapi.compat.invocations.described import paths
from mlapi.compat.invocations.routes import blueprint

__all__ = ["blueprint", "paths"]
