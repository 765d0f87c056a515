"""Loads a user's fitted estimator, which runs the code in its pickle, and tells what it is."""

import pickle
import pickletools
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import sklearn
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import InconsistentVersionWarning, NotFittedError
from sklearn.utils.validation import check_is_fitted

from training.errors import TrainingError
from training.features import Task

# What a pickle of scikit-learn's own estimators needs; a deployment has it.
AT_HOME = sys.stdlib_module_names | {"sklearn", "numpy", "scipy", "joblib"}
GLOBAL_PROTOCOL = 3  # the last one that writes modules as plain text


class ModelFault(TrainingError):
    """The file holds no model that can be packed; says why."""


@dataclass(frozen=True)
class UserModel:
    """A fitted estimator.

    packages: what it imports beyond scikit-learn; other_version: of the scikit-learn that pickled it,
    where that is not the one installed.
    """

    estimator: Any
    task: Task
    packages: tuple[str, ...] = ()
    other_version: str | None = None


def load(path: Path) -> UserModel:
    """Return the estimator in a joblib or pickle file. Raises ModelFault."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator = _unpickled(path)
    versions = [
        each.message.original_sklearn_version
        for each in caught
        if isinstance(each.message, InconsistentVersionWarning)
    ]
    task = _task(estimator)
    _check_fitted(estimator)
    return UserModel(estimator, task, packages(estimator), versions[0] if versions else None)


def packages(estimator: Any) -> tuple[str, ...]:
    """Return the packages that unpickling the estimator imports, apart from scikit-learn's own."""
    text = pickle.dumps(estimator, GLOBAL_PROTOCOL)
    found = {str(arg).split(".")[0] for code, arg, _ in pickletools.genops(text) if code.name == "GLOBAL"}
    return tuple(sorted({name.split(" ")[0] for name in found} - AT_HOME))


def _unpickled(path: Path) -> Any:
    try:
        return joblib.load(path)
    except FileNotFoundError as error:
        raise ModelFault(f"there is no file {path}") from error
    except ModuleNotFoundError as error:
        raise ModelFault(
            f"the pickle needs the package {error.name}, which is not installed here",
            "install it, or put the module with the custom class on PYTHONPATH",
        ) from error
    except AttributeError as error:
        raise ModelFault(
            f"the pickle needs a class that can't be found: {error}",
            "a class from a notebook or script must live in a module of its own before pickling",
            f"(or the pickle is of a scikit-learn too far from {sklearn.__version__})",
        ) from error
    except Exception as error:  # unpickling runs foreign code, which may raise anything
        raise ModelFault(
            f"{path.name} can't be unpickled: {type(error).__name__}: {error}".rstrip(": "),
            "a fitted estimator is saved with joblib.dump(estimator, 'model.joblib')",
        ) from error


def _task(estimator: Any) -> Task:
    if isinstance(estimator, type):
        raise ModelFault(f"the file holds the class {estimator.__name__}, not a fitted estimator of it")
    name = type(estimator).__name__
    if not hasattr(estimator, "predict") or not hasattr(estimator, "get_params"):
        raise ModelFault(f"the file holds no scikit-learn estimator but a {name}")
    if is_classifier(estimator):
        return "classification"
    if is_regressor(estimator):
        return "regression"
    raise ModelFault(f"{name} is neither a classifier nor a regressor; nothing else can be served")


def _check_fitted(estimator: Any) -> None:
    try:
        check_is_fitted(estimator)
    except NotFittedError as error:
        raise ModelFault(f"{type(estimator).__name__} is not fitted; call fit before saving it") from error
