"""Shapes of JSON: written once, read by people on docs/compat.md and held against real answers."""

import json
import math
from typing import Any

Shape = dict[str, Any] | list[Any] | tuple[Any] | str
"""Keys -> shapes; a list of one shape, or (shape,) for exactly one element; or a leaf.

Leaves are `number`, `text`, `boolean`, `object`, `list`, `null`, `number or null`, `true`, `"healthy"`.
"""
ANY = "..."
"""As a key: any other keys, all of this shape. A key that ends in ? may be absent."""


def in_words(shape: Shape) -> str:
    """Return a shape as the page shows it."""
    if isinstance(shape, dict):
        return "{" + ", ".join(f"{_key(name)}: {in_words(said)}" for name, said in shape.items()) + "}"
    if isinstance(shape, list | tuple):
        return "[" + in_words(shape[0]) + (", ...]" if isinstance(shape, list) else "]")
    return shape


def faults(shape: Shape, value: Any, at: str = "answer") -> list[str]:
    """Return where a value is not of a shape; keys must be exactly those of the shape."""
    if isinstance(shape, dict):
        return _object_faults(shape, value, at) if isinstance(value, dict) else [f"{at} is no object"]
    if isinstance(shape, list | tuple):
        if not isinstance(value, list) or not value:
            return [f"{at} is no list with something in it"]
        if isinstance(shape, tuple) and len(value) > 1:
            return [f"{at} has {len(value)} elements, not one"]
        return [said for number, one in enumerate(value) for said in faults(shape[0], one, f"{at}[{number}]")]
    leaves = shape.split(" or ")
    return [] if any(_is(leaf, value) for leaf in leaves) else [f"{at} is {value!r}, not {shape}"]


def _object_faults(shape: dict[str, Any], value: dict[str, Any], at: str) -> list[str]:
    known = {name.removesuffix("?"): said for name, said in shape.items() if name != ANY}
    said = [f"{at} lacks {name}" for name in sorted(known.keys() & shape.keys() - value.keys())]
    others = value.keys() - known.keys()
    if ANY not in shape:
        said += [f"{at} has {name}" for name in sorted(others)]
    elif not others:
        said.append(f"{at} has nothing beside {sorted(known)}")
    for name, one in value.items():
        if name in known or ANY in shape:
            said += faults(known.get(name, shape.get(ANY, "")), one, f"{at}.{name}")
    return said


def _is(leaf: str, value: Any) -> bool:
    if leaf.startswith('"') or leaf == "true":
        wanted = json.loads(leaf)
        return type(value) is type(wanted) and bool(value == wanted)
    if leaf == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    kinds = {"text": str, "object": dict, "list": list, "boolean": bool, "null": type(None)}
    return isinstance(value, kinds[leaf])


def _key(name: str) -> str:
    optional = "?" * name.endswith("?")
    return name if name == ANY else json.dumps(name.removesuffix("?")) + optional
