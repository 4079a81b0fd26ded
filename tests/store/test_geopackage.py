"""The live file is a GeoPackage that others read and write, and a validator passes it."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.records import Change, Record
from mapserver.store import geopackage, items, writing
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import (
    AT,
    CLERK,
    LAYERS,
    A,
    Place,
    house,
    put,
    reading,
    uid,
    unplaced,
    writing_to,
)

DEBIAN_PYTHON = Path("/usr/bin/python3")
FIND = "import osgeo_utils.samples.validate_gpkg as v; print(v.__file__)"


@pytest.fixture
def full(file_town: Store) -> Store:
    """Return a GeoPackage that has records in every layer, of every kind of geometry."""
    point, line = Point(113, 28), LineString([(113, 28), (113.1, 28.1)])
    holed = Polygon(box(113, 28, 114, 29).exterior, [box(113.2, 28.2, 113.4, 28.4).exterior])
    shapes = {"point": point, "line": line, "polygon": holed}
    for n, layer in enumerate(LAYERS.values()):
        for k, kind in enumerate(layer.geometry or (None,)):
            values = {} if layer.id != "dispute" else {"succeeded": True, "people": 3}
            shape = shapes[kind] if kind else None
            put(file_town, layer.id, Record(uid(5000 + 10 * n + k), shape, A, values))
    put(file_town, "house", unplaced(1))
    islands = MultiPolygon([holed, box(115, 28, 116, 29)])
    put(file_town, "footprint", Record(uid(2), islands, A, {"code": "i", "source": "s"}))
    with writing_to(file_town) as session:
        writing.change(session, "house", [Change(uid(100), {"geom": None})])
        writing.remove(session, "house", [uid(101)])
    return file_town


def test_an_independent_validator_passes_every_layer(full: Store, file_place: Place):
    found = subprocess.run([DEBIAN_PYTHON, "-c", FIND], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("the validator is Debian's: apt install python3-gdal")
    words = [DEBIAN_PYTHON, found.stdout.strip(), "-k", "--extra", "--warning-as-error"]
    done = subprocess.run([*words, file_place.file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sqlite_finds_the_file_sound(full: Store, file_place: Place):
    assert file_place.run("PRAGMA integrity_check") == [("ok",)]
    assert file_place.run("PRAGMA foreign_key_check") == []
    for layer in LAYERS.values():
        if layer.geometry:
            tree = geopackage.rtree_name(layer.id)
            assert file_place.run(f"SELECT rtreecheck('{tree}')") == [("ok",)]


@contextmanager
def other_program(script: str, place: Place) -> Iterator[subprocess.Popen[str]]:
    """Run `script` in a process of its own: two copies of SQLite may not share one."""
    words = [sys.executable, "-W", "error", "-c", f"{PROLOGUE}\n{script}", str(place.file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        yield program
        _, said = program.communicate()
        assert program.returncode == 0, said


def answer(program: subprocess.Popen[str]) -> Any:
    """Return what the program says next."""
    assert program.stdin and program.stdout and program.stderr
    program.stdin.write("go on\n")
    program.stdin.flush()
    line = program.stdout.readline()
    assert line, program.stderr.read()
    return json.loads(line)


PROLOGUE = """
import json, sys
import geopandas, pyogrio
file = sys.argv[1]
sys.stdin.readline()
"""
LOOK = """
info = pyogrio.read_info(file, layer="house")
boxed = pyogrio.read_info(file, layer="footprint", force_total_bounds=True)
people = geopandas.read_file(file, layer="person")
one = people[people["name"] == "甲200"]
print(json.dumps({
    "kinds": dict(pyogrio.list_layers(file).tolist()),
    "crs": info["crs"],
    "bounds": boxed["total_bounds"],
    "born": str(one["born"].dt.date.item()),
    "at": str(one["updated_at"].item()),
}))
"""


def test_others_see_every_layer_with_its_kind_and_its_values(full: Store, file_place: Place):
    with other_program(LOOK, file_place) as program:
        seen = answer(program)
    wanted = {"house": "Point", "grid": "MultiPolygon", "facility": "Unknown", "person": None}
    assert {name: seen["kinds"][name] for name in wanted} == wanted
    assert seen["kinds"].keys() == LAYERS.keys()
    assert seen["crs"] == "EPSG:4490"
    assert (seen["born"], seen["at"]) == ("1980-05-03", "2026-11-24 08:30:00+00:00")
    assert seen["bounds"] == [113.0, 28.0, 116.0, 29.0]
    told = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'footprint'"
    assert file_place.run(told) == [(113.0, 28.0, 116.0, 29.0)]


COUNT = """
while True:
    inside = pyogrio.read_dataframe(file, layer="house", bbox=(113.0, 28.0, 113.011, 28.1))
    print(json.dumps([len(geopandas.read_file(file, layer="house")), len(inside)]), flush=True)
    if not sys.stdin.readline():
        break
