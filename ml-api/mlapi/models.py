"""Every model and version of the artifacts folder: verified at start, loaded on first use."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np

from mlapi.bins import Bins
from mlapi.bundle import Bundle, BundleFault, newest_first, open_bundle, read_failed_run, read_index
from mlapi.engine import Engine, EngineFault, NoAnswer, load_engine
from mlapi.faults import RowCheck
from mlapi.payload import Reader
from mlapi.predict import Plan, class_name, plan, predict

State = Literal["ready", "verified", "broken"]


class UnknownModel(KeyError):
    """No such model or version."""


class BrokenModel(Exception):
    """A model that can't be served; the message says why and names the file."""


@dataclass(frozen=True)
class Model:
    """A bundle with its engine loaded and its goldens answered right."""

    bundle: Bundle
    engine: Engine
    read: Reader
    plan: Plan
    bins: Bins

    @cached_property
    def key(self) -> tuple[str, str]:
        """Return its name and version, under which it is counted."""
        return self.bundle.name, self.bundle.version

    def knows(self, rows: list[dict[str, Any]]) -> bool:
        """Tell whether every row is a golden one: then it was a monitor that asked, and nobody can hide."""
        goldens = [golden["input"] for golden in self.bundle.card["goldens"]]
        return len(rows) <= len(goldens) and all(row in goldens for row in rows)


@dataclass
class Slot:
    """One version of one model. Its lock makes sure that it is loaded once, whoever asks first."""

    name: str
    version: str
    bundle: Bundle | None = None
    fault: str = ""
    model: Model | None = None
    load_seconds: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def state(self) -> State:
        """Return whether it is loaded, verified but not asked for yet, or broken."""
        if self.fault:
            return "broken"
        return "ready" if self.model else "verified"


class Models:
    """The models that a deployment serves. Safe for any number of threads."""

    def __init__(self, artifacts: Path, *, allow_pickle: bool, max_rows: int) -> None:
        self._allow_pickle = allow_pickle
        self._max_rows = max_rows
        self.faults: dict[str, str] = {}
        self._slots: dict[str, dict[str, Slot]] = {}
        self.failed_runs: dict[str, dict[str, Any]] = {}
        try:
            index = read_index(artifacts)
        except BundleFault as error:
            self.faults["index.json"] = str(error)
            index = {}
        for name in sorted(index):
            self._slots[name] = _open_all(artifacts / name, index[name])
            self._read_failed_run(artifacts, name)

    def __iter__(self) -> Iterator[Slot]:
        return (slot for versions in self._slots.values() for slot in versions.values())

    def slot(self, name: str, version: str | None) -> Slot:
        """Return a version of a model, the newest one where none is named. Raises UnknownModel."""
        versions = self._slots.get(name)
        if not versions:
            raise UnknownModel(name)
        if version is None:
            return next(iter(versions.values()))
        if version not in versions:
            raise UnknownModel(version)
        return versions[version]

    def ready(self, slot: Slot) -> Model:
        """Return a slot's model, loading it on first use. Raises BrokenModel."""
        if slot.model is not None:
            return slot.model
        with slot.lock:
            if slot.model is None and slot.bundle is not None and not slot.fault:
                begun = perf_counter()
                try:
                    slot.model = self._load(slot.bundle)
                    slot.load_seconds = perf_counter() - begun
                except (BundleFault, EngineFault) as error:
                    slot.fault = str(error)
        if slot.model is None:
            raise BrokenModel(slot.fault)
        return slot.model

    def _load(self, bundle: Bundle) -> Model:
        try:
            engine = load_engine(bundle, allow_pickle=self._allow_pickle)
            asked = plan(bundle.card)
            check_goldens(bundle, asked, engine)
            reader = Reader(bundle.card["features"], RowCheck(bundle.card["input"]), self._max_rows)
            bins = Bins((bundle.name, bundle.version), bundle.card["baseline"])
        except BundleFault:
            raise
        except EngineFault as error:
            raise EngineFault(f"{bundle.name}/{bundle.version} {error}") from error
        except Exception as error:  # Whatever is wrong with a bundle, it stops this bundle alone.
            file = "model.onnx" if bundle.card["engine"]["name"] == "onnx" else "model.joblib"
            said = f"{bundle.name}/{bundle.version} bundle.json and {file} don't fit together"
            raise EngineFault(f"{said} ({type(error).__name__})") from error
        return Model(bundle, engine, reader, asked, bins)

    def _read_failed_run(self, artifacts: Path, name: str) -> None:
        try:
            failed = read_failed_run(artifacts, name)
        except BundleFault as error:
            self.faults[f"{name}/failed-run.json"] = str(error)
        else:
            if failed is not None:
                self.failed_runs[name] = failed


def _open_all(folder: Path, versions: dict[str, str]) -> dict[str, Slot]:
    return {v: _open(folder / v, versions[v]) for v in newest_first(versions)}


def _open(folder: Path, expected: str) -> Slot:
    slot = Slot(folder.parent.name, folder.name)
    try:
        slot.bundle = open_bundle(folder, expected)
    except BundleFault as error:
        slot.fault = str(error)
    return slot


def check_goldens(bundle: Bundle, asked: Plan, engine: Engine) -> None:
    """Ask the engine what scikit-learn was asked when the bundle was made.

    Raises EngineFault where an answer differs by more than the bundle's tolerance.
    """
    goldens = bundle.card["goldens"]
    if not goldens:
        raise EngineFault("has no golden rows")
    wrong = _wrong(bundle, asked, engine, goldens)
    if wrong:
        raise EngineFault(f"answers {wrong} of {len(goldens)} golden rows wrong")
    # One row alone, and more than there are: no answer may hang on how many others are asked with it.
    for others in (goldens[:1], [*goldens, *goldens]):
        if _wrong(bundle, asked, engine, others):
            raise EngineFault("answers golden rows otherwise in calls of another size")


def _wrong(bundle: Bundle, asked: Plan, engine: Engine, goldens: list[dict[str, Any]]) -> int:
    """Return how many golden rows are answered wrong in one call. Raises EngineFault."""
    try:
        answers = predict(asked, engine, [golden["input"] for golden in goldens]).answers
    except NoAnswer as error:
        raise EngineFault("has no finite answer to its golden rows") from error
    return sum(not _agree(bundle, *pair) for pair in zip(goldens, answers, strict=True))


def _agree(bundle: Bundle, golden: dict[str, Any], answer: dict[str, Any]) -> bool:
    tolerance = bundle.card["tolerance"]["absolute"]
    if bundle.card["task"] == "regression":
        return bool(abs(golden["prediction"] - answer["prediction"]) <= tolerance)
    names = [class_name(label) for label in bundle.card["output"]["classes"]]
    expected, given = golden.get("probabilities"), answer["probabilities"]
    if golden["prediction"] != answer["prediction"] or (expected is None) != (given is None):
        return False
    return expected is None or bool(
        np.allclose([expected[n] for n in names], [given[n] for n in names], rtol=0, atol=tolerance)
    )
