"""The door in OpenAPI."""

from typing import Any

Schema = dict[str, Any]
SCHEMES: Schema = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "a key, where API_KEYS is set"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "the same key"},
}


def guarded(operation: Schema, *, keyed: bool, limited: bool) -> Schema:
    """Return the description of an address behind the door, which refuses in the address's own shape."""
    refused = [status for status, asked in (("401", keyed), ("429", limited)) if asked]
    responses = operation["responses"] | dict.fromkeys(refused, operation["responses"]["400"])
    security: Schema = {"security": [{name: []} for name in SCHEMES]} if keyed else {}
    return operation | security | {"responses": dict(sorted(responses.items()))}
