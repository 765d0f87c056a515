"""What pack prints beside the summary: what it inferred, and what to know before deploying."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import sklearn
from rich.markup import escape
from rich.table import Table

from training.features import Feature
from training.fitted import Fitted
from training.infer_columns import in_words
from training.user_model import UserModel

FEW_VALUES = 6


def inputs_table(fitted: Fitted) -> Table:
    """Return what was inferred, one input a line."""
    table = Table(title=f"{fitted.output.name}, a {fitted.task} from {len(fitted.table):,} rows")
    for heading in ("input", "kind", "range or categories", "missing"):
        table.add_column(heading, overflow="fold")
    for feature in fitted.features:
        gaps = int(fitted.table[feature.name].isna().sum())
        cells = (feature.name, feature.kind, _range(feature), f"{gaps:,} rows" if gaps else "")
        table.add_row(*map(escape, cells))
    return table


def ignored(fitted: Fitted, table: pd.DataFrame) -> list[str]:
    """Return a line on the columns that the model does not use, if there are any."""
    used = {*fitted.table, fitted.output.name}
    others = [name for name in table if name not in used]
    return [f"not used by the model: {in_words(others)}"] if others else []


def notes(card: dict[str, Any], model: UserModel) -> Iterator[str]:
    """Return what the person must do or know."""
    if card["engine"]["name"] == "sklearn":
        yield "pickle      set ALLOW_PICKLE=1 in the API's environment: serving unpickles it, which runs code"
        for package in model.packages:
            yield f"pickle      it imports {package}: put that into ml-api/requirements.txt or ml-api/"
    if model.other_version:
        versions = f"scikit-learn {model.other_version}, loaded by {sklearn.__version__}"
        yield f"warning     saved by {versions}: fit and save it anew"
    score, floor = card["floors"]["score"], card["floors"]["warning"]
    value = card["scores"][score]["value"]
    if value < floor:
        yield f"warning     {score} {value:.3f} is below the floor {floor} and alerts; --floors sets others"


def _range(feature: Feature) -> str:
    if feature.kind == "boolean":
        return "true, false"
    if feature.kind != "category":
        ends = [_end(feature.low, feature.minimum), _end(feature.high, feature.maximum)]
        return " to ".join(ends)
    shown = ", ".join(map(str, feature.values[:FEW_VALUES]))
    more = f" and {len(feature.values) - FEW_VALUES} more" if len(feature.values) > FEW_VALUES else ""
    return f"{shown}{more}; {'others are taken' if feature.open else 'no others'}"


def _end(seen: float | None, limit: float | None) -> str:
    """Return an end of a range, and whether it is a hard limit."""
    return f"{seen:.6g}" + (" (limit)" if limit is not None else "")
