"""Installs what a folder asks for as the platform would, into a cache: the platform's Python, Linux, wheels.

A cached folder is complete or not there: it is made beside its place and renamed.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.progress import working
from training.doctor.platform import TARGET
from training.doctor.requirements import Asked
from training.errors import TrainingError

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "doctor"
FRESH_SECONDS = 24 * 3600  # Dependencies without a pin move on.
MADE = "resolved-"
STAGING = "resolving-"
MOST_SECONDS = 900
MOST_LINES = 12
UNREACHABLE = ("Failed to fetch", "network was disabled", "Failed to download")


class Unreachable(TrainingError):
    """No package index could be asked; nothing is known of the requirements."""


@dataclass(frozen=True)
class Order:
    """What to install, for which Python, and whether a cached copy may serve."""

    folder: Path
    asked: Asked
    python: str
    fresh: bool
    cache: Path

    @property
    def place(self) -> Path:
        """Return the cached copy's folder."""
        wanted = b"\0".join([self.asked.text, self.python.encode(), TARGET.encode()])
        return self.cache / f"{MADE}{hashlib.sha256(wanted).hexdigest()[:16]}"


def resolved(order: Order, uv: str | None, now: float) -> Path:
    """Return a folder of packages; Unreachable, or TrainingError in the resolver's words."""
    if not order.fresh and is_fresh(order.place, now):
        return order.place
    if uv is None:
        raise Unreachable("uv is not installed (pip install uv)")
    try:
        order.cache.mkdir(parents=True, exist_ok=True)
        _forget(order.cache, now)
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=order.cache) as made:
            with working(f"installing what {order.asked.file} asks for into {order.cache}"):
                _install(order, uv, Path(made) / "site")
            _put(Path(made) / "site", order.place)
    except OSError as error:
        raise TrainingError(f"{order.cache} can't be written: {error.strerror}") from error
    return order.place


def find_uv() -> str | None:
    """Return the resolver's program: the one installed beside this Python, else the one on PATH."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def is_fresh(place: Path, now: float) -> bool:
    """Return whether a cached copy is there and less than a day old."""
    try:
        return 0 <= now - place.stat().st_mtime < FRESH_SECONDS
    except (FileNotFoundError, NotADirectoryError):
        return False


def _install(order: Order, uv: str, site: Path) -> None:
    platform = ["--python-version", order.python, "--python-platform", TARGET, "--only-binary", ":all:"]
    quiet = ["--no-compile-bytecode", "--quiet", "--no-progress", "--color", "never"]
    # Without a Python of its own, uv looks for one and may stumble over a broken one.
    where = ["--python", sys.executable, "--target", str(site)]
    command = [uv, "pip", "install", *quiet, *where, *platform, "-r", order.asked.file]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, and the person's own requirements
            command, cwd=order.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Unreachable(f"uv did not end within {MOST_SECONDS // 60} minutes") from error
    said = done.stderr.decode(errors="replace")
    if done.returncode:
        raise _refusal(order.asked.file, said or f"uv ended with {done.returncode}")
    site.mkdir(exist_ok=True)  # Nothing is asked for, nothing is made.


def _refusal(file: str, said: str) -> TrainingError:
    """Return what the resolver said, and whether it was of the requirements or of the network."""
    lines = [line.rstrip().removeprefix("error: ") for line in said.splitlines() if line.strip()]
    away = [line for line in lines if any(words in line for words in UNREACHABLE)]
    if away:
        return Unreachable(away[0])
    return TrainingError(f"{file} can't be resolved: {lines[0]}", *lines[1:MOST_LINES])


def _put(made: Path, place: Path) -> None:
    """Rename a finished copy into its place; another run may put an equal one there at the same time."""
    made.touch()
    with suppress(FileNotFoundError):
        place.rename(made.with_name("old"))
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():
            raise


def _forget(cache: Path, now: float) -> None:
    """Delete copies, and what killed runs left, that are no longer fresh; nothing else that lies there."""
    for each in [*cache.glob(f"{MADE}*"), *cache.glob(f"{STAGING}*")]:
        if not is_fresh(each, now):
            shutil.rmtree(each, ignore_errors=True)  # Another run may be at it.
