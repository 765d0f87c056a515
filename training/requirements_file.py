"""Keeps the engines in the API's requirements.txt, and the lock beside it, equal to what its bundles need."""

import re
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from training.disk import replace_file
from training.engines import MOST_MIB, Needs, installed_mib, needs
from training.errors import TrainingError
from training.locks import cut, read_asked, read_lock

LOCK = ".lock"
MARK = "# engines:"
NOTE = "(this line and what follows is written by `python -m training pack`)"
MARK_LINE = re.compile(rf"^{MARK}", re.MULTILINE)
EVERYTHING = Path(__file__).resolve().parent.parent / "requirements.lock"
PINNED = re.compile(r"^[A-Za-z0-9._-]+(?===)", re.MULTILINE)


class RequirementsFault(TrainingError):
    """The requirements can't be read; says why."""


@dataclass(frozen=True)
class Rewritten:
    """What the file asks for now.

    mib: what that installs, with all dependencies; unlocked: lines whose hashes are not known here.
    """

    path: Path
    needs: Needs
    mib: float
    changed: bool
    unlocked: tuple[str, ...] = ()


def rewrite(path: Path, root: Path) -> Rewritten:
    """Write the engines that the bundles below root need, and the lock; what stands above MARK stays."""
    needed = needs(root)
    before = _text(path)
    after = rewritten(before, needed)
    if after != before:
        replace_file(path.parent, path, after.encode())
    unlocked = _lock(path.with_suffix(LOCK), after)
    return Rewritten(path, needed, installed_mib(PINNED.findall(after)), after != before, unlocked)


def _lock(path: Path, requirements: str) -> tuple[str, ...]:
    """Write what the root's lock holds of some requirements; return the lines that it does not hold."""
    every = read_lock(EVERYTHING.read_text(encoding="utf-8")) if EVERYTHING.exists() else ()
    part = cut(every, read_asked(requirements))
    data = part.text.encode()
    try:
        if not (path.exists() and path.read_bytes() == data):
            replace_file(path.parent, path, data)
    except OSError as error:
        raise RequirementsFault(f"the lock {path} can't be written: {error.strerror}") from error
    return part.missing


def check_readable(path: Path) -> None:
    """Raise RequirementsFault where what is at path is no text that can be read; nothing there will do."""
    with suppress(FileNotFoundError):
        _text(path)


def _text(path: Path) -> str:
    if path.suffix == LOCK:
        raise RequirementsFault(f"{path} is a lock, which is written; name the requirements beside it")
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RequirementsFault(f"the requirements {path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequirementsFault(f"the requirements {path} are no text in UTF-8") from error


def rewritten(text: str, needed: Needs) -> str:
    """Return the text of a requirements file with the engines that are needed."""
    kept = MARK_LINE.split(text)[0]
    if kept and not kept.endswith("\n"):
        kept += "\n"
    engines = ", ".join(needed.engines) or "none"
    pins = [f"{package}=={metadata.version(package)}" for package in needed.packages()]
    return "\n".join([f"{kept}{MARK} {engines} {NOTE}", *pins]) + "\n"


def warnings(result: Rewritten) -> list[str]:
    """Return what a person must know before deploying this."""
    said = []
    if len(result.needs.engines) > 1:
        onnx, pickled = (", ".join(result.needs.models[engine]) for engine in ("onnx", "sklearn"))
        said.append(f"two engines are deployed: ONNX Runtime for {onnx}; scikit-learn for {pickled}")
    if result.mib > MOST_MIB:
        said.append(
            f"{result.path.name} installs {result.mib:.0f} MiB, more than the {MOST_MIB} MiB that Vercel "
            "builds in: packages are then installed at every cold start"
        )
    if result.unlocked:
        said.append(
            f"the hashes of {', '.join(result.unlocked)} are not known here, and a deployment without "
            "them is refused: `make lock` asks for them"
        )
    if len(result.needs.engines) > 1 or result.mib > MOST_MIB:
        said.append("`python -m training remove NAME` drops a model that you do not serve, such as a demo")
    return said
