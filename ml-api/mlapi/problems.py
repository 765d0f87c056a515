"""A request that is refused, and what is said of why."""

from dataclasses import dataclass, field

from mlapi.faults import Faults


@dataclass(eq=False)
class Refusal(Exception):
    """A request that gets a problem instead of an answer.

    kind: the problem's type, a closed list in docs/api.md; faults: all that is wrong with the input.
    """

    status: int
    kind: str
    detail: str
    faults: Faults = field(default_factory=Faults.of)
    headers: dict[str, str] = field(default_factory=dict)
