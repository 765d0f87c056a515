"""What a run comes to: everything that was promised, held against what was found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor import slots
from monitor.store import Store, Tables
from monitor.store.redis import RedisStore
from monitor.store.sqlite import SqliteStore
from tests.chaos.books import Books, kept, stored, torn
from tests.chaos.resources import ROOM_DESCRIPTORS, Drift, Sample, descriptors, drift
from tests.chaos.schedule import Step
from tests.chaos.stage import Stage

if TYPE_CHECKING:
    from tests.chaos.run import Load

SPARSE = 10
"""Of so many samples of memory, one goes into the report."""


@dataclass
class Result:
    """What a run found; faults: what must not be, in words."""

    seconds: float = 0.0
    sent: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    books: dict[str, Books] = field(default_factory=dict)
    stored: dict[str, Counter[str]] = field(default_factory=dict)
    recoveries: list[tuple[Step, float]] = field(default_factory=list)
    probes: dict[str, tuple[int, int]] = field(default_factory=dict)
    memory: dict[str, Drift] = field(default_factory=dict)
    descriptors: dict[str, tuple[int, int]] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def close(stage: Stage, load: "Load", result: Result) -> None:
    """Add up, and note every fault."""
    for caller in load.callers:
        result.sent.update(caller.sent)
        result.faults += caller.wrong
    for visitor in load.visitors.values():
        result.visits.update({"answered": visitor.visits, "unanswered": visitor.unanswered})
        result.faults += visitor.wrong
    result.faults += _counted(stage, result)
    result.faults += _probed(stage, load, result)
    result.faults += _steady(load, result)
    result.faults += [
        fault for server in stage.servers for life in server.lives for fault in _logged(life.log)
    ]


def _counted(stage: Stage, result: Result) -> Iterator[str]:
    """Yield where a deployment's counters are not what they must be."""
    for name, parts in stage.totals().items():
        lives = [
            life for server in stage.apis.values() if server.name.startswith(name) for life in server.lives
        ]
        result.books[name] = kept(lives)
        result.stored[name] = sum((stored(part) for part in parts), Counter())
        yield from (f"{name}: {fault}" for fault in result.books[name].faults(result.stored[name]))
        yield from (f"{name}: torn: {fault}" for part in parts for fault in torn(part))
        if result.stored[name]["other"]:
            yield f"{name}: {result.stored[name]['other']} calls had another status than 200 and 422"
        unasked = sum(len(life.refused_unasked()) for life in lives)
        if unasked:
            yield f"{name}: {unasked} true outcomes were refused while the store answered"


def _probed(stage: Stage, load: "Load", result: Result) -> Iterator[str]:
    """Yield where a monitor's history is not what it must be."""
    for name, parts in _histories(stage).items():
        sums = [{_probes(part, size) for size in slots.SIZES} for part in parts]
        acknowledged = len(load.visitors[name].acknowledged)
        result.probes[name] = acknowledged, sum(max(each) for each in sums)
        if any(len(each) != 1 for each in sums):
            yield f"{name}: slots of different sizes hold different numbers of probes: {sums}"
        if result.probes[name][1] < acknowledged:
            yield f"{name}: {acknowledged} probes were shown as kept, {result.probes[name][1]} are"


def _histories(stage: Stage) -> dict[str, list[Tables]]:
    names = [slots.table_name(size) for size in slots.SIZES]
    with closing(RedisStore(stage.redis.url(), _target(stage, "redis one"))) as shared:
        redis = _read(shared, names)
    files = [SqliteStore(path, _target(stage, "file one")) for path in stage.kept(stage.history)]
    return {"redis monitor": [redis], "file monitor": [_read(file, names) for file in files]}


def _read(store: Store, names: list[str]) -> Tables:
    return store.read(*names)[1]


def _target(stage: Stage, api: str) -> str:
    return sha256(stage.apis[api].url.encode()).hexdigest()[:12]


def _probes(tables: Mapping[str, Mapping[str, str]], size: str) -> int:
    return sum(slots.decoded(text).probes for text in tables[slots.table_name(size)].values())


def _steady(load: "Load", result: Result) -> Iterator[str]:
    """Yield which process grew, or is gone though nobody ended it."""
    yield from (f"{name}: it ended by itself" for name in load.sampler.gone)
    for name, samples in load.sampler.samples.items():
        result.samples[name] = samples[::SPARSE]
        result.memory[name] = found = drift(samples)
        result.descriptors[name] = first, last = descriptors(samples)
        if not found.is_flat:
            yield f"{name}: memory grew by {found.drift / 2**20:.1f} MiB over the second half"
        if last > first + ROOM_DESCRIPTORS:
            yield f"{name}: {last} descriptors are open, {first} were"


def _logged(log: list[tuple[float, str]]) -> Iterator[str]:
    """Yield what a log must not hold."""
    for at, (_, line) in enumerate(log):
        if line.startswith("Traceback"):
            yield " | ".join(text for _, text in log[at : at + 30])
