"""Making a backup while the town is served, and proving it before it gets its name."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mapserver.errors import BackupError, KeyFileError
from mapserver.formats.sealed_stream import Secret
from mapserver.services.backups import content as contents
from mapserver.services.backups.keeping import name_at
from mapserver.services.backups.proof import lay_out, prove
from mapserver.services.context import LOCAL_ACTOR
from mapserver.services.opening import layer_folders, open_store
from mapserver.settings import Settings
from mapserver.shipped import shipped
from mapserver.store.copies import Copy, copied, scratch_place
from mapserver.store.engine import is_url
from mapserver.store.events import Event
from mapserver.store.inventory import Inventory
from mapserver.store.scope import Scope
from mapserver.store.store import key_path

Clock = Callable[[], datetime]
_SCRATCH = ".backup-"
_STALE_S = 86_400


@dataclass(frozen=True, slots=True)
class Order:
    """How a backup is to be made.

    Parameters
    ----------
    folder : Path
        Where it goes.
    secret : Secret
        What seals it.
    with_key : bool
        Whether the store's key file goes into it.
    checked : bool
        Whether it is restored into an empty place and compared.
    check_in : str, optional
        An empty database for that; by default one is made and dropped.
    """

    folder: Path
    secret: Secret
    with_key: bool = True
    checked: bool = True
    check_in: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that stands in its place."""

    file: Path
    at: datetime
    holds: Inventory
    size: int
    checked: bool


def back_up(settings: Settings, order: Order, clock: Clock) -> Made:
    """Make a backup of the town's store; nobody who writes waits for it.

    It gets its name only when it is whole, on the disk, and proved.

    Raises
    ------
    BackupError
        If it cannot be written, or does not restore to what was backed up.
    StoreError, KeyFileError
        If the store or its key cannot be read.
    """
    at = clock()
    beside = order.folder / f".{name_at(at)}.{os.getpid()}.part"
    try:
        order.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _scratch(settings) as scratch:
            holds = _write(settings, order, beside, scratch, at)
        if order.checked:
            with _scratch(settings) as scratch:
                _check(settings, order, beside, scratch, clock)
        file = _named(beside, at)
    except OSError as error:
        raise _not_written(order.folder, error) from error
    finally:
        beside.unlink(missing_ok=True)
    note(
        settings,
        "backup",
        {"file": file.name, "events": holds.last, "checked": order.checked},
        clock,
    )
    return Made(file, at, holds, file.stat().st_size, order.checked)


def _write(
    settings: Settings, order: Order, beside: Path, scratch: Path, at: datetime
) -> Inventory:
    with _copied_with_key(settings, scratch) as (copy, key), beside.open("xb") as out:
        beside.chmod(0o600)
        inside = contents.of_copy(copy, at, key if order.with_key else None, _own_layers(settings))
        contents.write(out, order.secret, inside)
        out.flush()
        os.fsync(out.fileno())
        return copy.holds


@contextmanager
def _copied_with_key(settings: Settings, scratch: Path) -> Iterator[tuple[Copy, bytes]]:
    """Yield a copy and the key file that opens all of it.

    Keys come and go while the store is served, the new one before the first value that it
    closes and the old one after the last: a file that was the same before and after the
    copy's moment has every key of that moment.
    """
    while True:
        key = key_of(settings)
        with copied(settings.data, scratch) as copy:
            if key_of(settings) == key:
                yield copy, key
                return


def key_file_of(settings: Settings) -> Path:
    """Return where the store's key file lies."""
    return settings.key_file or key_path(settings.data)


def key_of(settings: Settings) -> bytes:
    """Return the store's key file as it is; what is in it is not our concern."""
    path = key_file_of(settings)
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            f"密钥文件 {path} 读不了：{error.strerror}。没有它，备份恢复后续写不了记录。",
            f"The key file {path} cannot be read: {error.strerror}. Without it the record of a "
            "restored backup cannot go on.",
        ) from error


def _own_layers(settings: Settings) -> dict[str, bytes]:
    own = [folder for folder in layer_folders(settings) if folder != shipped("layers")]
    return {
        file.name: file.read_bytes() for folder in own for file in sorted(folder.glob("*.toml"))
    }


def _check(settings: Settings, order: Order, file: Path, scratch: Path, clock: Clock) -> None:
    with (
        file.open("rb") as source,
        _empty(order.check_in or settings.data, order.check_in, scratch) as place,
    ):
        inside = contents.read(source, order.secret)
        apart = scratch / "apart"
        apart.mkdir()
        prove(lay_out(inside, place, apart, key_of(settings)), inside, clock)


@contextmanager
def _empty(like: str, given: str | None, scratch: Path) -> Iterator[str]:
    if given is not None:
        yield given
        return
    with scratch_place(like, scratch) as place:
        yield place


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """Yield a folder of our own for what lies in clear: beside the store, which does so too."""
    where = None if is_url(settings.data) else Path(settings.data)
    if where is not None and not where.is_dir():
        raise BackupError(f"没有数据文件夹 {where}。", f"There is no data folder {where}.")
    _sweep(where)
    with TemporaryDirectory(prefix=_SCRATCH, dir=where) as folder:
        yield Path(folder)


def _sweep(where: Path | None) -> None:
    """Remove what a backup that was killed left in clear."""
    for folder in where.glob(f"{_SCRATCH}*") if where else ():
        if time.time() - folder.stat().st_mtime > _STALE_S:
            shutil.rmtree(folder, ignore_errors=True)


def _named(beside: Path, at: datetime) -> Path:
    """Give the file its name, another where that is taken, down to the disk."""
    number = 0
    while (file := beside.parent / name_at(at, number)).exists():
        number += 1
    beside.replace(file)
    flush_folder(file.parent)
    return file


def flush_folder(folder: Path) -> None:
    """Have a folder's names written to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def note(settings: Settings, action: str, told: dict[str, object], clock: Clock) -> None:
    """Tell the record of every town what was done with the whole store."""
    store = open_store(settings)
    try:
        for town in store.towns():
            with store.write(Scope.of_town(LOCAL_ACTOR, town), clock()) as session:
                session.append([Event(action, None, None, None, {"note": told})])
    finally:
        store.close()


def _not_written(folder: Path, error: OSError) -> BackupError:
    return BackupError(
        f"备份没有写成：{error.strerror or error}。看看 {folder} 和数据文件夹"
        "还有没有地方、让不让写。原有的备份都还在。",
        f"The backup was not written: {error.strerror or error}. Look whether {folder} and the "
        "data folder have room and may be written to. Earlier backups are all there.",
    )