"""


def test_others_read_while_a_write_is_under_way(file_town: Store, file_place: Place):
    with other_program(COUNT, file_place) as program:
        with writing_to(file_town) as session:
            writing.add(session, "house", [house(1), house(2)])
            assert answer(program) == [4, 1]
            writing.add(session, "house", [house(3)])
            assert answer(program) == [4, 1]
        assert answer(program) == [7, 4]
    assert file_town.verify(CLERK, AT) == 17


DRAW = """
import numpy, pandas
from shapely import Point
numbers = [1, 2, 3]
frame = geopandas.GeoDataFrame(
    {
        "town": "430424100",
        "id": [f"00000000-0000-0000-0000-{number:012d}" for number in numbers],
        "revision": 1,
        "updated_at": pandas.to_datetime(["2026-11-24T08:30:00Z"] * 3),
        "updated_by": "desktop",
    },
    geometry=[Point(114 + number / 1000, 28.5) for number in numbers],
    crs="EPSG:4490",
)
pyogrio.write_dataframe(frame, file, layer="house", append=True)
"""


def test_what_another_program_draws_is_found_by_box(file_town: Store, file_place: Place):
    with other_program(DRAW, file_place):
        pass
    with reading(file_town) as session:
        near = Query(boxes=((114.0, 28.0, 114.0021, 29.0),))
        page = items.page(session, "house", near)
    assert {item.id for item in page.items} == {uid(1), uid(2)}
    assert page.items[0].geometry == Point(114.001, 28.5)
    assert page.items[0].updated_at == AT.replace(tzinfo=None)
    assert_trees_hold(file_place, "house")
    assert file_town.verify(CLERK, AT) == 14


MOVE = """
import sys
from osgeo import ogr
ogr.UseExceptions()
source = ogr.Open(sys.argv[1], update=1)
layer = source.GetLayerByName("house")
one, two = layer.GetFeature(1), layer.GetFeature(2)
one.SetGeometry(ogr.CreateGeometryFromWkt("POINT (115 29)"))
layer.SetFeature(one)
layer.DeleteFeature(two.GetFID())
print(layer.GetFeatureCount())
"""


def test_what_another_program_moves_and_deletes_is_found_where_it_is(
    file_town: Store, file_place: Place
):
    """By Debian's GDAL, an older build than the one that pyogrio brings."""
    words = [DEBIAN_PYTHON, "-c", MOVE, str(file_place.file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "No module named 'osgeo'" in done.stderr:
        pytest.skip("Debian's GDAL is missing: apt install python3-gdal")
    assert (done.stdout, done.stderr) == ("3\n", "")
    assert_trees_hold(file_place, "house")
    with reading(file_town) as session:
        moved = items.page(session, "house", Query(boxes=((114.9, 28.9, 115.1, 29.1),)))
        assert [item.fid for item in moved.items] == [1]
        assert items.page(session, "house", Query()).matched == 3


def assert_trees_hold(place: Place, layer: str) -> None:
    """Check that the R*Tree holds every geometry's box, and nothing else."""
    with closing(sqlite3.connect(place.file)) as connection:
        geopackage.add_functions(connection)
        rows = connection.execute(
            f"SELECT fid, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) "
            f"FROM {layer} WHERE geom IS NOT NULL ORDER BY fid"
        ).fetchall()
        tree = connection.execute(
            f"SELECT id, minx, maxx, miny, maxy FROM {geopackage.rtree_name(layer)} ORDER BY id"
        ).fetchall()
    assert [row[0] for row in tree] == [row[0] for row in rows]
    np.testing.assert_allclose(tree, rows, rtol=0, atol=2e-5)
