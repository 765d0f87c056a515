"""Writes estimators as joblib does, so that equal ones are equal in bytes, whatever the process did before.

A tree keeps its nodes in records with gaps, and whatever copies a record leaves its gaps unwritten. A text
that stands twice is written once where both are one object: once an estimator has been unpickled here, the
names of its attributes are no longer those in the code, also for estimators that are made later.
"""

import io
import pickle
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib.numpy_pickle import NumpyPickler

PROTOCOL = 5


def dumped(estimator: Any) -> bytes:
    """Return the estimator as model.joblib holds it; joblib.load reads it without this package."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=PROTOCOL).dump(estimator)
    return buffer.getvalue()


class _Pickling(pickle._Pickler):
    """Tells the names of classes, which are left as they are, from all other texts."""

    _is_naming = False

    def save_global(self, obj: Any, name: str | None = None) -> None:
        """Write the name of a class or a function."""
        before, self._is_naming = self._is_naming, True
        super().save_global(obj, name)  # type: ignore[misc]  # not in the stubs
        self._is_naming = before

    def one(self, obj: Any) -> Any:
        """Return the same object for equal texts, and all else as it is."""
        return sys.intern(obj) if type(obj) is str and not self._is_naming else obj


class _InnerPickler(_Pickling):
    """Writes arrays of objects, which joblib leaves to plain pickle: the trees of a boosting are in one."""

    def reducer_override(self, obj: Any) -> Any:
        """Return how to write an array with gaps, and leave all else as it is."""
        if type(obj) is np.ndarray and _has_gaps(obj.dtype):
            return _without_gaps(obj).__reduce_ex__(PROTOCOL)
        return NotImplemented

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        """Write an object, as every object within the array passes here."""
        super().save(self.one(obj), save_persistent_id)  # type: ignore[misc]  # as above


class _Pickler(_Pickling, NumpyPickler):  # type: ignore[misc]  # joblib has no types
    """Writes what joblib.dump writes, gaps aside."""

    def save(self, obj: Any) -> None:
        """Write an object, as every object within the estimator passes here."""
        if type(obj) is not np.ndarray:
            super().save(self.one(obj))
        elif obj.dtype.hasobject:
            self._save_objects(obj)
        else:
            super().save(_without_gaps(obj) if _has_gaps(obj.dtype) else obj)

    def _save_objects(self, array: npt.NDArray[Any]) -> None:
        """Write what joblib's own save writes, but by a pickler that knows of gaps."""
        super(NumpyPickler, self).save(self._create_array_wrapper(array))
        self.framer.commit_frame(force=True)
        _InnerPickler(self.file_handle, protocol=PROTOCOL).dump(array)


def _has_gaps(dtype: np.dtype[Any]) -> bool:
    return dtype.names is not None and dtype.itemsize > sum(dtype[name].itemsize for name in dtype.names)


def _without_gaps(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array with zeros between its fields."""
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names or ():
        clean[name] = array[name]
    return clean
