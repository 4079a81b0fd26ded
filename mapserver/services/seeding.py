"""Filling a store with records that were made elsewhere: areas first, then what lives in them."""

from collections.abc import Callable, Mapping, Sequence

from mapserver.domain.records import Record
from mapserver.services.areas import gazetteer
from mapserver.services.assignment import place_all, with_first_boundary, with_named_grids
from mapserver.services.context import Context
from mapserver.store import writing

_AT_ONCE = 5000


def seed(
    context: Context,
    records: Mapping[str, Sequence[Record]],
    *,
    synthetic: bool,
    progress: Callable[[str, int, int], None],
) -> None:
    """Add the records of every layer in one transaction, each in its grid."""
    total = sum(map(len, records.values()))
    done = 0
    with context.write() as session:
        session.set_meta("synthetic", "yes" if synthetic else "no")
        for layer in sorted(session.layers.values(), key=lambda one: one.kind != "area"):
            mine = records.get(layer.id, ())
            for start in range(0, len(mine), _AT_ONCE):
                some = mine[start : start + _AT_ONCE]
                if layer.id == "grid":
                    some = with_first_boundary(some)
                elif layer.geometry and layer.kind == "register":
                    some = place_all(session, some)
                if any(field.name == "grid_claimed" for field in layer.fields):
                    some = with_named_grids(gazetteer(session), some)
                writing.add(session, layer.id, [_with_datum(record) for record in some])
                done += len(some)
                progress(layer.id, done, total)


def _with_datum(record: Record) -> Record:
    """Return a record that states the datum it was made in, which is that of all records."""
    if record.geometry is None or record.datum:
        return record
    return record._replace(datum="cgcs2000")
