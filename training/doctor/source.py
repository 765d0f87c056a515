"""Which modules a folder's own code imports, found by reading it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """The first names of all modules that the code imports anywhere, and what can't be read as Python."""

    imports: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()


def read_source(folder: Path, files: Iterable[str]) -> Source:
    """Return what the Python files among a folder's files import."""
    imports: set[str] = set()
    faults: list[str] = []
    for name in files:
        if name.endswith(".py"):
            try:
                imports |= set(_imports(ast.parse((folder / name).read_bytes())))
            except SyntaxError as error:
                faults.append(f"{name}:{error.lineno or 1} is no Python: {error.msg}")
            except (ValueError, RecursionError, MemoryError):  # The last two: nested too deep.
                faults.append(f"{name} is no Python")
            except OSError as error:
                faults.append(f"{name} can't be read: {error.strerror}")
    return Source(frozenset(imports), tuple(faults))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
