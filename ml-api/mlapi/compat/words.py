"""A refusal as one text, for protocols whose errors have room for no more."""

from mlapi.faults import Fault
from mlapi.problems import Refusal


def in_words(refusal: Refusal) -> str:
    """Return what is wrong, with every fault that is listed and where it stands."""
    said = "; ".join(map(_fault, refusal.faults.listed))
    more = refusal.faults.total - len(refusal.faults.listed)
    return " ".join([refusal.detail, *([said] if said else []), *([f"(and {more} more)"] if more else [])])


def _fault(fault: Fault) -> str:
    unnamed = fault.feature and not fault.pointer.endswith(f"/{fault.feature}")
    place = f"{fault.pointer} ({fault.feature})" if unnamed else fault.pointer
    return f"{place or 'the body'}: {fault.detail}"
