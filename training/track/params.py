"""What a run in MLflow says of a training: its parameters, tags and scores."""

from typing import Any

from training.pipeline import Order, Trained

LONGEST = 500
Plain = str | int | float | bool | None


def of_order(order: Order) -> dict[str, str]:
    """Return what is known before anything is trained."""
    asked = {"model": order.recipe.name, "seed": order.seed, "data": order.source.source}
    return _texts(asked if order.epochs is None else asked | {"epochs": order.epochs})


def of_trained(trained: Trained) -> dict[str, str]:
    """Return the data's size and hash, and the settings of the estimator that was chosen."""
    data = trained.card["data"]
    known = {"rows": data["rows"], "data_sha256": data["sha256"]}
    estimator = trained.estimator
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    return _texts(known | {"estimator": type(last).__name__} | _settings(estimator))


def tags(trained: Trained) -> dict[str, str]:
    """Return what tells the run's bundle from others."""
    card = trained.card
    return {
        "bundle_version": card["version"],
        "engine": card["engine"]["name"],
        "synthetic": str(card["data"]["synthetic"]).lower(),
    }


def scores(card: dict[str, Any]) -> dict[str, float]:
    """Return each score, its 95% bounds and the dummy's, as metrics."""
    found: dict[str, float | None] = {}
    for name, score in card["scores"].items():
        found |= {
            name: score["value"],
            f"{name}_low": score["low"],
            f"{name}_high": score["high"],
            f"{name}_dummy": score["dummy"],
        }
    if card["interval"]:
        found["interval_coverage"] = card["interval"]["coverage"]["value"]
    return {name: value for name, value in found.items() if value is not None}


def _settings(estimator: Any) -> dict[str, Any]:
    """Return the settings that are plain values, of every part of the estimator."""
    return {
        f"estimator.{name}": value
        for name, value in estimator.get_params().items()
        if isinstance(value, Plain) or (isinstance(value, tuple) and all(isinstance(v, Plain) for v in value))
    }


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value)[:LONGEST] for name, value in values.items()}
