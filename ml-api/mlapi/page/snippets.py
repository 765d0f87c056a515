"""The example as three clients would send it; public/assets/snippets.js writes the same from the form."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PLACEHOLDER = "YOUR_API_KEY"
"""Where a caller puts a key: the page knows none, and shows none that was typed."""
_WORDS = {True: "True", False: "False", None: "None"}


@dataclass(frozen=True)
class Snippet:
    """Code that can be copied; `id` is that of its element."""

    id: str
    title: str
    text: str


def snippets(bundle: Mapping[str, Any], base_url: str, *, keyed: bool) -> list[Snippet]:
    """Return the example in every client's language; keyed: predictions ask for a key."""
    query = urlencode({"model": bundle["name"], "version": bundle["version"]})
    address = f"{base_url.rstrip('/')}/api/predict?{query}"
    row = bundle["input"]["examples"][0]
    return [
        Snippet("curl", "curl", curl(address, row, keyed=keyed)),
        Snippet("python", "Python", python(address, row, keyed=keyed)),
        Snippet("javascript", "JavaScript", javascript(address, row, keyed=keyed)),
    ]


def curl(address: str, row: Mapping[str, Any], *, keyed: bool) -> str:
    """Return a command for a POSIX shell."""
    body = _object(row, "", "  ", _json, _json)
    words = [f"curl {_quoted(address)}", f"-H {_quoted('Content-Type: application/json')}"]
    words += [f"-H {_quoted(f'Authorization: Bearer {PLACEHOLDER}')}"] if keyed else []
    return " \\\n  ".join([*words, f"-d {_quoted(body)}"])


def python(address: str, row: Mapping[str, Any], *, keyed: bool) -> str:
    """Return a script that needs the requests package."""
    key = f'    headers={{"Authorization": "Bearer {PLACEHOLDER}"}},\n' if keyed else ""
    body = _object(row, "    ", "        ", _python, _python, last=",")
    return (
        "import requests\n\n"
        "response = requests.post(\n"
        f"    {_python(address)},\n{key}"
        f"    json={body},\n"
        "    timeout=30,\n"
        ")\n"
        "print(response.json())\n"
        "response.raise_for_status()"
    )


def javascript(address: str, row: Mapping[str, Any], *, keyed: bool) -> str:
    """Return a module, for a browser's console or for Node 18 and newer."""
    key = f'\n    "Authorization": "Bearer {PLACEHOLDER}",' if keyed else ""
    body = _object(row, "  ", "    ", _json, _own_name, last=",")
    return (
        f"const response = await fetch({_json(address)}, {{\n"
        '  method: "POST",\n'
        f'  headers: {{\n    "Content-Type": "application/json",{key}\n  }},\n'
        f"  body: JSON.stringify({body}),\n"
        "});\n"
        "console.log(response.status, await response.json());"
    )


def _object(
    row: Mapping[str, Any],
    outer: str,
    inner: str,
    literal: Callable[[Any], str],
    name: Callable[[str], str],
    last: str = "",
) -> str:
    """Return a row with one line per value; last: what stands after the last of them."""
    lines = [f"{inner}{name(key)}: {literal(value)}" for key, value in row.items()]
    return "{\n" + ",\n".join(lines) + f"{last}\n{outer}}}" if lines else "{}"


def _json(value: Any) -> str:
    """Return a value as JSON, which JavaScript reads as well."""
    return _plain(value, lambda character: json.dumps(character)[1:-1])


def _python(value: Any) -> str:
    """Return a value as Python spells it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return _plain(value, _python_escape)


def _plain(value: Any, escape: Callable[[str], str]) -> str:
    """Return a text in quotes, or a number; what can't be seen in a text is spelled out, lest it deceive."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else escape(each) for each in text)


def _python_escape(character: str) -> str:
    """Return a character by its number: Python has no pairs of surrogates, as JSON has."""
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _own_name(name: str) -> str:
    """Return a property's name; a plain __proto__ would set the object's prototype instead."""
    return f"[{_json(name)}]" if name == "__proto__" else _json(name)


def _quoted(text: str) -> str:
    """Return text as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
