"""The second wall on PostgreSQL: the server itself shows a transaction only what is its.

Every table of a layer has a policy that compares each row's town, village and grid with what
the transaction was told at its beginning. One that was told nothing sees nothing, so a
statement that forgets the scope finds no rows instead of everybody's. The wall stands for
roles that are neither superuser nor exempt (BYPASSRLS); tables are FORCEd, so the owner is
held as well.

The tables of imports, events and accounts have one that compares the town. `chain`, its cuts
and `layer_sequence`, which hold numbers and hashes alone, have none: they are read before it is
known whose transaction it is.

A row is let through where its caller holds any right at all; which right, and the fields, are
for `items.within` and `masking`. A table without grids of its own goes by villages.

References
----------
PostgreSQL 15 manual, 5.8 "Row Security Policies".
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, MetaData, Table, func, select, text

from mapserver.domain.areas import VILLAGE
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.store.account_tables import ACCOUNT_TABLES
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
_POLICY_OF_TOWN = """
CREATE POLICY scope ON {table} USING (current_setting('{town}', true) IN (town, '{everywhere}'))
"""
OF_TOWN = (
    "event",
    "import_batch",
    "boundary",
    *(table(MetaData()).name for table in ACCOUNT_TABLES),
)
"""The tables whose rows are told apart by town alone."""

_BY_VILLAGE = f"village LIKE left(area, {VILLAGE}) || '%'"
_BY_GRID = (
    f"CASE WHEN length(area) > {VILLAGE} THEN grid LIKE area || '%' "
    "ELSE village LIKE area || '%' END"
)


def install(connection: Connection, tables: Iterable[Table]) -> None:
    """Put the policies on tables, anew where they have them."""
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        name = quote(table.name)
        for statement in (
            f"DROP POLICY IF EXISTS scope ON {name}",
            _policy(table, name),
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        ):
            connection.execute(text(statement))


def _policy(table: Table, name: str) -> str:
    if table.name in OF_TOWN:
        return _POLICY_OF_TOWN.format(table=name, town=_TOWN, everywhere=_EVERYWHERE)
    return _POLICY.format(
        table=name,
        town=_TOWN,
        reach=_REACH + table.name,
        everywhere=_EVERYWHERE,
        inside=_BY_GRID if "grid" in table.c else _BY_VILLAGE,
    )


def is_exempt(connection: Connection) -> bool:
    """Whether the policies do nothing for who is connected: a superuser, or BYPASSRLS."""
    told = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return bool(connection.execute(told).scalar_one())


def admit(connection: Connection, scope: Scope, layers: Mapping[str, Layer]) -> None:
    """Tell the transaction whose it is, until it ends."""
    reach = {_REACH + name: _reach(scope, layer) for name, layer in layers.items()}
    _tell(connection, {_TOWN: scope.town, **reach})


def admit_all(connection: Connection, layers: Iterable[str]) -> None:
    """Show a transaction that changes the form of tables every row of every town."""
    _tell(connection, all_admitted(layers))


def all_admitted(layers: Iterable[str]) -> dict[str, str]:
    """Return the settings by which a session sees every row of every town, by name."""
    return {_TOWN: _EVERYWHERE, **{_REACH + name: _EVERYWHERE for name in layers}}


def _tell(connection: Connection, settings: Mapping[str, str]) -> None:
    told = (func.set_config(name, value, True) for name, value in settings.items())
    connection.execute(select(*told))


def _reach(scope: Scope, layer: Layer) -> str:
    areas = {area for right in Right for area in scope.reach(layer, right)}
    return _EVERYWHERE if scope.town in areas else ",".join(sorted(areas))
