"""What was written last, told without a transaction.

An answer that may be kept is tagged with the last sequence number of what it shows, and for
most answers that is all they need of the store: a transaction of their own would take longer
than the answer. SQLite says by a counter whether another connection has committed since
(`PRAGMA data_version`, sqlite.org/pragma.html); PostgreSQL is asked in one round trip.
"""

import threading
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from mapserver.store.engine import on_postgresql

Sequences = dict[str, int]

_SEQUENCES = "SELECT layer, seq FROM layer_sequence WHERE town = "


class Touched:
    """The last sequence number of each layer; threads may share it.

    It keeps one connection that never begins a transaction, so it always sees what was
    committed last, and holds nobody up.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failure = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)
        self._ask = _SEQUENCES + ("%s" if on_postgresql(engine) else "?")
        self._connection: Any = None
        self._version: object = None
        self._known: dict[str, Sequences] = {}
        self._lock = threading.Lock()

    def of(self, town: str) -> Sequences | None:
        """Return {layer: sequence number} of a town; None where the engine does not tell.

        Then a transaction will say why.
        """
        with self._lock:
            try:
                return self._told(town)
            except self._failure:
                self._drop()
                return None

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def _told(self, town: str) -> Sequences:
        if self._connection is None:
            self._connection = self._connected()
        version = self._seen_version()
        if version is None or version != self._version:
            # first the version, then what is read: what is committed in between changes it
            self._version, self._known = version, {}
        if town not in self._known:
            rows = self._connection.execute(self._ask, (town,)).fetchall()
            self._known[town] = dict(rows)
        return self._known[town]

    def _seen_version(self) -> object:
        """Return what changes with every commit, None where nothing tells."""
        if on_postgresql(self._engine):
            return None
        return self._connection.execute("PRAGMA data_version").fetchone()[0]

    def _connected(self) -> Any:
        """Return a connection that the pool no longer counts."""
        connection = self._engine.raw_connection()
        if on_postgresql(self._engine):
            dbapi: Any = connection.driver_connection
            dbapi.autocommit = True
        connection.detach()
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version, self._known = None, None, {}
