"""Writes estimators as joblib does, so that equal ones are equal in bytes: no stray memory in the file.

A tree keeps its nodes in records with gaps, and whatever copies a record leaves its gaps unwritten.
"""

import io
import pickle
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


class _InnerPickler(pickle.Pickler):
    """Writes arrays of objects, which joblib leaves to plain pickle: the trees of a boosting are in one."""

    def reducer_override(self, obj: Any) -> Any:
        """Return how to write an array with gaps, and leave all else as it is."""
        if type(obj) is np.ndarray and _has_gaps(obj.dtype):
            return _without_gaps(obj).__reduce_ex__(PROTOCOL)
        return NotImplemented


class _Pickler(NumpyPickler):  # type: ignore[misc]  # joblib has no types
    """Writes what joblib.dump writes, gaps aside."""

    def save(self, obj: Any) -> None:
        """Write an object, as every object within the estimator passes here."""
        if type(obj) is not np.ndarray:
            super().save(obj)
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
