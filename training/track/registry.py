"""Registers a trained model with MLflow, and moves the champion's mark where the model earned it."""

from typing import Any

from training.track.champion import ALIAS, as_tags, of_card, of_tags, verdict
from training.track.store import Store

EXISTS = "RESOURCE_ALREADY_EXISTS"


def register(store: Store, run: Any, card: dict[str, Any], artifact: str) -> str:
    """Register a run's model as the next version, and return in words what became of it."""
    name, new = card["name"], of_card(card)
    _known(store, name, card["title"])
    tags = as_tags(new) | {"bundle_version": card["version"]}
    source = f"{run.info.artifact_uri}/{artifact}"
    made = store.client.create_model_version(name, source, run.info.run_id, tags=tags)
    before = _champion(store, name)  # only now: MLflow has no step that both compares and moves
    moves, why = verdict(new, of_tags(before.tags) if before else None)
    if moves:
        store.client.set_registered_model_alias(name, ALIAS, made.version)
        return f"{name} {made.version}, now the {ALIAS} ({why})"
    assert before is not None
    return f"{name} {made.version}; the {ALIAS} stays {before.version} ({why})"


def _known(store: Store, name: str, title: str) -> None:
    """Make the model known where it is not."""
    from mlflow.exceptions import MlflowException

    try:
        store.client.create_registered_model(name, description=title)
    except MlflowException as error:
        if error.error_code != EXISTS:
            raise


def _champion(store: Store, name: str) -> Any:
    """Return the champion's version, or None."""
    marked = store.client.get_registered_model(name).aliases.get(ALIAS)
    return store.client.get_model_version(name, marked) if marked else None
