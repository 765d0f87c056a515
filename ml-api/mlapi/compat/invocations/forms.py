"""The four forms in which MLflow's clients send rows as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from mlapi import strict_json
from mlapi.compat import tabular
from mlapi.faults import LISTED, Fault, Faults
from mlapi.payload import Payload, Reader, invalid

SPLIT = "dataframe_split"
RECORDS = "dataframe_records"
INSTANCES = "instances"
INPUTS = "inputs"
FORMS = (SPLIT, RECORDS, INSTANCES, INPUTS)
_SPLIT_KEYS = ("columns", "index", "data")


def read(reader: Reader, value: Any, *, suspicious: bool) -> Payload:
    """Return the checked rows of a body. Raises Refusal naming every fault."""
    found = [form for form in FORMS if form in value] if isinstance(value, dict) else []
    if len(found) != 1:
        raise invalid(Faults.of(Fault("", f"must be an object with exactly one of: {', '.join(FORMS)}")))
    (form,) = found
    # What else there is MLflow's server passes over, and so it is here.
    _refuse([*_repeated(value, "", (form,))])
    given, place = value[form], f"/{form}"
    if form == SPLIT:
        return _split(reader, given, place, suspicious=suspicious)
    if form != RECORDS and isinstance(given, dict):
        return _columns(reader, given, place, suspicious=suspicious)
    if not isinstance(given, list):
        raise invalid(Faults.of(Fault(place, "must be a list of rows")))
    if form != RECORDS and given and isinstance(given[0], list):
        return _lists(reader, _names(reader), given, place, suspicious=suspicious)
    if form != RECORDS and len(reader.features) == 1 and not (given and isinstance(given[0], dict)):
        return _columns(reader, {reader.features[0]["name"]: given}, place, suspicious=suspicious)
    return _records(reader, given, place, suspicious=suspicious)


def _split(reader: Reader, given: Any, place: str, *, suspicious: bool) -> Payload:
    if not isinstance(given, dict):
        raise invalid(Faults.of(Fault(place, "must be an object with columns and data")))
    said = list(_repeated(given, place, _SPLIT_KEYS))
    if not given.keys() <= set(_SPLIT_KEYS):
        said.append(Fault(place, "must hold nothing beside columns, index and data"))
    names = _names(reader) if given.get("columns") is None else given["columns"]
    said += _column_faults(reader, names, f"{place}/columns")
    data, index = given.get("data"), given.get("index")
    if not isinstance(data, list):
        said.append(Fault(f"{place}/data", "must be a list of rows"))
    elif index is not None and not (isinstance(index, list) and len(index) == len(data)):
        said.append(Fault(f"{place}/index", "must be a list as long as data"))
    _refuse(said)
    assert isinstance(data, list)
    return _lists(reader, names, data, f"{place}/data", suspicious=suspicious)


def _lists(
    reader: Reader, names: Sequence[str], given: list[Any], place: str, *, suspicious: bool
) -> Payload:
    if len(given) > reader.max_rows:
        raise reader.too_many()
    wrong = [at for at, row in enumerate(given) if not (isinstance(row, list) and len(row) == len(names))]
    detail = f"must be a list of {len(names)} values"
    _refuse([Fault(f"{place}/{at}", detail) for at in wrong[:LISTED]], more=max(0, len(wrong) - LISTED))
    rows = [dict(zip(names, row, strict=True)) for row in given]
    return _records(reader, rows, place, suspicious=suspicious)


def _records(reader: Reader, rows: list[Any], place: str, *, suspicious: bool) -> Payload:
    if suspicious:
        tabular.fill_gaps(reader.features, rows)
    return reader.checked(rows, lambda row: f"{place}/{row}", suspicious=suspicious)


def _columns(reader: Reader, given: dict[str, Any], place: str, *, suspicious: bool) -> Payload:
    """Return the rows of an object of columns; one of single values is one row."""
    if not any(isinstance(values, list) for values in given.values()):
        if suspicious:
            tabular.fill_gaps(reader.features, [given])
        return reader.checked([given], lambda _: place, suspicious=suspicious)
    names = _names(reader)
    said = [*_repeated(given, place, names), *_column_faults(reader, list(given), place)]
    known = {name: given[name] for name in names if name in given}
    lists = {name: values for name, values in known.items() if isinstance(values, list)}
    most = max((len(values) for values in lists.values()), default=0)
    if most > reader.max_rows:
        raise reader.too_many()
    for name in known:
        if name not in lists or len(lists[name]) != most:
            detail = f"must be a list of {most} values, as the longest is"
            said.append(Fault(f"{place}/{name}", detail, "shape", name))
    _refuse(said)
    return tabular.checked(reader, lists, lambda name, row: f"{place}/{name}/{row}", suspicious=suspicious)


def _column_faults(reader: Reader, names: Any, place: str) -> Iterator[Fault]:
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        yield Fault(place, "must be a list of the features' names")
        return
    known = _names(reader)
    for name in tabular.missing(reader.features, names):
        yield Fault(f"{place}/{name}", "is required", "missing", name)
    if not set(names) <= set(known):
        yield Fault(place, f"has a column that is not a feature; the features are: {', '.join(known)}")
    # Of objects the keys are unique by now.
    if len(set(names)) < len(names):
        yield Fault(place, "names a column more than once", "repeated")


def _names(reader: Reader) -> list[str]:
    return [feature["name"] for feature in reader.features]


def _repeated(value: dict[str, Any], place: str, keys: Sequence[str]) -> Iterator[Fault]:
    twice = {key for key, detail in strict_json.faults(value) if detail != strict_json.NOT_FINITE}
    yield from (Fault(f"{place}/{key}", "stands more than once", "repeated") for key in keys if key in twice)


def _refuse(said: list[Fault], *, more: int = 0) -> None:
    """Raise the refusal of a body that has faults; more: those that are only counted."""
    if said:
        raise invalid(Faults.of(*said, more=more))
