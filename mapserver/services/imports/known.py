"""Which record of the register a row of a plain register speaks of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Point

from mapserver.layers import Layer
from mapserver.store import registers
from mapserver.store.store import Session

Key = tuple[Any, ...]
Kept = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of its record.

    `key` tells it from others: "match" and the values of the layer's `match`, or "name",
    name, village and point, or "values" and everything that the row says.
    """

    key: Key
    values: Mapping[str, Any]
    village: str | None
    point: Point | None = None


def known_records(session: Session, layer: Layer, wanted: Sequence[Wanted]) -> dict[Key, Kept]:
    """Return the records that the register has, by the keys of `wanted`."""
    by_kind: dict[str, dict[Key, Wanted]] = defaultdict(dict)
    for one in wanted:
        by_kind[one.key[0]][one.key] = one
    return (
        _matched(session, layer, by_kind["match"])
        | _named(session, layer, by_kind["name"])
        | _alike(session, layer, by_kind["values"])
    )


def _matched(session: Session, layer: Layer, wanted: Mapping[Key, Wanted]) -> dict[Key, Kept]:
    """Return records by the match; of several that of the row's village, else the oldest."""
    firsts = [key[1] for key in wanted]
    if not firsts:
        return {}
    found = registers.all_rows_by(session, layer.id, layer.match, firsts)
    return {
        key: next((row for row in rows if row["village"] == one.village), rows[0])
        for key, one in wanted.items()
        if (rows := found.get(key[1:]))
    }


def _named(session: Session, layer: Layer, wanted: Mapping[Key, Wanted]) -> dict[Key, Kept]:
    """Return records by name and village: at the row's point, else one that needs no choice.

    A row without a point means the only record of that name; one with a point may give it
    to a record that has none. Two rows never mean one record.
    """
    if not wanted:
        # not every layer has names
        return {}
    there = _records_by(session, layer, "name", [key[1] for key in wanted])
    found: dict[Key, Kept] = {}
    claimed: set[str] = set()
    for fits in (_lies_there, _may_lie_there):
        for key, one in wanted.items():
            rest = [
                record
                for record in there.get(key[1], ())
                if record["village"] == one.village and record["id"] not in claimed
            ]
            fitting = [record for record in rest if fits(record, one.point)]
            if key not in found and (len(fitting) == 1 or (fitting and fits is _lies_there)):
                found[key] = fitting[0]
                claimed.add(fitting[0]["id"])
    return found


def _lies_there(record: Kept, point: Point | None) -> bool:
    return bool(record.get("geom") == point)


def _may_lie_there(record: Kept, point: Point | None) -> bool:
    return point is None or record.get("geom") is None


def _alike(session: Session, layer: Layer, wanted: Mapping[Key, Wanted]) -> dict[Key, Kept]:
    """Return records that hold all that a row says, for rows that name nothing."""
    anchors: dict[str, list[tuple[Key, Wanted]]] = defaultdict(list)
    for key, one in wanted.items():
        anchors["village" if one.village else _anchor(layer, one)].append((key, one))
    found: dict[Key, Kept] = {}
    for column, rows in anchors.items():
        sought = [{**one.values, "village": one.village}[column] for _, one in rows]
        there = _records_by(session, layer, column, sought)
        for (key, one), value in zip(rows, sought, strict=True):
            record = next((kept for kept in there.get(value, ()) if _holds(kept, one)), None)
            if record is not None:
                found[key] = record
    return found


def _anchor(layer: Layer, wanted: Wanted) -> str:
    """Return a column by which a row's record can be looked up: no sealed text can."""
    fields = [layer.get(name) for name in wanted.values]
    found = [one.name for one in fields if not one.is_secret or layer.is_blind(one)]
    return min(found, default="village")


def _holds(record: Kept, wanted: Wanted) -> bool:
    if wanted.point is not None and record["geom"] != wanted.point:
        return False
    return all(record[name] == value for name, value in wanted.values.items())


def _records_by(
    session: Session, layer: Layer, column: str, values: Iterable[Any]
) -> dict[Any, list[Kept]]:
    found: dict[Any, list[Kept]] = defaultdict(list)
    for parts, row in registers.rows_by(session, layer.id, (column, "id"), values).items():
        found[parts[0]].append(row)
    return found
