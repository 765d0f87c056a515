"""From a request's body to checked rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any, NamedTuple

from mlapi import strict_json, table
from mlapi.faults import Fault, Faults, RowCheck
from mlapi.problems import Refusal

MAX_BYTES = 4_000_000
TOO_LARGE = ("too-large", f"A body may have at most {MAX_BYTES} bytes.")
ACCEPTED = "application/json, text/csv"


def read_body(stream: IO[bytes]) -> bytes:
    """Return a whole body; one that comes in chunks has no length to refuse it by beforehand.

    Raises Refusal 413.
    """
    parts, size = [], 0
    while part := stream.read(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise Refusal(413, *TOO_LARGE)
    return b"".join(parts)


def decode_json(body: bytes) -> tuple[Any, bool]:
    """Return a JSON body's value, and whether it may hold what is no proper JSON. Raises Refusal."""
    try:
        return strict_json.decode(body)
    except strict_json.NotJson as error:
        raise Refusal(400, "not-json", str(error)) from error


class Payload(NamedTuple):
    """Rows that passed every check; single: one object was sent, so one answer goes back.

    base: a row's own pointer.
    """

    rows: list[dict[str, Any]]
    single: bool
    base: Callable[[int], str] = "/{}".format


@dataclass(frozen=True)
class Reader:
    """Reads bodies for one model."""

    features: list[dict[str, Any]]
    check: RowCheck
    max_rows: int

    def __call__(self, body: bytes, media_type: str, charset: str) -> Payload:
        """Return the rows of a body. Raises Refusal naming every fault."""
        if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise unsupported("The charset must be utf-8.")
        if media_type == "application/json":
            return self._json(body)
        if media_type == "text/csv":
            return self._csv(body)
        raise unsupported("The content type must be application/json or text/csv.")

    def _json(self, body: bytes) -> Payload:
        value, suspicious = decode_json(body)
        rows, base = self._instances(value)
        single = rows is None
        rows = [value] if rows is None else rows
        return self.checked(rows, base, single=single, suspicious=suspicious)

    def _instances(self, value: Any) -> tuple[list[Any] | None, Callable[[int], str]]:
        """Return the rows of a list or of {"instances": [...]}, or None for a single row."""
        if isinstance(value, list):
            return value, lambda position: f"/{position}"
        if not isinstance(value, dict) or "instances" not in value or self._has_feature("instances"):
            return None, lambda _: ""
        said = list(self.check.improper(value, ""))
        said += [Fault("", "must hold nothing beside instances")] if len(value) > 1 else []
        said += (
            [] if isinstance(value["instances"], list) else [Fault("/instances", "must be a list of rows")]
        )
        if said:
            raise invalid(Faults.of(*said))
        return value["instances"], lambda position: f"/instances/{position}"

    def _has_feature(self, name: str) -> bool:
        return any(feature["name"] == name for feature in self.features)

    def _csv(self, body: bytes) -> Payload:
        try:
            rows, lines = table.decode(body, self.features, self.max_rows)
        except table.NotCsv as error:
            raise Refusal(400, "not-csv", str(error)) from error
        except table.TooManyRows as error:
            raise self.too_many() from error
        except table.HeaderFault as error:
            raise invalid(Faults.of(*error.faults)) from error
        return self.checked(rows, lambda position: f"/{position}", lines=lines)

    def checked(
        self,
        rows: list[Any],
        base: Callable[[int], str],
        *,
        single: bool = False,
        suspicious: bool = True,
        lines: list[int] | None = None,
    ) -> Payload:
        """Return rows that passed every check.

        base: a row's own pointer; suspicious: whether strict_json saw something that a schema can't see;
        lines: where in a file each row ends. Raises Refusal naming every fault.
        """
        if not rows:
            raise invalid(Faults.of(Fault("", "must hold at least one row")))
        if len(rows) > self.max_rows:
            raise self.too_many()
        faults = self.check(rows, base, suspicious=suspicious)
        if faults:
            raise invalid(_with_lines(faults, lines) if lines else faults)
        return Payload(rows, single, base)

    def too_many(self) -> Refusal:
        """Return the refusal of more rows than one call takes."""
        return Refusal(413, "too-many-rows", f"At most {self.max_rows} rows fit in one call.")


def _with_lines(faults: Faults, lines: list[int]) -> Faults:
    """Say where in the file a row's fault stands: people count lines, not rows from zero."""
    listed = [
        replace(fault, detail=f"line {lines[int(fault.pointer.split('/')[1])]}: {fault.detail}")
        for fault in faults.listed
    ]
    return Faults(listed, faults.total)


def invalid(faults: Faults) -> Refusal:
    """Return the refusal of rows for their faults."""
    count = "1 fault" if faults.total == 1 else f"{faults.total} faults"
    return Refusal(422, "invalid-input", f"The input has {count}; nothing was predicted.", faults)


def unsupported(detail: str, accepted: str = ACCEPTED) -> Refusal:
    """Return the refusal of a media type."""
    return Refusal(415, "unsupported-media-type", detail, headers={"Accept-Post": accepted})
