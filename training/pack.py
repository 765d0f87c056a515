"""The command that makes a bundle of a user's own fitted estimator."""

import argparse
import sys
import time
from dataclasses import replace
from typing import Any

from threadpoolctl import threadpool_limits

from tools.progress import console
from training.card import assemble
from training.disk import check_writable
from training.display import open_display
from training.errors import UsageError
from training.explain import explain
from training.export import export
from training.fitted import Fitted
from training.infer import held_out, infer
from training.infer_target import Target
from training.measured import Measured
from training.overlap import caveats, refuse_same
from training.pack_options import add_arguments
from training.pack_report import ignored, inputs_table, notes
from training.pack_words import data_said, description, limitations, title
from training.pipeline import Trained
from training.remove import renewed
from training.requirements_file import check_readable
from training.stages import Run
from training.summary import summary
from training.user_measure import Measuring, cross_validated, on_held_out
from training.user_model import UserModel, load
from training.user_table import read
from training.writer import write

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace) -> int:
    """Infer, measure, export and commit; nothing is written where anything is refused."""
    # As for recipes: the last digits of a sum depend on how many threads share it.
    with threadpool_limits(1):
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    requirements = args.requirements or args.artifacts.parent / "requirements.txt"
    check_readable(requirements)
    check_writable(args.artifacts)
    model = load(args.model)
    if args.interval and model.task == "classification":
        raise UsageError("--interval is for models that predict numbers; classes have no interval")
    with open_display() as display:
        running = Run(args.name, display, time.time, time.perf_counter)
        with running.stage("data_ingestion"):
            table = read(args.data)
        with running.stage("data_validation"):
            inferred = infer(model, table, Target(args.target, args.unit))
    console(sys.stdout).print(inputs_table(inferred), *ignored(inferred, table), sep="\n")
    with open_display() as running.display:
        with running.stage("model_evaluation"):
            scores, doubts = _measured(args, model, inferred, running)
        with running.stage("export"):
            said = [*limitations(inferred, model, args.licence), *doubts]
            trained = _packed(args, inferred, scores, said, running)
    print(summary(trained, args.artifacts))
    for line in [*notes(trained.card, model), *renewed(args.artifacts, requirements)]:
        print(line)
    return 0


def _measured(
    args: argparse.Namespace, model: UserModel, fitted: Fitted, running: Run
) -> tuple[Measured, list[str]]:
    """Return the scores, and sentences on what makes them doubtful."""
    plan = Measuring(
        repeats=args.repeats,
        seed=args.seed,
        progress=running.display.progress,
        scale=args.interval or "absolute",
    )
    if args.test is None:
        return cross_validated(fitted, plan), []
    table = read(args.test)
    refuse_same(args.data, args.test)
    test = held_out(model, table, fitted)
    doubts = caveats(fitted.table, fitted.target, test.inputs, test.target)
    return on_held_out(fitted, test.fed(), test.target, plan), doubts


def _packed(
    args: argparse.Namespace, inferred: Fitted, scores: Measured, said: list[str], running: Run
) -> Trained:
    exported = export(inferred, args.seed)
    fitted = replace(inferred, features=exported.features or inferred.features)
    card = assemble(
        fitted=fitted,
        measured=scores,
        name=args.name,
        version=args.version,
        title=args.title or title(args.name),
        description=args.description or description(fitted),
        engine=exported.engine,
        files=exported.files,
        tolerance=exported.tolerance,
        explain=explain(fitted),
        data=data_said(args.data, len(fitted.table), args.source, args.licence, args.synthetic),
        candidates=[],
        limitations=said,
        seed=args.seed,
    )
    card |= _floors(card, args.floors)
    written = write(args.artifacts, card, exported.files, running.record(success=True))
    return Trained(card | {"version": written.version}, written)


def _floors(card: dict[str, Any], asked: list[float] | None) -> dict[str, Any]:
    if asked is None:
        return {}
    return {"floors": card["floors"] | {"warning": asked[0], "critical": asked[1]}}
