"""/v2: the Open Inference Protocol, which clients of Triton, KServe and MLServer speak."""

from mlapi.compat.inference.described import paths
from mlapi.compat.inference.routes import blueprint

__all__ = ["blueprint", "paths"]
