"""What the routes share: the models, and which of them a request asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlapi.counters import Store
from mlapi.counters.ledger import Ledger
from mlapi.counters.nothing import NoStore
from mlapi.faults import Fault, Faults
from mlapi.models import BrokenModel, Model, Models, Slot, UnknownModel
from mlapi.problems import Refusal
from mlapi.settings import Settings, SettingsError
from mlapi.telemetry import FAILURES, LATE, key

if TYPE_CHECKING:
    from mlapi.access.door import Door

NO_RECEIPTS = "RECEIPT_SECRET is not set: this API gives no receipts and takes no feedback."


@dataclass(frozen=True)
class Service:
    """The deployment's settings with the models that it serves."""

    settings: Settings
    models: Models
    ledger: Ledger
    door: "Door | None" = None
    """Where calls are asked for a key and counted against a limit, if they are."""

    def default(self) -> Slot | None:
        """Return the default model, or None where the index can't be read."""
        try:
            return self.models.slot(self.settings.default_model, self.settings.model_version)
        except UnknownModel:
            return None

    def slot(self, query: Mapping[str, str]) -> Slot:
        """Return the version that ?model=&version= name. Raises Refusal 404, or 503 where all are broken."""
        name = query.get("model", self.settings.default_model)
        version = query.get("version")
        if version is None and name == self.settings.default_model:
            version = self.settings.model_version
        try:
            return self.models.slot(name, version)
        except UnknownModel as error:
            if "index.json" in self.models.faults:
                raise broken(self.models.faults["index.json"]) from error
            raise Refusal(
                404, "unknown-model", "There is no such model or version; /api/models lists all."
            ) from error

    def ready(self, slot: Slot) -> Model:
        """Return a version's model, loaded. Raises Refusal 503."""
        try:
            return self.models.ready(slot)
        except BrokenModel as error:
            raise broken(str(error)) from error


def start(settings: Settings) -> Service:
    """Verify every bundle and load the default model.

    A broken bundle is a state that the service reports. Raises SettingsError where a setting names no model.
    """
    models = Models(settings.artifacts, allow_pickle=settings.allow_pickle, max_rows=settings.max_rows)
    store = _store(settings)
    ledger = Ledger(store, failure_field=key(FAILURES), late_field=key(LATE))
    service = Service(settings, models, ledger, _door(settings, store, ledger))
    slot = service.default()
    if slot is not None:
        load(models, slot)
    elif "index.json" not in models.faults:
        raise SettingsError("DEFAULT_MODEL and MODEL_VERSION must name a model in artifacts/index.json")
    return service


def _store(settings: Settings) -> Store:
    if settings.redis_url:
        # Its import takes a tenth of a second of every cold start that doesn't need it.
        from mlapi.counters.redis import RedisStore

        try:
            return RedisStore(settings.redis_url)
        except ValueError as error:
            raise SettingsError("REDIS_URL must be an address like rediss://:password@host:6379") from error
    if settings.counters_path:
        from mlapi.counters.sqlite import SqliteStore

        return SqliteStore(settings.counters_path)
    return NoStore()


def _door(settings: Settings, store: Store, ledger: Ledger) -> "Door | None":
    if not (settings.api_keys or settings.rate_limit):
        return None
    # Who asks for no key and counts no calls needs none of it.
    from mlapi.access.made import door

    return door(settings, store, ledger.breaker)


def load(models: Models, slot: Slot) -> None:
    """Load a model; where that fails, its slot says so from then on."""
    try:
        models.ready(slot)
    except BrokenModel:
        assert slot.state == "broken"


def switch(query: Mapping[str, str], name: str) -> bool:
    """Return whether ?name= is switched on. Raises Refusal 400 for anything but true, false, 1 and 0."""
    value = query.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        wrong = Faults.of(Fault(f"?{name}", "must be true or false"))
        raise Refusal(400, "invalid-query", "The query has 1 fault.", wrong)
    return value in ("true", "1")


def broken(reason: str) -> Refusal:
    """Return the refusal of a call whose model can't be served."""
    return Refusal(503, "broken-model", f"This model can't answer: {reason}.")
