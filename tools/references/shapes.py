"""A JSON Schema in words, for the cells of a table."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tools.references.markdown import anchor

Json = Mapping[str, Any]
_WORDS = {"string": "text", "integer": "whole number"}
_FORMATS = {"date-time": "time (RFC 3339)"}


def taken(schema: Json) -> str:
    """Return what a schema takes."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{anchor(name)})"
    for either in ("oneOf", "anyOf"):
        if either in schema:
            return " or ".join(dict.fromkeys(taken(each) for each in schema[either]))
    if "const" in schema:
        return _value(schema["const"])
    if "enum" in schema:
        return ", ".join(_value(each) for each in schema["enum"])
    return _typed(schema)


def fields(schema: Json, before: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (name, what it holds, words) for every field, and for the fields that it has itself."""
    required = schema.get("required", ())
    for name, said in schema.get("properties", {}).items():
        words = [said.get("description", ""), said.get("x-unit", "")]
        words += [] if name in required else ["may be left out"]
        yield f"`{before}{name}`", taken(said), ", ".join(word for word in words if word)
        for inner, ending in _inside(said):
            yield from fields(inner, f"{before}{name}{ending}.")


def _inside(schema: Json) -> Iterator[tuple[Json, str]]:
    """Yield the objects that a field holds directly, with what stands after the field's name."""
    for each in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if "properties" in each:
            yield each, ""
        if "properties" in each.get("items", {}):
            yield each["items"], "[]"


def _typed(schema: Json) -> str:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds:
        return "anything"
    return " or ".join(_kind(kind, schema) for kind in kinds)


def _kind(kind: str, schema: Json) -> str:
    if kind == "array":
        return _list(schema)
    if kind == "boolean":
        return "`true`, `false`"
    if kind == "string" and "format" in schema:
        return _FORMATS.get(schema["format"], "text")
    if kind == "object":
        return _object(schema)
    word = _WORDS.get(kind, kind)
    return word + _limits(schema) if kind in ("number", "integer") else word


def _object(schema: Json) -> str:
    names = ", ".join(f"`{name}`" for name in schema.get("properties", {}))
    return f"object with {names}" if names else "object"


def _list(schema: Json) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    many = f"{least or 0} to {most:,} " if most is not None else f"{least} or more " if least else ""
    items = schema.get("items", {})
    return f"list of {many}{'objects' if 'properties' in items else taken(items)}"


def _limits(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and high is None:
        return ""
    if high is None:
        return f", {low:,} or more"
    return f", {high:,} or less" if low is None else f", {low:,} to {high:,}"


def _value(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"
