"""What a Dockerfile would put into an image, done in a folder: enough of Docker for ours, and no more."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "observability" / "docker"


@dataclass(frozen=True)
class Step:
    """One instruction of one stage; the last stage is the image."""

    stage: int
    word: str
    rest: str


def steps(name: str) -> list[Step]:
    """Return the instructions of a Dockerfile."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (DOCKER / f"{name}.Dockerfile").read_text())
    found, stage = [], -1
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            stage += word == "FROM"
            found.append(Step(stage, word, " ".join(rest.split())))
    return found


def of_image(name: str, word: str) -> list[str]:
    """Return what follows a word in the last stage."""
    read = steps(name)
    return [step.rest for step in read if step.stage == read[-1].stage and step.word == word]


def command(name: str) -> list[str]:
    """Return what a container starts with."""
    told: list[str] = json.loads(of_image(name, "CMD")[0])
    return told


def context(name: str) -> list[PurePosixPath]:
    """Return the files of the repository that the build may see."""
    lines = (DOCKER / f"{name}.Dockerfile.dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    tops = {pattern[1:].split("/")[0] for pattern in patterns if pattern.startswith("!")}
    paths = (path.relative_to(ROOT) for top in sorted(tops) for path in _files(ROOT / top))
    return [PurePosixPath(path) for path in paths if not _ignored(PurePosixPath(path), patterns)]


def copied(name: str, arguments: str, folder: Path) -> None:
    """Do one COPY from the repository into the image's folder."""
    *sources, target = arguments.split()
    for source in sources:
        files = [path for path in context(name) if path.is_relative_to(source.rstrip("/"))]
        assert files, f"{name}: {source} is not in the build's context"
        for path in files:
            inner = path.relative_to(source) if source.endswith("/") else PurePosixPath(path.name)
            place = folder / target / inner
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, place)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "node_modules":
            yield from _files(path)
        elif path.is_file():
            yield path


def _ignored(path: PurePosixPath, patterns: list[str]) -> bool:
    """Tell whether the last pattern that matches, as Docker goes by, leaves a path out."""
    out = False
    for pattern in patterns:
        if _matches(path, pattern.removeprefix("!")):
            out = not pattern.startswith("!")
    return out


def _matches(path: PurePosixPath, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("**/"):
        return pattern[3:] in path.parts
    return path.is_relative_to(pattern)
