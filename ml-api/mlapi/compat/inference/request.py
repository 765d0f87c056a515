"""From the body of an inference request to checked rows, and the outputs that it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from mlapi.columns import Feature
from mlapi.compat import tabular
from mlapi.compat.inference import tensors
from mlapi.compat.inference.tensors import Tensor
from mlapi.faults import MOST_UNKNOWN, Fault, Faults
from mlapi.payload import Payload, Reader, invalid

KEYS = ("id", "inputs", "outputs", "parameters")


@dataclass(frozen=True)
class Asked:
    """A request that passed every check; outputs: the names of those that go back."""

    payload: Payload
    id: str | None
    outputs: list[str]


def read(reader: Reader, value: Any, raw: bytes, outputs: Sequence[str], *, suspicious: bool) -> Asked:
    """Return what a body asks; raw: the bytes behind its JSON. Raises Refusal naming every fault."""
    if not isinstance(value, dict):
        raise invalid(Faults.of(Fault("", "must be an object with the key inputs")))
    features = {feature["name"]: feature for feature in reader.features}
    said = [*_head_faults(value), *_output_faults(value.get("outputs"), outputs)]
    inputs = value.get("inputs")
    given: list[Tensor] = []
    if not isinstance(inputs, list) or len(inputs) > len(features) + MOST_UNKNOWN:
        said.append(Fault("/inputs", f"must be a list of tensors, one for each of {len(features)} features"))
    else:
        _refuse_many(reader, inputs)
        given = _tensors(inputs, raw, features)
        said += _set_faults(given, features)
        said += [fault for tensor in given for fault in tensor.faults]
    if said:
        raise invalid(Faults.of(*said, more=sum(tensor.more for tensor in given)))
    at = {tensor.name: tensor.at for tensor in given}
    payload = tabular.checked(
        reader,
        {tensor.name: tensor.values for tensor in given},
        lambda name, row: f"/inputs/{at[name]}/data/{row}",
        suspicious=suspicious or bool(raw),
    )
    asked = [output["name"] for output in value.get("outputs") or []]
    return Asked(payload, value.get("id"), asked or list(outputs))


def _head_faults(value: dict[str, Any]) -> Iterator[Fault]:
    yield from tensors.repeated(value, "", KEYS)
    if not isinstance(value.get("id"), str | None):
        yield Fault("/id", "must be text")
    if not isinstance(value.get("parameters"), dict | None):
        yield Fault("/parameters", "must be an object")


def _output_faults(asked: Any, outputs: Sequence[str]) -> Iterator[Fault]:
    if asked is None:
        return
    if not isinstance(asked, list) or len(asked) > len(outputs) + MOST_UNKNOWN:
        yield Fault("/outputs", f"must be a list of outputs; there are: {', '.join(outputs)}")
        return
    before: set[str] = set()
    for at, said in enumerate(asked):
        name = said.get("name") if isinstance(said, dict) else None
        if not isinstance(name, str) or name not in outputs:
            yield Fault(f"/outputs/{at}/name", f"must be one of: {', '.join(outputs)}")
        elif name in before:
            yield Fault(f"/outputs/{at}/name", "stands more than once")
        else:
            before.add(name)


def _refuse_many(reader: Reader, inputs: list[Any]) -> None:
    """Refuse more rows than are taken before each of them is looked at. Raises Refusal."""
    for said in inputs:
        if isinstance(said, dict):
            data, shape = said.get("data"), said.get("shape")
            rows = shape[0] if isinstance(shape, list) and shape and "data" not in said else 0
            if (type(rows) is int and rows > reader.max_rows and tensors.size(said)) or (
                isinstance(data, list) and len(data) > reader.max_rows
            ):
                raise reader.too_many()


def _tensors(inputs: list[Any], raw: bytes, features: Mapping[str, Feature]) -> list[Tensor]:
    ends = list(accumulate((tensors.size(said) for said in inputs), initial=0))
    given = [
        tensors.read(at, said, raw[start:end], features)
        for at, (said, (start, end)) in enumerate(zip(inputs, pairwise(ends), strict=True))
    ]
    if ends[-1] != len(raw) and given:
        given[0].faults.insert(0, Fault("/inputs", "the sizes of all tensors are not that of the bytes sent"))
    return given


def _set_faults(given: Sequence[Tensor], features: Mapping[str, Feature]) -> Iterator[Fault]:
    """Yield what is wrong with the tensors together."""
    names = [tensor.name for tensor in given]
    for name in tabular.missing(list(features.values()), names):
        yield Fault("/inputs", "is required", "missing", name)
    for tensor in given:
        if tensor.name and tensor.name in names[: tensor.at]:
            yield Fault(f"{tensor.place}/name", "stands more than once", "repeated", tensor.name)
    sound = [tensor for tensor in given if tensor.name and not tensor.faults]
    for tensor in sound:
        if len(tensor.values) != len(sound[0].values):
            detail = f"must have as many rows as {sound[0].name}"
            yield Fault(f"{tensor.place}/shape", detail, "shape", tensor.name)
