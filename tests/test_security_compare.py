"""No secret is compared in a way whose time tells how much of it was right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [*ROOT.glob("ml-api/**/*.py"), *ROOT.glob("monitoring/**/*.py")]
SECRET = re.compile(
    r"(^|_)(secrets?|tokens?|macs?|hmac|signatures?|passwords?|passwd|bearer|authorization|credentials?)(_|$)"
    r"|api_?keys?|digests?$",
    re.IGNORECASE,
)
COMPARES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
METHODS = {"startswith", "endswith", "find", "index", "count", "__eq__", "__contains__"}
# What is no secret although it is called so: how the comparison begins, and why.
PUBLIC = {
    "ml-api/mlapi/receipts.py: _spelled(signed) != token": "a spelling, before any secret is asked",
    "ml-api/mlapi/settings.py: read not in (": "functions that read settings",
    "monitoring/monitor/store/memory.py: lease.token == ": "a number that counts leases",
    "monitoring/monitor/store/sqlite.py: token == lease.token": "a number that counts leases",
}


def names(node: ast.AST) -> Iterator[str]:
    """Yield every name in an expression, and the texts that name headers."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def secret(node: ast.AST) -> bool:
    """Return whether an expression holds what is called as secrets are."""
    return any(map(SECRET.search, names(node)))


def comparisons(text: str) -> Iterator[str]:
    """Yield the comparisons of a source that go by a secret's characters."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare) and any(isinstance(each, COMPARES) for each in node.ops):
            parts = [node.left, *node.comparators]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
        ):
            parts = [*ast.iter_child_nodes(node.func), *node.args]
        elif isinstance(node, ast.match_case):
            parts = [node.pattern]
        else:
            continue
        if any(map(secret, parts)) and not is_of_its_shape(parts):
            yield ast.unparse(node)


def is_of_its_shape(parts: list[ast.expr | ast.pattern]) -> bool:
    """Return whether a length or an absence is compared, which is nothing of what it says."""
    return any(
        (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "len")
        or (isinstance(part, ast.Constant) and part.value in (None, "", b""))
        for part in parts
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("given == f'Bearer {token}'", id="equal"),
        pytest.param("request.headers.get('Authorization') != x", id="a-header"),
        pytest.param("sha256(key).hexdigest() in api_keys", id="in"),
        pytest.param("settings.cron_secret.startswith(said)", id="a-method"),
        pytest.param("_mac(secret, payload) == mac", id="a-signature"),
        pytest.param("x not in self.tokens.values()", id="not-in"),
    ],
)
def test_the_search_finds_what_it_is_for(text: str) -> None:
    """So that its silence below means something."""
    assert list(comparisons(text)) == [text]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hmac.compare_digest(given.encode(), token.encode())", id="in-constant-time"),
        pytest.param("token is not None", id="unset"),
        pytest.param("len(token) > LONGEST", id="a-length"),
        pytest.param("tally == key", id="no-secret"),
    ],
)
def test_the_search_leaves_the_rest_alone(text: str) -> None:
    """A list of exceptions that grows is not read."""
    assert list(comparisons(text)) == []


def test_secrets_are_compared_in_constant_time() -> None:
    """Everywhere in both deployments; what is public is named here with its reason."""
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {said}"
        for path in SOURCES
        for said in comparisons(path.read_text())
    }
    assert [said for said in found if not said.startswith(tuple(PUBLIC))] == []
    # An exception that excuses nothing goes.
    assert [known for known in PUBLIC if not any(said.startswith(known) for said in found)] == []


def test_every_place_that_knows_a_secret_compares_it() -> None:
    """Each use of a secret that callers must know ends at hmac.compare_digest."""
    places = {path.relative_to(ROOT).as_posix() for path in SOURCES if "compare_digest(" in path.read_text()}
    known = {"ml-api/mlapi/access/keys.py", "ml-api/mlapi/receipts.py", "monitoring/monitor/service.py"}
    assert known <= places
