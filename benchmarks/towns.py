"""The stores that are measured on, built once in a folder and copied for each run."""

import shutil
from pathlib import Path

from mapserver.demo.registers import large_register
from mapserver.demo.township import build
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store
from mapserver.services.seeding import seed
from mapserver.settings import Settings
from mapserver.store.scope import Scope


def demo(folder: Path) -> Path:
    """Return the demo township's data folder."""
    place = folder / "demo"
    if not (place / "town.gpkg").exists():
        township = build()
        store = open_store(Settings(data=str(place)))
        context = Context(store, Scope.of_town("bench", township.code), now)
        seed(context, township.records, synthetic=True, progress=lambda *_: None)
        store.close()
    return place


def register(folder: Path, people: int) -> Path:
    """Return a spreadsheet of `people` rows, 14 columns, with addresses of the demo."""
    file = folder / f"register-{people}.xlsx"
    if not file.exists():
        file.write_bytes(large_register(people))
    return file


def copy(place: Path, name: str) -> Path:
    """Return a fresh copy of a data folder."""
    target = place.parent / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(place, target)
    return target
