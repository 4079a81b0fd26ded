"""Many rows at once, past the statement compiler: what an import of 100,000 rows needs.

SQLAlchemy's own executemany spends more on each row's parameters than SQLite does on the
row. Here each column's values are converted by its type once, and handed to the driver as
they are: `executemany` on SQLite, COPY on PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Date, DateTime, Table
from sqlalchemy.exc import DBAPIError

from mapserver.store.engine import on_postgresql


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows` into `table`; a column that a row does not name stays empty."""
    if not rows:
        return
    named: dict[str, Any] = {}
    for row in rows:
        named.update(row)
    names = list(named)
    converted = zip(*(_column(connection, table, name, rows) for name in names), strict=True)
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    driver = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        if on_postgresql(connection):
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for values in converted:
                    copy.write_row(values)
        else:
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", converted)  # noqa: S608
    except driver.Error as error:
        wrapped = DBAPIError.instance(None, None, error, driver.Error, dialect=connection.dialect)
        raise cast(DBAPIError, wrapped) from error
    finally:
        cursor.close()


def _column(
    connection: Connection, table: Table, name: str, rows: Sequence[Mapping[str, Any]]
) -> Iterable[Any]:
    """Return one column's values as the driver takes them."""
    dialect = connection.dialect
    convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values = [row.get(name) for row in rows]
    if convert is None:
        return values
    if isinstance(table.c[name].type, Date | DateTime):
        # days and moments come again and again; a geometry never does
        convert = lru_cache(4096)(convert)
    return [None if value is None else convert(value) for value in values]
