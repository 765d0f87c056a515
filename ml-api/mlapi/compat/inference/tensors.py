"""One input tensor: checked by itself, and its values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlapi import strict_json
from mlapi.columns import Feature
from mlapi.compat.inference import binary
from mlapi.compat.inference.datatypes import NAMES, is_taken, misfits, of_feature
from mlapi.faults import LISTED, Fault

KEYS = ("name", "shape", "datatype", "data", "parameters")
BINARY = "binary_data_size"


@dataclass
class Tensor:
    """What is known of one input; `faults` are those of it alone, and `more` counts what is not listed."""

    at: int
    name: str = ""
    values: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    @property
    def place(self) -> str:
        """Return the pointer at it."""
        return f"/inputs/{self.at}"


def size(said: Any) -> int:
    """Return how many of the bytes behind the JSON belong to a tensor."""
    parameters = said.get("parameters") if isinstance(said, dict) else None
    given = parameters.get(BINARY) if isinstance(parameters, dict) else None
    return given if type(given) is int and given > 0 else 0


def read(at: int, said: Any, part: bytes, features: Mapping[str, Feature]) -> Tensor:
    """Return a tensor of the request; part: its bytes behind the JSON."""
    tensor = Tensor(at)
    if not isinstance(said, dict):
        tensor.faults.append(Fault(tensor.place, "must be an object with name, shape, datatype and data"))
        return tensor
    tensor.faults += repeated(said, tensor.place, KEYS)
    name = said.get("name")
    feature = features.get(name) if isinstance(name, str) else None
    if feature is None:
        tensor.faults.append(Fault(f"{tensor.place}/name", "is not a feature of this model", "unknown"))
        return tensor
    tensor.name = feature["name"]
    tensor.faults += _head_faults(tensor.place, said, feature)
    if not tensor.faults:
        _fill(tensor, said, part)
    return tensor


def repeated(said: dict[str, Any], place: str, keys: tuple[str, ...]) -> Iterator[Fault]:
    """Yield those of the protocol's keys that stand more than once in an object."""
    twice = {key for key, detail in strict_json.faults(said) if detail != strict_json.NOT_FINITE}
    yield from (Fault(f"{place}/{key}", "stands more than once", "repeated") for key in keys if key in twice)


def _head_faults(place: str, said: dict[str, Any], feature: Feature) -> Iterator[Fault]:
    datatype, shape, name = said.get("datatype"), said.get("shape"), feature["name"]
    if not (isinstance(datatype, str) and datatype in NAMES and is_taken(feature, datatype)):
        yield Fault(f"{place}/datatype", f"must be {_wanted(feature)}", "type", name)
    if not (isinstance(shape, list) and shape[1:] in ([], [1]) and shape and type(shape[0]) is int):
        yield Fault(f"{place}/shape", "must be [rows] or [rows, 1]", "shape", name)
    if size(said) and "data" in said:
        yield Fault(f"{place}/data", f"must not be sent beside {BINARY}", "shape", name)
    if not (size(said) or isinstance(said.get("data"), list)):
        yield Fault(f"{place}/data", "must be a list of values", "shape", name)


def _wanted(feature: Feature) -> str:
    own = of_feature(feature)
    return own if own in ("BOOL", "BYTES") else f"{own} or another datatype of numbers"


def _fill(tensor: Tensor, said: dict[str, Any], part: bytes) -> None:
    rows, datatype = said["shape"][0], said["datatype"]
    if "data" not in said:
        try:
            tensor.values = binary.decode(datatype, part, rows)
        except binary.NotValues:
            detail = f"the bytes behind the JSON are not as many {datatype} values as the shape says"
            tensor.faults.append(Fault(tensor.place, detail, "shape", tensor.name))
        return
    values = [each[0] if type(each) is list and len(each) == 1 else each for each in said["data"]]
    if len(values) != rows:
        detail = f"has {len(values)} values, which is not what the shape says"
        tensor.faults.append(Fault(f"{tensor.place}/data", detail, "shape", tensor.name))
        return
    detail = f"is not {datatype}, which its datatype says"
    wrong = list(misfits(datatype, values))
    tensor.more += max(0, len(wrong) - LISTED)
    tensor.faults += [
        Fault(f"{tensor.place}/data/{row}", detail, "type", tensor.name) for row in wrong[:LISTED]
    ]
    tensor.values = values
