"""Keeps the engines in the API's requirements.txt equal to what its bundles need."""

import re
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from training.disk import replace_file
from training.engines import MOST_MIB, Needs, installed_mib, needs
from training.errors import TrainingError

MARK = "# engines:"
NOTE = "(this line and what follows is written by `python -m training pack`)"
MARK_LINE = re.compile(rf"^{MARK}", re.MULTILINE)
PINNED = re.compile(r"^[A-Za-z0-9._-]+(?===)", re.MULTILINE)


class RequirementsFault(TrainingError):
    """The requirements can't be read; says why."""


@dataclass(frozen=True)
class Rewritten:
    """What the file asks for now; mib: what that installs, with all dependencies."""

    path: Path
    needs: Needs
    mib: float
    changed: bool


def rewrite(path: Path, root: Path) -> Rewritten:
    """Write the engines that the bundles below root need; what stands above MARK stays as it is."""
    needed = needs(root)
    before = _text(path)
    after = rewritten(before, needed)
    if after != before:
        replace_file(path.parent, path, after.encode())
    return Rewritten(path, needed, installed_mib(PINNED.findall(after)), after != before)


def check_readable(path: Path) -> None:
    """Raise RequirementsFault where what is at path is no text that can be read; nothing there will do."""
    with suppress(FileNotFoundError):
        _text(path)


def _text(path: Path) -> str:
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
    if said:
        said.append("`python -m training remove NAME` drops a model that you do not serve, such as a demo")
    return said
