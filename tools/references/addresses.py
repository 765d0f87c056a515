"""An OpenAPI document as a page: an address under each heading, then the shapes that they share."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.references import MADE
from tools.references.markdown import anchor, sentence, table
from tools.references.shapes import fields, taken

Json = Mapping[str, Any]
_PLACES = {"query": "in the query", "path": "in the path", "header": "as a header"}


def page(preface: str, document: Json) -> str:
    """Return the page of a document, after a preface in Markdown with its title."""
    operations = [
        (f"{method.upper()} {path}", said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]
    shared = document["components"]["responses"]
    parts = [preface.rstrip(), MADE, _overview(operations)]
    parts += [part for title, said in operations for part in _operation(title, said, shared)]
    schemas = document["components"]["schemas"]
    parts += ["## Shapes"]
    parts += [part for name, schema in schemas.items() for part in _shape(name, schema)]
    return "\n\n".join(parts) + "\n"


def _overview(operations: list[tuple[str, Json]]) -> str:
    rows = [(f"[`{title}`](#{anchor(title)})", said["summary"]) for title, said in operations]
    return table(("address", "what it is"), rows)


def _operation(title: str, said: Json, shared: Json) -> Iterator[str]:
    yield f"## {title}"
    yield sentence(said["summary"])
    parameters = said.get("parameters", [])
    if parameters:
        yield table(("parameter", "takes", ""), [_parameter(each) for each in parameters])
    if "requestBody" in said:
        yield "Takes " + "; ".join(_contents(said["requestBody"]["content"])) + "."
    yield table(("status", "answer", "content"), list(_responses(said["responses"], shared)))


def _parameter(said: Json) -> tuple[str, str, str]:
    place = _PLACES[said["in"]] + (", required" if said.get("required") else "")
    words = [word for word in (place, said.get("description", "")) if word]
    return f"`{said['name']}`", taken(said["schema"]), "; ".join(words)


def _responses(responses: Json, shared: Json) -> Iterator[tuple[str, str, str]]:
    """Yield one row for all statuses that are answered alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for status, response in responses.items():
        said = shared[response["$ref"].rsplit("/", 1)[1]] if "$ref" in response else response
        content = "; ".join(_contents(said.get("content", {})))
        alike.setdefault((said["description"], content), []).append(status)
    for (description, content), statuses in alike.items():
        yield ", ".join(statuses), description, content


def _contents(content: Json) -> Iterator[str]:
    for kind, said in content.items():
        yield f"`{kind}`: {taken(said['schema'])}"


def _shape(name: str, schema: Json) -> Iterator[str]:
    yield f"### {name}"
    rows = list(fields(schema))
    if rows:
        yield table(("field", "holds", ""), rows)
    else:
        yield sentence(taken(schema))
