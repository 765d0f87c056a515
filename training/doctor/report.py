"""What doctor prints: aligned columns and sentences, the same on a terminal and in a file."""

from collections.abc import Iterable, Iterator, Sequence

from training.doctor.distributions import Distribution
from training.doctor.files import Files
from training.doctor.interpreter import Interpreter
from training.doctor.platform import RUNTIME
from training.doctor.start import Start
from training.doctor.weights import Weights
from training.engines import MIB

ROWS = 10
SMALL = 0.05 * MIB
Rows = Sequence[tuple[str, ...]]


def size_lines(weights: Weights, files: Files) -> Iterator[str]:
    """Return what weighs: the parts, then each package, then the folder's own files."""
    packages = sorted(weights.installed.values(), key=lambda each: -each.bytes)
    rows = [_package(weights, each) for each in packages if each.bytes >= SMALL]
    small = [each for each in packages if each.bytes < SMALL]
    if small:
        total = sum(each.bytes for each in small)
        rows.append((_mib(total), "", f"{len(small)} smaller ones", ""))
    parts = {"packages": weights.bytes, "own files": files.bytes, "the platform's runtime and pip": RUNTIME}
    yield from _table(("MiB", "in all"), [(_mib(size), part) for part, size in parts.items()])
    yield ""
    if rows:
        yield from _table(("MiB", "with its needs", "package", "asked for by"), rows)
        yield ""
    yield from _table(("MiB", "the folder's own files"), _own(files))


def start_lines(start: Start, interpreter: Interpreter) -> Iterator[str]:
    """Return what the start imports, the dearest first."""
    costs = start.costs[:ROWS]
    rows = [(f"{each.seconds * 1000:.0f}", str(each.modules), each.owner) for each in costs]
    rest = start.costs[ROWS:]
    if rest:
        seconds = sum(each.seconds for each in rest)
        rows.append((f"{seconds * 1000:.0f}", str(sum(each.modules for each in rest)), f"{len(rest)} others"))
    yield from _table(("ms", "modules", "imported at start"), rows)
    which = "with the packages above and no compiled caches, as on the platform"
    if interpreter.site is None:
        which = "with what is installed for it here, caches and all: the platform's will differ"
    many = f"median of {start.runs} fresh processes" if start.runs > 1 else "in one fresh process"
    yield f"{start.seconds * 1000:.0f} ms until `app` was there: {many} on this machine,"
    yield f"Python {interpreter.version} {which}."


def sentences(heading: str, said: Iterable[str]) -> Iterator[str]:
    """Return sentences under a heading; nothing where there are none."""
    lines = list(said)
    if lines:
        yield from ("", heading, *(f"- {line}" for line in lines))


def _package(weights: Weights, each: Distribution) -> tuple[str, ...]:
    line = weights.asked.line(each.name)
    asked_by = [*([line.place] if line else []), *weights.parents(each.name)]
    named = f"{each.name} {each.version}"
    return _mib(each.bytes), _mib(weights.brings(each.name)), named, ", ".join(asked_by)


def _own(files: Files) -> Rows:
    parts = sorted(files.by_part().items(), key=lambda part: -part[1])
    rows = [(_mib(size), name) for name, size in parts if size >= SMALL][:ROWS]
    rest = parts[len(rows) :]
    if rest:
        rows.append((_mib(sum(size for _, size in rest)), f"{len(rest)} {'smaller' if rows else 'in all'}"))
    return rows


def _mib(size: float) -> str:
    return f"{size / MIB:.1f}"


def _table(heads: tuple[str, ...], rows: Rows) -> Iterator[str]:
    """Return lines of columns: numbers to the right, words to the left."""
    columns = list(zip(*rows, strict=True))
    signs = [">" if all(map(_is_number, column)) else "<" for column in columns]
    widths = [max(map(len, (head, *column))) for head, column in zip(heads, columns, strict=True)]
    for row in (heads, *rows):
        cells = zip(row, signs, widths, strict=True)
        yield "  ".join(f"{cell:{sign}{width}}" for cell, sign, width in cells).rstrip()


def _is_number(cell: str) -> bool:
    return not cell or cell.replace(".", "").isdigit()
