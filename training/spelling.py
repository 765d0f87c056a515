"""How bundle.json is spelled: one top-level key a line."""

import json
from typing import Any


def render(card: dict[str, Any]) -> bytes:
    """Return the bytes of bundle.json; ValueError where a number is not finite."""
    lines = [f"{json.dumps(key)}: {_spell(value)}" for key, value in card.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _spell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
