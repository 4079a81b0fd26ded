"""Opening a town's store, with the layers that ship and those that the township adds."""

from datetime import UTC, datetime
from pathlib import Path

from mapserver.layers import load_layers
from mapserver.settings import Settings
from mapserver.shipped import shipped
from mapserver.store.engine import is_url
from mapserver.store.store import Store


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """Open the town's store with the layers that ship and those that the township adds."""
    layers = load_layers(*layer_folders(settings))
    return Store.open(
        settings.data, layers, key_file=settings.key_file, busy_s=settings.busy_seconds
    )


def town_of(settings: Settings, store: Store) -> str:
    """Return the code of the town to serve: that of the settings where the store has it."""
    kept = store.towns()
    return settings.town if settings.town in kept or not kept else kept[0]


def layer_folders(settings: Settings) -> tuple[Path, ...]:
    """Return where layer files are looked for; a later folder's file replaces an earlier's."""
    own = settings.layers
    if own is None and not is_url(settings.data):
        own = Path(settings.data) / "layers"
    return (shipped("layers"), own) if own and own.is_dir() else (shipped("layers"),)
