"""Records of children under 14: what is personal in them is one sealed value where it is kept.

A layer with `minors_by` has a column `_minor`. In the record of a child the personal columns
are empty, and `_minor` holds what they would: sealed like a secret, in the events too, so that
neither QGIS nor a copy of the file tells who the child is. Links and what is yes or no stay in
their columns, because joins and counts go by them; secrets are sealed in columns of their own.

A child who turned 14 is shown like everybody by the day, whatever the record looks like at
rest, and is kept like everybody from the next change on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Table

from mapserver.layers import Layer
from mapserver.store.masking import last_birthday

MINOR = "_minor"
"""The column of what is personal in a child's record; no field's name begins so."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Folding:
    """By which date of birth a layer's records are of children, and what is folded in these."""

    born: str
    names: tuple[str, ...]


def folding(layer: Layer) -> Folding | None:
    """Return how the records of children are kept in a layer; None where it tells of none."""
    if layer.minors_by is None:
        return None
    names = (
        field.name
        for field in layer.fields
        if field.privacy == "personal" and field.type not in ("ref", "boolean")
    )
    return Folding(layer.minors_by, tuple(names))


def of(table: Table) -> Folding | None:
    """Return how the records of children are kept in a table."""
    found: Folding | None = table.info.get(MINOR)
    return found


def is_folded(table: Table, name: str) -> bool:
    """Whether a column is empty in the records of children, whatever they say."""
    own = of(table)
    return own is not None and name in own.names


def folded(table: Table, rows: Sequence[Values], today: date) -> Sequence[Values]:
    """Return new records as they are kept, before they are sealed."""
    own = of(table)
    if own is None:
        return rows
    # there may be 100,000 of them
    born, grown = own.born, last_birthday(today)
    return [
        _folded(own, row) if (day := row.get(born)) is not None and day > grown else row
        for row in rows
    ]


def _folded(own: Folding, row: Values) -> Values:
    kept = {name: value for name, value in row.items() if name not in own.names}
    return {**kept, MINOR: _told(own, row)}


def unfolded(table: Table, row: Values) -> dict[str, Any]:
    """Return a record, or some columns of it, with what was folded in its own columns."""
    plain = dict(row)
    told, own = plain.pop(MINOR, None), of(table)
    if told is not None and own is not None:
        plain |= dict.fromkeys(own.names)
        plain |= {name: _typed(table, name, value) for name, value in told.items()}
    return plain


def refolded(
    table: Table, before: Values, new: Values, today: date, *, was_folded: bool
) -> dict[str, Any]:
    """Return what changes where a record is kept, before it is sealed.

    Parameters
    ----------
    before : the whole record as it was, unfolded
    new : the values that change
    was_folded : whether it was kept as that of a child
    """
    own = of(table)
    after = {**before, **new}
    if own is None or not (was_folded or _is_of_child(own, after, today)):
        return dict(new)
    others = {name: value for name, value in new.items() if name not in own.names}
    if not _is_of_child(own, after, today):
        return {**others, **_told(own, after), MINOR: None}
    if was_folded:
        return others if len(others) == len(new) else {**others, MINOR: _told(own, after)}
    emptied = dict.fromkeys((*_told(own, before), *(new.keys() - others.keys())))
    return {**others, **emptied, MINOR: _told(own, after)}


def _is_of_child(own: Folding, row: Values, today: date) -> bool:
    born = row.get(own.born)
    return born is not None and bool(born > last_birthday(today))


def _told(own: Folding, row: Values) -> dict[str, Any]:
    return {name: row[name] for name in own.names if row.get(name) is not None}


def _typed(table: Table, name: str, value: Any) -> Any:
    if name in table.c and isinstance(table.c[name].type, Date):
        return date.fromisoformat(value)
    return value
