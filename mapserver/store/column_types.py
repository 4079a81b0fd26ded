"""Types of columns that both engines know, each in the form that it keeps them in."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Double, Integer, String, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

Identifier = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
"""UUIDv7 as text in Python; made by the program, so that a phone can make one offline."""

Key = BigInteger().with_variant(Integer(), "sqlite")
Town = String(9)


class _GeoPackageInstant(UserDefinedType[datetime]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "DATETIME"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, without its zone, to the millisecond that GeoPackage keeps."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of the engine at hand."""
        on_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(_GeoPackageInstant() if on_sqlite else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the moment, on SQLite in the form of OGC 12-128r17, table 1."""
        if value is None or dialect.name != "sqlite":
            return value
        return f"{value.isoformat(timespec='milliseconds')}Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment of what the driver gave."""
        return (
            datetime.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else value
        )


@compiles(String, "sqlite")
def _sized_text(column: String, _: Any, **__: Any) -> str:
    # GeoPackage 1.3 table 1 knows TEXT and TEXT(n), not VARCHAR
    return f"TEXT({column.length})" if column.length else "TEXT"


@compiles(Double, "sqlite")
def _double(*_: Any, **__: Any) -> str:
    return "DOUBLE"
