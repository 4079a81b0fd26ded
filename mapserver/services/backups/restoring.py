"""Putting a backup back: into an empty place, proved before it stands there.

Nobody comes back with it: sessions that ended since and tokens that were revoked are open in a
backup, and there is no telling them from the others. So all of them end.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mapserver.errors import BackupError
from mapserver.formats.sealed_stream import Secret
from mapserver.services.backups import content as contents
from mapserver.services.backups.making import flush_folder, key_file_of
from mapserver.services.backups.proof import Laid, lay_out, prove, write_private
from mapserver.services.context import LOCAL_ACTOR
from mapserver.settings import Settings
from mapserver.store import sessions
from mapserver.store.copies import is_empty
from mapserver.store.engine import GEOPACKAGE_NAME, is_url
from mapserver.store.events import Event
from mapserver.store.inventory import Inventory
from mapserver.store.scope import Scope

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was put back: when its backup was made, and what it holds."""

    at: datetime
    holds: Inventory


def restore(
    settings: Settings, file: Path, secret: Secret, clock: Clock, store_key: bytes | None = None
) -> Restored:
    """Put the backup in `file` at the place that the settings name.

    The record tells that it was put back: what came after the backup is in no other place.
    Every session and every token in it ends.

    Raises
    ------
    BackupError
        If something is there already, the backup is not whole, or cannot be written.
    """
    _refuse_taken(settings)
    try:
        with file.open("rb") as source:
            content = contents.read(source, secret)
            _refuse_other_key(settings, content.key or store_key)
            if is_url(settings.data):
                _into_database(settings, content, store_key, clock)
            else:
                _into_folder(settings, content, store_key, clock)
    except OSError as error:
        raise BackupError(
            f"没有恢复成：{error.filename or file} {error.strerror or error}。什么都没有改动。",
            f"Not restored: {error.filename or file}: {error.strerror or error}. "
            "Nothing was changed.",
        ) from error
    return Restored(content.at, content.holds)


def _refuse_taken(settings: Settings) -> None:
    if not is_empty(settings.data):
        raise BackupError(
            "那里已经有数据，没有动它。恢复到一个空文件夹或空数据库，看好之后再换过去。",
            "There is data already, and it was not touched. Restore into an empty folder or "
            "database, look at it, then change over.",
        )


def _into_folder(
    settings: Settings, content: contents.Content, store_key: bytes | None, clock: Clock
) -> None:
    target = Path(settings.data)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".restore-", dir=target) as name:
        laid = lay_out(content, name, Path(name), store_key)
        prove(laid, content, clock)
        _begin_anew(laid, content, clock)
        _keep_beside(settings, laid)
        # the store comes last: where it is, all that it needs is
        (Path(name) / GEOPACKAGE_NAME).replace(target / GEOPACKAGE_NAME)
    flush_folder(target)


def _into_database(
    settings: Settings, content: contents.Content, store_key: bytes | None, clock: Clock
) -> None:
    with TemporaryDirectory(prefix="mapserver-restore-") as name:
        laid = lay_out(content, settings.data, Path(name), store_key)
        prove(laid, content, clock)
        _begin_anew(laid, content, clock)
        _keep_beside(settings, laid)


def _begin_anew(laid: Laid, content: contents.Content, clock: Clock) -> None:
    """Tell the record of each town where it was put back, and end who was signed in."""
    told = {"made_at": content.at.isoformat(), "events": content.holds.last}
    store = laid.open()
    try:
        for town in store.towns():
            with store.write(Scope.of_town(LOCAL_ACTOR, town), clock()) as session:
                session.append([Event("restore", None, None, None, {"note": told})])
                for table in ("session", "token"):
                    sessions.end_everybodys(session, table)
    finally:
        store.close()


def _refuse_other_key(settings: Settings, key: bytes | None) -> None:
    key_file = key_file_of(settings)
    if key is not None and key_file.exists() and key_file.read_bytes() != key:
        raise BackupError(
            f"{key_file} 是另一个库的密钥，没有覆盖它。先把它移走，再恢复一次。",
            f"{key_file} is another store's key and was not overwritten. Move it away, then "
            "restore again.",
        )


def _keep_beside(settings: Settings, laid: Laid) -> None:
    """Put the key and the layer files where the store will look for them."""
    key_file = key_file_of(settings)
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        write_private(key_file, laid.key_file.read_bytes())
    folder = settings.layers or (None if is_url(settings.data) else Path(settings.data) / "layers")
    if folder is not None and any(laid.layers.iterdir()):
        shutil.copytree(laid.layers, folder, dirs_exist_ok=True)
