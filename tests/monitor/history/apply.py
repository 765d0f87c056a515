"""Tables in a dict, changed as a store would change them."""

from monitor import incidents, slots
from monitor.sample import Sample
from monitor.store import Changes, Tables


def changed(tables: Tables, changes: Changes) -> None:
    """Make changes in place."""
    for name, fields in changes.items():
        table = tables.setdefault(name, {})
        for field, text in fields.items():
            if text is None:
                table.pop(field, None)
            else:
                table[field] = text


def changes(tables: Tables, previous: Sample | None, sample: Sample, valid_for: float) -> Changes:
    """Return what a sample changes in the whole history."""
    table = tables.get(incidents.TABLE, {})
    return {
        **slots.recorded(tables, previous, sample, valid_for),
        incidents.TABLE: incidents.recorded(table, previous, sample, valid_for),
    }
