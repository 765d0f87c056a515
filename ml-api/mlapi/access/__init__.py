"""Who may call, how often, and what is open to everybody."""

from mlapi.access.doors import announce, open_doors

__all__ = ["announce", "open_doors"]
