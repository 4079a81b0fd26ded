"""The second wall on PostgreSQL: the server itself shows a transaction only what is its.

Every table of a layer has a policy that compares each row's town, village and grid with what
the transaction was told at its beginning. One that was told nothing sees nothing, so a
statement that forgets the scope finds no rows instead of everybody's. The wall stands for
roles that are neither superuser nor exempt (BYPASSRLS); tables are FORCEd, so the owner is
held as well.

A row is let through where its caller holds any right at all; which right, and the fields, are
for `items.within` and `masking`. A table without grids of its own goes by villages.

References
----------
PostgreSQL 15 manual, 5.8 "Row Security Policies".
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, func, select, text

from mapserver.domain.areas import VILLAGE
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.store.scope import Scope

_TOWN, _REACH = "mapserver.town", "mapserver.reach_"
_EVERYWHERE = "*"

_POLICY = """
CREATE POLICY scope ON {table} USING (
    current_setting('{town}', true) IN (town, '{everywhere}') AND (
        current_setting('{reach}', true) = '{everywhere}' OR EXISTS (
            SELECT FROM unnest(string_to_array(current_setting('{reach}', true), ',')) AS area
            WHERE {inside})))
"""
_BY_VILLAGE = f"village LIKE left(area, {VILLAGE}) || '%'"
_BY_GRID = (
    f"CASE WHEN length(area) > {VILLAGE} THEN grid LIKE area || '%' "
    "ELSE village LIKE area || '%' END"
)


def install(connection: Connection, tables: Iterable[Table]) -> None:
    """Put the policy on the tables of layers, anew where they have it."""
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        name = quote(table.name)
        policy = _POLICY.format(
            table=name,
            town=_TOWN,
            reach=_REACH + table.name,
            everywhere=_EVERYWHERE,
            inside=_BY_GRID if "grid" in table.c else _BY_VILLAGE,
        )
        for statement in (
            f"DROP POLICY IF EXISTS scope ON {name}",
            policy,
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        ):
            connection.execute(text(statement))


def admit(connection: Connection, scope: Scope, layers: Mapping[str, Layer]) -> None:
    """Tell the transaction whose it is, until it ends."""
    reach = {_REACH + name: _reach(scope, layer) for name, layer in layers.items()}
    _tell(connection, {_TOWN: scope.town, **reach})


def admit_all(connection: Connection, layers: Iterable[str]) -> None:
    """Show a transaction that changes the form of tables every row of every town."""
    reach = {_REACH + name: _EVERYWHERE for name in layers}
    _tell(connection, {_TOWN: _EVERYWHERE, **reach})


def _tell(connection: Connection, settings: Mapping[str, str]) -> None:
    told = (func.set_config(name, value, True) for name, value in settings.items())
    connection.execute(select(*told))


def _reach(scope: Scope, layer: Layer) -> str:
    areas = {area for right in Right for area in scope.reach(layer, right)}
    return _EVERYWHERE if scope.town in areas else ",".join(sorted(areas))
