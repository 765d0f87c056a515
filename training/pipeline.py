"""Trains a recipe's model and packs it into a bundle, stage by stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from training.card import assemble
from training.epochs import EpochClassifier, served, with_epochs, words
from training.explain import explain
from training.export import export
from training.features import Output
from training.fitted import Fitted
from training.folds import Subject, fit
from training.measured import Measured, Progress
from training.metrics import MAIN
from training.recipes.recipe import Recipe, Source
from training.scores import measure
from training.sealed import sha256
from training.selection import RULE, Candidate, compared, select
from training.stages import Display, Run
from training.table import read_table
from training.transformation import Prepared, pick, transform
from training.validation import validate
from training.without import without_protected
from training.writer import Written, write


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: a recipe, on its own data or others, into a folder; version None: the next.

    epochs: how often the rows are gone through; None where the recipe is fitted in one step.
    """

    recipe: Recipe
    source: Source
    root: Path
    version: str | None
    seed: int
    epochs: int | None = None


@dataclass(frozen=True)
class Trained:
    """A committed bundle, and the fitted estimator in it where this run fitted one."""

    card: dict[str, Any]
    written: Written
    estimator: Any = None


def train(order: Order, run: Run) -> Trained:
    """Train, measure, export and commit; raises TrainingError with nothing written."""
    # The last digits of a sum depend on how many threads share it, and so would every byte of the bundle.
    with threadpool_limits(1):
        return _train(order, run)


def _train(order: Order, run: Run) -> Trained:
    recipe = order.recipe
    with run.stage("data_ingestion"):
        data = order.source.read()
        whole = read_table(data)
    with run.stage("data_validation"):
        table = pick(recipe, whole)
        validate(recipe, table)
    with run.stage("data_transformation"):
        prepared = transform(recipe, table)
    with run.stage("model_training"):
        estimators = with_epochs(recipe.candidates(recipe.columns, order.seed), order.epochs)
        models = {name: _fit(order, prepared, each, run.display) for name, each in estimators.items()}
    with run.stage("model_evaluation"):
        candidates = _measure(order, prepared, estimators, run.display.progress)
        sentences = without_protected(recipe, prepared, order.seed, run.display.progress)
    with run.stage("export"):
        told = _data(order.source, data, len(table), len(whole) - len(table))
        chosen = select(candidates, MAIN[recipe.task])
        card, files = _pack(order, models[chosen.name], candidates, chosen, told, sentences)
        written = write(order.root, card, files, run.record(success=True))
    return Trained(card | {"version": written.version}, written, models[chosen.name].estimator)


def _fit(order: Order, prepared: Prepared, estimator: Any, display: Display) -> Fitted:
    recipe = order.recipe
    subject = Subject(estimator, prepared.inputs.to_numpy(), prepared.target, recipe.task, order.seed)
    watch = {"watch": display.epoch} if isinstance(estimator, EpochClassifier) else {}
    model = served(fit(subject, **watch))
    return Fitted(
        estimator=model,
        features=prepared.features,
        output=Output(
            name=recipe.target.name,
            unit=recipe.target.unit,
            description=recipe.target.description,
            classes=tuple(model.classes_.tolist()) if recipe.task == "classification" else (),
            scale=prepared.scale,
        ),
        task=recipe.task,
        table=prepared.inputs,
        target=prepared.target,
        by_name=False,
        example=recipe.example,
    )


def _measure(
    order: Order, prepared: Prepared, estimators: dict[str, Any], progress: Progress
) -> list[Candidate]:
    recipe, inputs = order.recipe, prepared.inputs.to_numpy()

    def measured(estimator: Any) -> Measured:
        return measure(
            estimator,
            inputs,
            prepared.target,
            recipe.task,
            inner=recipe.inner,
            scale=recipe.interval,
            seed=order.seed,
            progress=progress,
        )

    return [Candidate(name, each, measured(each)) for name, each in estimators.items()]


def _pack(
    order: Order,
    model: Fitted,
    candidates: Sequence[Candidate],
    chosen: Candidate,
    data: dict[str, Any],
    sentences: Sequence[str],
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the card, without a version where none was asked for, and the model's files."""
    recipe = order.recipe
    exported = export(model, order.seed)
    fitted = replace(model, features=exported.features or model.features)
    comparison = compared(candidates, chosen, MAIN[recipe.task])
    card = assemble(
        fitted=fitted,
        measured=chosen.measured,
        name=recipe.name,
        version=order.version,
        title=recipe.title,
        description=" ".join([recipe.description, *_by_epochs(order.epochs), *_chosen_among(comparison)]),
        engine=exported.engine,
        files=exported.files,
        tolerance=exported.tolerance,
        explain=explain(fitted),
        data=data,
        candidates=comparison,
        limitations=[*order.source.limitations, *recipe.limitations, *sentences],
        seed=order.seed,
        floors=recipe.floors,
    )
    return card, exported.files


def _by_epochs(epochs: int | None) -> list[str]:
    return [] if epochs is None else [words(epochs)]


def _chosen_among(comparison: Sequence[dict[str, Any]]) -> list[str]:
    return [f"Chosen among {len(comparison)}: {RULE}."] if comparison else []


def _data(source: Source, data: bytes, rows: int, left_out: int) -> dict[str, Any]:
    note = f" {left_out} rows with a missing value were left out." if left_out else ""
    return {
        "source": source.source,
        "licence": source.licence,
        "rows": rows,
        "sha256": sha256(data),
        "synthetic": source.synthetic,
        "note": source.note + note,
    }
