"""Backups as tests make them."""

from pathlib import Path

from mapserver.formats.sealed_stream import Secret
from mapserver.services.backups.making import Made, Order, back_up
from mapserver.services.opening import now
from mapserver.settings import Settings

SECRET = Secret("key", bytes(range(32)))


def backed_up(data: Path | str, folder: Path, **order: object) -> Made:
    """Back up what is at `data` into `folder`, checked."""
    settings = Settings(data=str(data))
    return back_up(settings, Order(folder, SECRET, **order), now)
