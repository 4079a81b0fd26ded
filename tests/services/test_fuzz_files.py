"""Every command that takes a file, with files that nobody made: no crash, nothing half written.

Real files are changed at random and given to the services behind `mapserver assign`, `audit`,
`import` and `restore`. What they say no to is one of the program's own errors; what they write is
whole, or is not there.
"""

import io
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import box, points

from mapserver.errors import MapserverError
from mapserver.formats.sealed_archive import pack, unpack
from mapserver.services import file_assign, file_audit
from mapserver.services.backups.restoring import restore
from mapserver.services.context import Context
from mapserver.services.imports.batch import Given, import_file
from mapserver.services.opening import now, open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from tests.api import town as small
from tests.api.test_api_fuzz import seeds as spreadsheets
from tests.support.backing import SECRET, backed_up
from tests.support.mutations import Change, changes, mutated

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
"""GDAL warns of what it reads all the same."""

FEW, MANY = 40, 2000
ENDINGS = (".gpkg", ".geojson", ".fgb", ".parquet")
SEALED_HEAD = 200
"""Bytes at a backup's beginning that are changed as often as all the rest."""


@cache
def geofiles() -> dict[tuple[str, str], bytes]:
    """Return four areas, their whole, and twenty points, in every kind of file."""
    crs = "EPSG:4490"
    squares = [box(112.9 + k % 2 / 50, 27 + k // 2 / 50, 112.92 + k % 2 / 50, 27.02 + k // 2 / 50)
               for k in range(4)]  # fmt: skip
    codes = [f"43042410020100{k}" for k in range(4)]
    called = [f"点{k}" for k in range(20)]
    at = points(np.linspace(112.901, 112.939, 20), np.linspace(27.001, 27.039, 20))
    frames = {
        "areas": geopandas.GeoDataFrame({"grid": codes}, geometry=squares, crs=crs),
        "whole": geopandas.GeoDataFrame(
            {"name": ["镇"]}, geometry=[box(112.9, 27, 112.94, 27.04)], crs=crs
        ),
        "points": geopandas.GeoDataFrame({"name": called}, geometry=at, crs=crs),
    }
    found = {}
    with TemporaryDirectory() as folder:
        for name, frame in frames.items():
            for ending in ENDINGS:
                file = Path(folder) / f"{name}{ending}"
                if ending == ".parquet":
                    frame.to_parquet(file)
                else:
                    frame.to_file(file)
                found[name, ending] = file.read_bytes()
    return found


def laid(folder: Path, ending: str, changed: str, steps: list[Change]) -> dict[str, Path]:
    """Return the three files in a folder, one of them changed."""
    placed = {}
    for name in ("areas", "whole", "points"):
        data = geofiles()[name, ending]
        placed[name] = folder / f"{name}{ending}"
        placed[name].write_bytes(mutated(data, steps, inside=False) if name == changed else data)
    return placed


def assigns(ending: str, changed: str, steps: list[Change], *, repair: bool) -> None:
    """Assign points to areas, of which one file is changed: the result is whole or is not there."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        files, out = laid(folder, ending, changed, steps), folder / f"out{ending}"
        given = file_assign.Given(files["points"], files["areas"], "grid", out, repair)
        there = {one.name for one in folder.iterdir()}
        try:
            found = file_assign.assign_file(given)
        except MapserverError:
            assert {one.name for one in folder.iterdir()} <= there | _beside(folder)
        else:
            assert found.total == rows_of(out)


def rows_of(file: Path) -> int:
    """Return how many rows a file has."""
    if file.suffix == ".parquet":
        return int(pq.read_metadata(file).num_rows)
    return int(pyogrio.read_info(file, force_feature_count=True)["features"])


def _beside(folder: Path) -> set[str]:
    """Return what GDAL leaves beside a file that it reads, such as the log of a GeoPackage."""
    return {one.name for one in folder.iterdir() if one.name.endswith(("-wal", "-shm", "-journal"))}


def audits(ending: str, changed: str, steps: list[Change], *, repair: bool) -> None:
    """Audit areas, of which one file is changed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = laid(folder, ending, changed, steps)
        given = file_audit.Given(
            files["areas"], files["whole"], files["points"], "grid", repair=repair
        )
        try:
            found = file_audit.audit_file(given, lambda *_: None)
        except MapserverError:
            return
        assert list(found.lines("en")) and found.as_json()


class Office:
    """A town that files are imported to, and a backup of it; no dataclass, whose bytes are told."""

    def __init__(self, context: Context, backup: bytes) -> None:
        self.context, self.backup = context, backup

    def imports(self, layer: str, data: bytes) -> None:
        """Import a file: all of it that needs nobody, or none of it."""
        before = self._sequence()
        datum = "cgcs2000" if layer == "school" else None
        try:
            given = Given(layer, "a.xlsx", data, None, datum)
            done = import_file(self.context, given, "en", lambda *_: None, every_row=True)
        except MapserverError:
            assert self._sequence() == before
        else:
            assert list(done.lines()) and done.as_json()
            assert (self._sequence() > before) or not done.summary["counts"]["added"]

    def _sequence(self) -> int:
        with self.context.read() as session:
            return session.sequence()

    def restores(self, data: bytes) -> None:
        """Restore a backup that was changed: whole, or the folder stays empty."""
        with TemporaryDirectory() as name:
            file, place = Path(name) / "a.backup", Path(name) / "data"
            file.write_bytes(data)
            try:
                restore(Settings(data=str(place)), file, SECRET, now)
            except MapserverError:
                assert not place.exists() or list(place.iterdir()) == []
            else:
                assert (place / "town.gpkg").is_file()

    def resealed(self, at: float, steps: list[Change]) -> bytes:
        """Return the backup with one of its entries changed before it was sealed."""
        entries = list(unpack(io.BytesIO(self.backup), SECRET))
        chosen = int(at * len(entries))
        changed = [
            (name, mutated(data, steps, inside=False) if number == chosen else data)
            for number, (name, data) in enumerate(entries)
        ]
        out = io.BytesIO()
        pack(out, SECRET, iter(changed))
        return out.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Yield the small town with a backup."""
    folder = tmp_path_factory.mktemp("fuzzed")
    small.build(folder / "data")
    made = backed_up(folder / "data", folder / "backups")
    shutil.rmtree(folder / "data" / "layers", ignore_errors=True)
    store = open_store(Settings(data=str(folder / "data")))
    context = Context(store, Scope.of_town("test", small.TOWN), now)
    yield Office(context, made.file.read_bytes())
    store.close()


GEOFILES = (st.sampled_from(ENDINGS), changes, st.booleans())
SAY_ONCE = (Phase.explicit, Phase.generate)
"""What fails is told as it was found: to look for the smallest like it takes hours."""

few = settings(
    max_examples=FEW, phases=SAY_ONCE, suppress_health_check=list(HealthCheck), database=None
)
many = settings(few, max_examples=MANY)


@few
@given(st.sampled_from(["areas", "points"]), *GEOFILES)
def test_changed_files_are_assigned_or_refused(changed, ending, steps, repair):
    assigns(ending, changed, steps, repair=repair)


@pytest.mark.torture
@many
@given(st.sampled_from(["areas", "points"]), *GEOFILES)
def test_two_thousand_changed_files_are_assigned_or_refused(changed, ending, steps, repair):
    assigns(ending, changed, steps, repair=repair)


@few
@given(st.sampled_from(["areas", "whole", "points"]), *GEOFILES)
def test_changed_files_are_audited_or_refused(changed, ending, steps, repair):
    audits(ending, changed, steps, repair=repair)


@pytest.mark.torture
@many
@given(st.sampled_from(["areas", "whole", "points"]), *GEOFILES)
def test_two_thousand_changed_files_are_audited_or_refused(changed, ending, steps, repair):
    audits(ending, changed, steps, repair=repair)


FILES = (st.sampled_from([*range(10), *ENDINGS]), changes, st.booleans())


def sheet(which: int | str) -> tuple[str, bytes]:
    """Return a layer and a file for it: a spreadsheet, or a map that somebody took for one."""
    if isinstance(which, int):
        return spreadsheets()[which]
    return "school", geofiles()["points", which]


@few
@given(*FILES)
def test_changed_files_are_imported_or_refused(office: Office, which, steps, inside):
    layer, data = sheet(which)
    office.imports(layer, mutated(data, steps, inside=inside))


@pytest.mark.torture
@many
@given(*FILES)
def test_two_thousand_changed_files_are_imported_or_refused(office: Office, which, steps, inside):
    layer, data = sheet(which)
    office.imports(layer, mutated(data, steps, inside=inside))


def backup(office: Office, at: float, steps: list[Change], how: str) -> bytes:
    """Return the backup changed as it lies there, at its head, or inside before it was sealed."""
    if how == "inside":
        return office.resealed(at, steps)
    if how == "head":
        head, rest = office.backup[:SEALED_HEAD], office.backup[SEALED_HEAD:]
        return mutated(head, steps, inside=False) + rest
    return mutated(office.backup, steps, inside=False)


BACKUPS = (
    st.floats(0, 1, exclude_max=True),
    changes,
    st.sampled_from(["bytes", "head", "inside", "inside"]),
)


@few
@given(*BACKUPS)
def test_changed_backups_are_restored_or_refused(office: Office, at, steps, how):
    office.restores(backup(office, at, steps, how))


@pytest.mark.torture
@many
@given(*BACKUPS)
def test_two_thousand_changed_backups_are_restored_or_refused(office: Office, at, steps, how):
    office.restores(backup(office, at, steps, how))
