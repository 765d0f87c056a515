"""Which files a deployment needs, and whether Git has them, for those who deploy by a push."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.deploying.finding import Finding, ok, unchecked, warning
from training.doctor.files import read_files
from training.errors import TrainingError

DOTTED = {".npmrc", ".python-version"}
BUILT = "monitor/static/"
"""What the build makes, which is why Git ignores it."""
MOST_SHOWN = 3


def needed(folder: Path) -> set[str]:
    """Return the files that a deployment can't do without: of its function, its build, and public ones."""
    try:
        inside = {*read_files(folder).sizes}
    except TrainingError:  # What can't be read is said by who weighs it.
        inside = set()
    public = {
        path.relative_to(folder).as_posix() for path in (folder / "public").rglob("*") if path.is_file()
    }
    every = inside | public | {"package-lock.json"} & {path.name for path in folder.glob("*.json")}
    return {name for name in every if not _is_private(name) and not name.startswith(BUILT)}


def _is_private(name: str) -> bool:
    return name not in DOTTED and any(part.startswith(".") for part in name.split("/"))


def commit_finding(folder: Path) -> Finding:
    """Return whether what a deployment needs is committed as it is here."""
    about = f"{folder.name} in Git"
    kept = _kept(folder)
    if kept is None:
        return unchecked(about, "this is no work tree of Git, or git is not on PATH")
    if missing := sorted(needed(folder) - kept):
        said = f"lacks {shown(missing)} as it is here: a deployment by a push would, too"
        return warning(about, said, "git add --force" if _ignored(folder, missing) else "git add, and commit")
    return ok(about, "has all files that are needed")


def shown(names: Sequence[str]) -> str:
    """Return some names, and how many more there are."""
    rest = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(names[:MOST_SHOWN]) + rest


def _kept(folder: Path) -> set[str] | None:
    known = _git(folder, "ls-files", "-z", "--", ".")
    if known is None:
        return None
    changed = _git(folder, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    # Without a commit there is no HEAD, and nothing is kept.
    return set() if changed is None else {*known.split("\0")} - {*changed.split("\0")}


def _ignored(folder: Path, names: Sequence[str]) -> bool:
    return bool(_git(folder, "check-ignore", "--", *names[:MOST_SHOWN]))


def _git(folder: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S603
    return done.stdout.decode(errors="replace") if done.returncode in (0, 1) else None
