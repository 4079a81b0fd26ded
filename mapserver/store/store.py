"""The store: the one way to a connection, and only with a scope.

>>> store = Store.open("data", layers, key_file=None)      # doctest: +SKIP
>>> with store.read(scope) as session:                     # doctest: +SKIP
...     features.get(session, "house", identifier)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, make_url, select

from mapserver.domain.days import day_of
from mapserver.errors import KeyFileError, NotFound
from mapserver.layers import Layer, digest
from mapserver.store import (
    app_role,
    events,
    migrate,
    minors,
    minors_sealing,
    row_security,
    verifying,
)
from mapserver.store.engine import (
    analyse,
    is_url,
    on_postgresql,
    open_engine,
    starting,
    transaction,
)
from mapserver.store.keys import fingerprint, read_ring
from mapserver.store.schema import build
from mapserver.store.scope import Scope
from mapserver.store.secrets import Marks, Secrets, Vault, missing_key
from mapserver.store.touched import Touched
from mapserver.store.verifying import Walk

MARKS = "keys"
"""Under what the store says which keys its rows are sealed with, see `secrets.Marks`."""


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction for one scope, at one moment.

    `at` is the moment that writes are dated with and ages are counted on (UTC); `key` chains
    the record of events.
    """

    connection: Connection
    metadata: MetaData
    layers: Mapping[str, Layer]
    scope: Scope
    at: datetime
    key: bytes
    secrets: Secrets

    def table(self, layer: str) -> Table:
        """Return a layer's table."""
        return self.metadata.tables[layer]

    def layer(self, name: str) -> Layer:
        """Return a layer.

        Raises
        ------
        NotFound
            If there is none of that name.
        """
        return _named(self.layers, name)

    @property
    def town(self) -> str:
        """The 9-digit code of the scope's town."""
        return self.scope.town

    @property
    def stamp(self) -> datetime:
        """The moment as columns keep it: UTC without its zone, to the millisecond."""
        moment = self.at.astimezone(UTC).replace(tzinfo=None)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def today(self) -> date:
        """The day where the town is."""
        return day_of(self.at)

    @property
    def on_postgresql(self) -> bool:
        """Whether the engine is PostgreSQL."""
        return on_postgresql(self.connection)

    def append(self, happened: list[events.Event]) -> int:
        """Append events to the town's chain and return its last sequence number."""
        names = ("event", "chain", "layer_sequence")
        event, chain, sequence = (self.metadata.tables[name] for name in names)
        who = (self.town, self.scope.actor, events.moment(self.at))
        return events.append(self.connection, (event, chain, sequence), self.key, who, happened)

    def meta(self, name: str) -> str | None:
        """Return what the store says of itself under `name`."""
        return migrate.read_meta(self.connection, self.metadata, name)

    def set_meta(self, name: str, value: str) -> None:
        """Set what the store says of itself under `name`."""
        migrate.write_meta(self.connection, self.metadata, name, value)

    def sequence(self) -> int:
        """Return the town's last sequence number."""
        return events.last(self.connection, self.metadata.tables["chain"], self.town)

    def head(self) -> events.Head:
        """Return the end of the town's record."""
        return events.head(self.connection, self.metadata.tables["chain"], self.town)

    def sequences(self) -> dict[str, int]:
        """Return the last sequence number that touched each layer."""
        table = self.metadata.tables["layer_sequence"]
        return events.sequences(self.connection, table, self.town)

    def holds_records(self) -> bool:
        """Whether the town has any record, removed ones included."""
        tables = map(self.table, self.layers)
        queries = (select(one.c.id).where(one.c.town == self.town).limit(1) for one in tables)
        return any(self.connection.execute(query).first() for query in queries)

    def walk(self, marks: Mapping[int, bytes] = verifying.NO_MARKS) -> Walk:
        """Walk the town's record from its beginning to its head.

        Raises
        ------
        BrokenChain
            Where the record was altered.
        """
        names = ("event", "chain", "chain_cut")
        tables = verifying.Tables(*(self.metadata.tables[name] for name in names))
        walked = verifying.walk(self.connection, tables, self.key, self.town, marks)
        if not walked.seq and self.holds_records():
            raise verifying.broken("missing", 1)
        return walked

    def hold(self) -> None:
        """Take the town's lock: nobody else writes until the transaction ends."""
        events.hold(self.connection, self.metadata.tables["chain"], self.key, self.town)


