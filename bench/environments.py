"""The virtual environments that contenders run in: one each under .cache/bench, made once."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.contender import NotAvailable
from tools.settings import process_environment

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
MARK = "complete"


def venv(name: str, wanted: Sequence[str], cache: Path = CACHE) -> Path:
    """Return a folder with a Python that has the wanted packages, byte-compiled so that none starts colder.

    wanted: lines as in a requirements file. Raises NotAvailable with the installer's last line.
    """
    digest = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()[:12]
    folder = cache / f"{name}-{digest}"
    with locked(cache / f"{name}.lock"):
        if not ((folder / MARK).exists() and (folder / "bin" / "python").exists()):
            _install(name, folder, wanted)
    return folder


def made(name: str, folder: Path, command: Sequence[str], env: Mapping[str, str]) -> Path:
    """Return a folder that a command writes, run once; it gets a folder to write as its last argument.

    env: beside this process's own. Raises NotAvailable with the command's last line.
    """
    with locked(folder.with_name(f"{name}.lock")):
        if not folder.exists():
            half = folder.with_name(f"{folder.name}.part")
            shutil.rmtree(half, ignore_errors=True)
            _run(name, [*command, str(half)], env)
            half.rename(folder)
    return folder


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold a lock file: two runs may want the same folder at once. Raises NotAvailable."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held = lock.open("w")
    except OSError as error:
        raise NotAvailable(f"{lock.stem} can't be installed: {error}") from error
    with held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def pins(requirements: Path) -> list[str]:
    """Return a requirements file's lines but for comments and blank ones."""
    stripped = (line.partition("#")[0].strip() for line in requirements.read_text().splitlines())
    return [line for line in stripped if line]


def _install(name: str, folder: Path, wanted: Sequence[str]) -> None:
    uv = (sys.executable, "-m", "uv")
    _run(name, [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
    python = ("--python", str(folder / "bin" / "python"))
    _run(name, [*uv, "pip", "install", "--quiet", "--compile-bytecode", *python, *wanted])
    (folder / MARK).touch()


def _run(name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. Raises NotAvailable."""
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        command,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        env=process_environment(**(env or {})),
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise NotAvailable(f"{name} can't be installed: {said[-1].strip()}")
