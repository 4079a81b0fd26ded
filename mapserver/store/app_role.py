"""A role of PostgreSQL for the program alone, which owns no table and cannot edit the record.

The owner makes the tables, brings them up to newer layer files and cuts the record. The
program, run as this role, reads and writes records, appends events and moves the head; it
may not change or remove an event, nor make a cut.
"""

import re

from sqlalchemy import Connection, MetaData, text

from mapserver.errors import InvalidRequest, StoreError
from mapserver.store.engine import on_postgresql

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_RIGHTS = {"event": "SELECT, INSERT", "chain": "SELECT, INSERT, UPDATE", "chain_cut": "SELECT"}
"""What the program may do with the record; with every other table, all but TRUNCATE."""


def make(connection: Connection, metadata: MetaData, name: str) -> None:
    """Make the role where it is absent, and give it exactly the rights it needs.

    It may log in, but has no password yet. Tables that the owner makes later are given too.

    Raises
    ------
    InvalidRequest
        If the name is none for a role.
    StoreError
        If the store is a file, which has no roles, or the name is the owner's own.
    """
    _refuse(connection, name)
    if not connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}
    ).first():
        connection.exec_driver_sql(f'CREATE ROLE "{name}" LOGIN')
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    quote = connection.dialect.identifier_preparer.quote
    statements = [f'GRANT USAGE ON SCHEMA {schema} TO "{name}"']
    for table in metadata.tables:
        statements += [
            f'REVOKE ALL ON {quote(table)} FROM "{name}"',
            f'GRANT {_RIGHTS.get(table, _ALL)} ON {quote(table)} TO "{name}"',
        ]
    statements.append(
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_ALL} ON TABLES TO "{name}"'
    )
    for statement in statements:
        connection.exec_driver_sql(statement)


def _refuse(connection: Connection, name: str) -> None:
    if not on_postgresql(connection):
        raise StoreError(
            "GeoPackage 文件没有角色；它的记录由触发器看住。",
            "A GeoPackage has no roles; triggers keep its record.",
        )
    if not _NAME.fullmatch(name):
        raise InvalidRequest(
            "角色名只能用小写字母、数字和下划线，字母开头。",
            "A role's name is lower-case letters, digits and underscores, a letter first.",
        )
    if name == connection.exec_driver_sql("SELECT current_user").scalar_one():
        raise StoreError(
            f"{name} 是表的所有者，给程序另起一个角色名。",
            f"{name} owns the tables; choose another name for the program's role.",
        )