class Store:
    """One town's data on one engine, brought up to its layer files."""

    def __init__(self, engine: Engine, layers: Mapping[str, Layer], vault: Vault) -> None:
        self._engine = engine
        self.vault = vault
        self._key = vault.ring.chain
        self.layers = layers
        self.layers_digest = digest(layers)
        self._metadata = build(layers, geopackage=not on_postgresql(engine))
        self._touched = Touched(engine)

    def layer(self, name: str) -> Layer:
        """Return a layer; NotFound if there is none of that name."""
        return _named(self.layers, name)

    @classmethod
    def open(
        cls, place: str, layers: Mapping[str, Layer], *, key_file: Path | None, busy_s: float = 10.0
    ) -> "Store":
        """Open or make the store at `place`, a folder or a postgresql:// address.

        Raises
        ------
        StoreError
            If it cannot be opened, is held by another, newer, or does not fit the layers.
        KeyFileError
            If the key is missing, readable by others, or another store's.
        """
        engine = open_engine(place, busy_seconds=busy_s)
        path = key_file or key_path(place)
        try:
            with starting():
                return cls._as_it_is(engine, layers, path) or cls._brought_up(engine, layers, path)
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    def _as_it_is(cls, engine: Engine, layers: Mapping[str, Layer], path: Path) -> "Store | None":
        """Return a store that fits its layers already, without waiting for who writes."""
        with transaction(engine, writes=False) as connection:
            if not migrate.is_current(connection, layers):
                return None
            store = cls(engine, layers, Vault(path, read_ring(path, may_create=False)))
            store._know_keys(connection)
        return store

    @classmethod
    def _brought_up(cls, engine: Engine, layers: Mapping[str, Layer], path: Path) -> "Store":
        with transaction(engine, writes=True) as connection:
            migrate.take_turns(connection)
            ring = read_ring(path, may_create=migrate.is_new(connection))
            store = cls(engine, layers, Vault(path, ring))
            migrate.migrate(connection, store._metadata, layers)
            store._know_keys(connection)
            store._seal_minors(connection)
        return store

    def _seal_minors(self, connection: Connection) -> None:
        """Seal the records of children that an earlier form of the tables kept open."""
        for table in map(self._metadata.tables.__getitem__, self.layers):
            if minors.of(table) is not None:
                for town in minors_sealing.towns(connection, table):
                    secrets = self._secrets(connection, town)
                    minors_sealing.seal_open_ones(connection, table, town, secrets)

    def _know_keys(self, connection: Connection) -> None:
        mark = fingerprint(self._key)
        known = migrate.read_meta(connection, self._metadata, "key")
        if known is None:
            migrate.write_meta(connection, self._metadata, "key", mark)
            first = Marks(self.vault.ring.ids[-1])
            migrate.write_meta(connection, self._metadata, MARKS, first.dump())
        elif known != mark:
            raise KeyFileError(
                "密钥文件是另一个库的。换回这个库自己的密钥文件。",
                "The key file belongs to another store. Put this store's own back.",
            )
        told = migrate.read_meta(connection, self._metadata, MARKS)
        if told is None or not set(Marks.parse(told).ids) <= set(self.vault.ring.ids):
            raise missing_key(self.vault.path)

    @contextmanager
    def read(self, scope: Scope, at: datetime) -> Iterator[Session]:
        """Yield a session that sees one consistent state and writes nothing."""
        with transaction(self._engine, writes=False) as connection:
            yield self._session(connection, scope, at)

    @contextmanager
    def write(self, scope: Scope, at: datetime) -> Iterator[Session]:
        """Yield a session whose writes are committed together or not at all.

        It holds the town's lock from the start: writers take turns, and what one reads
        nobody else changes before it commits.
        """
        with transaction(self._engine, writes=True) as connection:
            session = self._session(connection, scope, at)
            # before the first read, so that what is read is still so when it is written
            session.hold()
            yield session

    def _session(self, connection: Connection, scope: Scope, at: datetime) -> Session:
        if on_postgresql(connection):
            row_security.admit(connection, scope, self.layers)
        secrets = self._secrets(connection, scope.town)
        return Session(connection, self._metadata, self.layers, scope, at, self._key, secrets)

    def _secrets(self, connection: Connection, town: str) -> Secrets:
        def marks() -> str | None:
            return migrate.read_meta(connection, self._metadata, MARKS)

        return Secrets(self.vault, town, marks)

    @property
    def tells_at_once(self) -> bool:
        """Whether `sequences` asks a file in memory, and not a server that may keep us waiting."""
        return not on_postgresql(self._engine)

    def sequences(self, scope: Scope, at: datetime) -> dict[str, int]:
        """Return the last sequence number that touched each layer, as of now."""
        told = self._touched.of(scope.town)
        if told is not None:
            return told
        with self.read(scope, at) as session:
            return session.sequences()

    def towns(self) -> list[str]:
        """Return the codes of the towns kept here, in order."""
        with transaction(self._engine, writes=False) as connection:
            return events.towns(connection, self._metadata.tables["chain"])

    def towns_of_records(self) -> list[str]:
        """Return every town that has an event, a cut or a record, in order.

        A town whose record was wiped whole is still among them.
        """
        tables = [table for table in self._metadata.tables.values() if "town" in table.c]
        with transaction(self._engine, writes=False) as connection:
            if on_postgresql(connection):
                row_security.admit_all(connection, self.layers)
            found = {
                town
                for table in tables
                for town in connection.execute(select(table.c.town).distinct()).scalars()
            }
        return sorted(found)

    @property
    def has_wall(self) -> bool:
        """Whether the engine itself keeps a transaction to its town and areas, as PostgreSQL may.

        It does not for a superuser or a role with BYPASSRLS. A GeoPackage has no such wall.
        """
        if not on_postgresql(self._engine):
            return False
        with transaction(self._engine, writes=False) as connection:
            return not row_security.is_exempt(connection)

    @property
    def is_file(self) -> bool:
        """Whether the store is a GeoPackage."""
        return not on_postgresql(self._engine)

    def make_app_role(self, name: str) -> None:
        """Make a role of PostgreSQL that cannot edit the record, see `app_role`."""
        with transaction(self._engine, writes=True) as connection:
            app_role.make(connection, self._metadata, name)

    def verify(self, scope: Scope, at: datetime) -> int:
        """Walk the town's record and return how many events it holds.

        Raises
        ------
        BrokenChain
            Where the record was altered.
        """
        return self.walk(scope, at).count

    def walk(
        self, scope: Scope, at: datetime, marks: Mapping[int, bytes] = verifying.NO_MARKS
    ) -> Walk:
        """Walk the town's record, and hold it to heads that were put away earlier.

        Raises
        ------
        BrokenChain
            Where the record was altered.
        """
        with self.read(scope, at) as session:
            return session.walk(marks)

    def analyse(self) -> None:
        """Let the engine learn how its rows are spread, after many were written."""
        analyse(self._engine)

    def close(self) -> None:
        """Give back every connection."""
        self._touched.close()
        self._engine.dispose()


def key_path(place: str) -> Path:
    """Return where the key of the store at `place` lies, where no setting says otherwise."""
    if is_url(place):
        return Path.home() / ".config" / "mapserver" / f"{make_url(place).database}.key"
    return Path(place) / "town.key"


def _named(layers: Mapping[str, Layer], name: str) -> Layer:
    if name not in layers:
        raise no_layer(name)
    return layers[name]


def no_layer(name: str) -> NotFound:
    """Return the error for a layer that does not exist, or not for this caller."""
    return NotFound(f"没有叫 {name} 的图层。", f"There is no collection called {name}.")
