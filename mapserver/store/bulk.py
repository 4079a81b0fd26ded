"""Many rows at once, past the statement compiler: what an import of 100,000 rows needs.

SQLAlchemy's own executemany spends more on each row's parameters than SQLite does on the
row. Here a column's values are converted by its type, where the type asks for it, and
handed to the driver as they are: `executemany` on SQLite, COPY on PostgreSQL.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Connection, Date, Table
from sqlalchemy.exc import DBAPIError

from mapserver.store.column_types import Instant
from mapserver.store.engine import on_postgresql

Convert = Callable[[Any], Any]

_FEW = 20
"""Rows for which a table of their own costs more than it saves."""


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    stamp: Mapping[str, Any],
) -> None:
    """Insert `rows` into `table`, each with the columns of `stamp`.

    A column that a row does not name stays empty.
    """
    named = dict.fromkeys(chain(stamp, *rows))
    blank = {**named, **stamp}
    every = {name: _converter(connection, table, name) for name in named}
    converters = {name: convert for name, convert in every.items() if convert is not None}
    insert_tuples(connection, table, tuple(named), _converted(rows, blank, converters), walled=True)


def _converted(
    rows: Iterable[Mapping[str, Any]], blank: Mapping[str, Any], converters: Mapping[str, Convert]
) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        whole = {**blank, **row}
        for name, convert in converters.items():
            value = whole[name]
            if value is not None:
                whole[name] = convert(value)
        yield tuple(whole.values())


def _converter(connection: Connection, table: Table, name: str) -> Convert | None:
    """Return what makes of a column's value what the driver takes, None where it takes it."""
    kind = table.c[name].type
    dialect = connection.dialect
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is not None and isinstance(kind, Date | Instant):
        # days and moments come again and again; a geometry never does
        return lru_cache(1 << 16)(convert)
    return convert


def insert_tuples(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    marks: Mapping[str, str] = MappingProxyType({}),
    *,
    walled: bool = False,
) -> None:
    """Insert rows of values in the order of `names`, as the driver takes them.

    `marks` says how SQLite is to take a column's value where a plain "?" does not do. A table
    is `walled` if it has row-level security on PostgreSQL.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    target = f"{quote(table.name)} ({columns})"
    driver = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        if on_postgresql(connection):
            if walled:
                _copy_past_the_wall(cursor, quote(table.name), columns, iter(rows))
            else:
                _copy(cursor, target, rows)
        else:
            values_of = ", ".join(marks.get(name, "?") for name in names)
            cursor.executemany(f"INSERT INTO {target} VALUES ({values_of})", rows)  # noqa: S608
    except driver.Error as error:
        wrapped = DBAPIError.instance(None, None, error, driver.Error, dialect=connection.dialect)
        raise cast(DBAPIError, wrapped) from error
    finally:
        cursor.close()


def _copy(cursor: Any, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for values in rows:
            copy.write_row(values)


def _copy_past_the_wall(
    cursor: Any, table: str, columns: str, rows: Iterator[tuple[Any, ...]]
) -> None:
    """Write to a table with row-level security, which COPY itself does not.

    Many rows are copied into a table of the transaction's own, and inserted from there.
    """
    some = list(islice(rows, _FEW + 1))
    if len(some) <= _FEW:
        values_of = ", ".join(["%s"] * (columns.count(",") + 1))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values_of})", some)  # noqa: S608
        return
    cursor.execute(
        f"CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"  # noqa: S608
    )
    _copy(cursor, "copied", chain(some, rows))
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM copied")  # noqa: S608
    cursor.execute("DROP TABLE copied")
