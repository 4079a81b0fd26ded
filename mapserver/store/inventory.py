"""What a store holds, in few figures: enough to tell whether a copy of it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, column, func, inspect, select, table, text

from mapserver.store.engine import on_postgresql
from mapserver.store.geopackage import rtree_name


@dataclass(frozen=True, slots=True)
class Inventory:
    """The heads of the records and the number of rows of every table.

    Parameters
    ----------
    heads : mapping of str to str
        Of each town the number of its last event and its hash, as ``"12 9f86d0..."``.
    rows : mapping of str to int
        Of each table how many rows it has, removed records included.
    """

    heads: Mapping[str, str]
    rows: Mapping[str, int]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Count what the store holds at the connection's moment."""
        names = [name for name in inspect(connection).get_table_names() if _is_kept(name)]
        rows = {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in sorted(names)
        }
        return cls(_heads(connection) if "chain" in rows else {}, rows)

    @property
    def last(self) -> int:
        """How many events all towns have together."""
        return sum(int(head.split()[0]) for head in self.heads.values())

    def differences(self, other: "Inventory") -> list[str]:
        """Return what differs: towns and tables by name, with both figures."""
        pairs = [
            (f"chain {town}", self.heads.get(town), other.heads.get(town))
            for town in sorted({*self.heads, *other.heads})
        ]
        tables = sorted({*self.rows, *other.rows})
        counts = [(name, self.rows.get(name), other.rows.get(name)) for name in tables]
        return [
            f"{name}: {mine} / {theirs}"
            for name, mine, theirs in [*pairs, *counts]
            if mine != theirs
        ]


def _is_kept(name: str) -> bool:
    # the trees' own nodes are counted by `faults`; PostGIS brings spatial_ref_sys itself
    return not name.startswith(("rtree_", "sqlite_")) and name != "spatial_ref_sys"


def _heads(connection: Connection) -> dict[str, str]:
    chain = table("chain", column("town"), column("seq"), column("hash"))
    rows = connection.execute(select(chain.c.town, chain.c.seq, chain.c.hash))
    return {town: f"{seq} {bytes(digest).hex()}" for town, seq, digest in sorted(rows)}


def faults(connection: Connection) -> list[str]:
    """Return what is wrong with the tables and their indexes, nothing where all is sound.

    On SQLite every page and index is walked, and every R*Tree held against its table. On
    PostgreSQL a restore has just made every index anew; `pg_amcheck` looks at old ones.
    """
    if on_postgresql(connection):
        return []
    found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
    found = [] if found == ["ok"] else found
    names = set(inspect(connection).get_table_names())
    for name in sorted(names):
        if rtree_name(name) in names:
            found += _tree_faults(connection, name)
    return found


def _tree_faults(connection: Connection, name: str) -> list[str]:
    tree = rtree_name(name)
    told = connection.execute(select(func.rtreecheck("main", tree))).scalar_one()
    found = [] if told == "ok" else [f"{tree}: {told}"]
    one = table(name, column("geom"))
    located = select(func.count()).where(one.c.geom.is_not(None), func.ST_IsEmpty(one.c.geom) == 0)
    expected = connection.execute(located.select_from(one)).scalar_one()
    held = connection.execute(select(func.count()).select_from(table(tree))).scalar_one()
    return found if held == expected else [*found, f"{tree}: {held} boxes, {expected} shapes"]
