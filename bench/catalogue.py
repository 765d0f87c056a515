"""Who takes part, one row each: nothing is installed before a row is prepared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.contender import Contender, Kind
from bench.contenders import model, serving, wire
from bench.environments import ROOT, pins, venv

API = ROOT / "ml-api"
APPS = ROOT / "bench" / "contenders"
# With it receipts are signed; nothing outside a bench trusts it.
SIGNED = {"RECEIPT_SECRET": "signs-in-the-bench-alone"}
COUNTED = {"COUNTERS_PATH": "{state}/counters.db"}
# There is no setting to count nothing. Without Redis the API does so on the platform, since no disk is shared
# there. What that variable changes beside it is switched off: the load comes from one address.
UNCOUNTED = {"VERCEL": "1", "RATE_LIMIT": "off"}
# The estimator was fitted on arrays: scikit-learn would say so on every DataFrame, at the cost of each call.
PEERS = {
    "MODEL": str(model.pickled()),
    "PYTHONWARNINGS": "ignore:X has feature names:UserWarning",
    **serving.NO_TRACKING,
}
Serve = Callable[[Path, Path], serving.Command]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A contender before it is prepared.

    serve: its Python and its folder -> its command. packages: beside those that its requirements name.
    """

    name: str
    title: str
    kind: Kind
    folder: Path
    wire: wire.Wire
    serve: Serve
    env: Mapping[str, str] = field(default_factory=dict)
    packages: Callable[[], Sequence[str]] = tuple
    redis: bool = False

    @property
    def requirements(self) -> Path:
        """Return the file that pins what it needs."""
        return self.folder / "requirements.txt"

    def prepare(self, own: Path | None = None) -> Contender:
        """Install what it needs, unless an environment is given that has it. Raises NotAvailable."""
        # Entries of one folder differ in settings alone, and share an environment.
        found = own or venv(self.folder.name, [*pins(self.requirements), *self.packages()])
        return Contender(
            name=self.name,
            title=self.title,
            kind=self.kind,
            folder=self.folder,
            command=self.serve(found / "bin" / "python", self.folder),
            env=self.env,
            path=self.wire.path,
            body=self.wire.body,
            read=self.wire.read,
            alive=self.wire.alive,
            venv=found,
            requirements=self.requirements,
            redis=self.redis,
        )


def _granian() -> list[str]:
    """Return the pin of the server that a laptop runs the API on."""
    return [pin for pin in pins(ROOT / "tools" / "requirements.txt") if pin.startswith("granian==")]


def _tandem(name: str, title: str, env: Mapping[str, str], *, redis: bool = False) -> Entry:
    return Entry(
        name=name,
        title=title,
        kind="ours",
        folder=API,
        wire=wire.OURS,
        serve=serving.granian,
        env={**SIGNED, **env},
        packages=_granian,
        redis=redis,
    )


def _peer(name: str, title: str, form: wire.Wire, serve: Serve, **env: str) -> Entry:
    folder, settings = APPS / name, {**PEERS, **env}
    return Entry(name=name, title=title, kind="peer", folder=folder, wire=form, serve=serve, env=settings)


CATALOGUE = (
    _tandem("tandem", "Tandem", COUNTED),
    _tandem("tandem-redis", "Tandem, counting in Redis", {}, redis=True),
    _tandem("tandem-uncounted", "Tandem, counting nothing", UNCOUNTED),
    Entry(
        name="echo",
        title="bare Flask JSON echo",
        kind="floor",
        folder=APPS / "echo",
        wire=wire.ECHO,
        serve=serving.granian,
    ),
    _peer("naive", "Flask + joblib + DataFrame", wire.NAIVE, serving.granian),
    _peer("fastapi", "FastAPI + joblib", wire.FASTAPI, serving.uvicorn),
    _peer("vetiver", "vetiver", wire.VETIVER, serving.uvicorn),
    _peer("litserve", "LitServe", wire.LITSERVE, serving.script),
    _peer("bentoml", "BentoML", wire.BENTOML, serving.bentoml, BENTOML_HOME="{state}"),
    _peer("mlflow", "MLflow scoring server", wire.MLFLOW, serving.mlflow),
)


def contenders(names: Sequence[str] | None = None) -> list[Entry]:
    """Return the named entries, or all, in the catalogue's order. Raises ValueError for an unknown name."""
    known = [entry.name for entry in CATALOGUE]
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise ValueError(f"No contender is called {', '.join(unknown)}; there are {', '.join(known)}.")
    return [entry for entry in CATALOGUE if names is None or entry.name in names]
