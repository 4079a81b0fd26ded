"""`mapserver audit`: files of areas, without a server."""

import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from mapserver import cli
from mapserver.domain.coverage import Limits
from tests.test_cli import Ended, as_process, mapserver

LON, LAT = 112.9, 27.08
WEST, EAST = box(LON, LAT, LON + 0.01, LAT + 0.01), box(LON + 0.01, LAT, LON + 0.02, LAT + 0.01)
DENTED = Polygon(
    [
        (LON + 0.01, LAT),
        (LON + 0.02, LAT),
        (LON + 0.02, LAT + 0.01),
        (LON + 0.01, LAT + 0.01),
        (LON + 0.011, LAT + 0.005),
    ]
)


def run(*arguments: object, command: str = "audit", language: str = "zh") -> Ended:
    """Run the command in this process to its end."""
    return mapserver(command, *map(str, arguments), language=language)


def written(path: Path, *shapes: Any, crs: str | None = "EPSG:4490", **columns: Any) -> Path:
    """Write a vector file."""
    frame = geopandas.GeoDataFrame(columns or None, geometry=list(shapes), crs=crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", "parquet", "fgb"])
def test_every_kind_of_vector_file_is_audited(tmp_path, ending):
    crs = "EPSG:4326" if ending == "geojson" else "EPSG:4490"
    areas = written(tmp_path / f"grids.{ending}", WEST, DENTED, crs=crs, code=["A", "B"])
    outline = written(tmp_path / f"village.{ending}", WEST | EAST, crs=crs, code=["V"])
    done = run(areas, "--within", outline, "--json")
    assert done.code == 1, done.err
    (gap,) = [one for one in json.loads(done.out)["defects"] if one["kind"] == "gap"]
    assert (gap["parent"], gap["members"]) == ("V", ["A", "B"])
    # 0.01 of latitude is 1,108 m, 0.001 of longitude 99 m here
    assert gap["area_m2"] == pytest.approx(1108 * 99.2 / 2, rel=0.01)
    inside = Point(LON + 0.0105, LAT + 0.005)
    assert shapely.geometry.shape(gap["geometry"]).contains(inside)


def test_a_coverage_without_fault_leaves_with_nothing_to_say(tmp_path):
    done = as_process("audit", written(tmp_path / "grids.gpkg", WEST, EAST, code=["A", "B"]))
    assert (done.code, done.out) == (0, "2 个面，0 处毛病。\n")


def test_points_inside_each_defect_are_counted(tmp_path):
    areas = written(tmp_path / "grids.gpkg", WEST, DENTED, code=["A", "B"])
    outline = written(tmp_path / "village.gpkg", WEST | EAST)
    houses = [(0.0102, 0.005), (0.0104, 0.005), (0.005, 0.005)]
    points = written(
        tmp_path / "houses.geojson", *(Point(LON + x, LAT + y) for x, y in houses), crs="EPSG:4326"
    )
    done = run(areas, "--within", outline, "--points", points, language="en")
    assert any("gap" in line and "2 points" in line for line in done.out.splitlines())


def test_defects_are_written_to_a_file(tmp_path):
    areas = written(tmp_path / "grids.gpkg", WEST, DENTED, code=["A", "B"])
    outline = written(tmp_path / "village.gpkg", WEST | EAST)
    out = tmp_path / "defects.geojson"
    done = run(areas, "--within", outline, "-o", out)
    assert done.code == 1
    found = geopandas.read_file(out)
    gap = found[found["kind"] == "gap"].iloc[0]
    assert (gap["members"], bool(gap["sliver"])) == ("A B", False)


def test_defect_of_a_tenth_of_a_millimetre_keeps_its_shape_in_geojson(tmp_path):
    areas = [box(500_000, 3e6, 500_100, 3_000_100), box(500_099.9999, 3e6, 500_200, 3_000_100)]
    out = tmp_path / "defects.geojson"
    run(written(tmp_path / "grids.gpkg", *areas, crs="EPSG:4547"), "-o", out)
    (shape,) = geopandas.read_file(out).to_crs("EPSG:4547").geometry
    assert shape.area == pytest.approx(0.01, rel=0.05)


def test_feet_are_measured_in_metres(tmp_path):
    foot = 1200 / 3937
    areas = [box(3e6, 1.7e6, 3e6 + 1000, 1.7e6 + 1000), box(3e6 + 990, 1.7e6, 3e6 + 2000, 1.701e6)]
    done = run(written(tmp_path / "precincts.gpkg", *areas, crs="EPSG:2232"), "--json")
    (overlap,) = json.loads(done.out)["defects"]
    assert overlap["kind"] == "overlap"
    assert overlap["area_m2"] == pytest.approx(10_000 * foot**2)
    assert overlap["width_m"] == pytest.approx(10 * foot)
    assert overlap["members"] == ["1", "2"]


@pytest.mark.parametrize(
    ("options", "sliver"),
    [
        ((), False),
        (("--sliver-width", 4), True),
        (("--sliver-ratio", 2), True),
        (("--sliver-width", 0, "--sliver-ratio", 0), False),
    ],
)
def test_what_is_a_sliver_can_be_said(tmp_path, options, sliver):
    """The gap is 3 m wide and 100 m long: 1.5 m of surface over perimeter."""
    areas = [box(500_000, 3e6, 500_100, 3_000_100), box(500_103, 3e6, 500_200, 3_000_100)]
    outline = box(500_000, 3e6, 500_200, 3_000_100)
    grids = written(tmp_path / "grids.gpkg", *areas, crs="EPSG:4547", code=["A", "B"])
    village = written(tmp_path / "village.gpkg", outline, crs="EPSG:4547", code=["V"])
    done = run(grids, "--within", village, "--json", *options)
    (gap,) = [one for one in json.loads(done.out)["defects"] if one["kind"] == "gap"]
    assert (gap["width_m"], gap["sliver"]) == (pytest.approx(3), sliver)


def test_slivers_are_by_default_what_the_library_takes_for_them():
    given = inspect.signature(cli.audit_).parameters
    defaults = [given[name].default for name in ("sliver_width", "sliver_ratio")]
    assert Limits(*defaults) == Limits()


def test_progress_is_shown_on_a_terminal_and_nowhere_else(tmp_path):
    grids = written(tmp_path / "grids.gpkg", WEST, EAST, code=["A", "B"])
    assert as_process("audit", grids).err == ""
    ours, theirs = os.openpty()
    whole = [sys.executable, "-m", "mapserver.cli", "audit", str(grids)]
    env = {**os.environ, "MAPSERVER_LANG": "en"}
    done = subprocess.run(whole, stdout=subprocess.PIPE, stderr=theirs, env=env, check=True)
    shown = os.read(ours, 100_000).decode()
    os.close(theirs)
    os.close(ours)
    assert "Auditing" in shown
    assert "100%" in shown
    assert done.stdout == b"2 areas, 0 defects.\n"


# ---------------------------------------------------------------- bad input


def refused(*arguments: object, command: str = "audit") -> str:
    """Return what the command says where it refuses."""
    done = run(*arguments, command=command)
    assert done.code == 2
    assert "Traceback" not in done.err
    return done.err


def test_missing_file_is_named(tmp_path):
    assert "nowhere.gpkg" in refused(tmp_path / "nowhere.gpkg")
    done = as_process("audit", tmp_path / "nowhere.gpkg")
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_file_of_another_kind_is_refused(tmp_path):
    other = tmp_path / "list.gpkg"
    other.write_text("no geopackage", "utf-8")
    assert "不是能读的矢量文件" in refused(other)


def test_table_without_geometry_is_refused(tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    assert "没有图形" in refused(table)


def test_file_without_reference_system_is_refused(tmp_path):
    areas = written(tmp_path / "grids.shp", WEST, code=["A"])
    areas.with_suffix(".prj").unlink()
    assert "坐标系" in refused(areas)


def test_field_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    areas = written(tmp_path / "grids.gpkg", WEST, DM=["A"])
    assert "DM" in refused(areas, "--code", "grid")


def test_mixed_geometry_is_refused_with_the_member_at_fault(tmp_path):
    line = LineString([(LON, LAT), (LON + 0.1, LAT)])
    areas = written(tmp_path / "mixed.geojson", WEST, line, crs="EPSG:4326", code=["A", "B"])
    said = refused(areas)
    assert "1 个图形不是面" in said
    assert "B（LineString）" in said


BOW_TIE = Polygon(
    [(LON + 0.01, LAT), (LON + 0.02, LAT + 0.01), (LON + 0.02, LAT), (LON + 0.01, LAT + 0.01)]
)


def test_an_invalid_area_is_refused_with_its_fault_and_place(tmp_path):
    areas = written(tmp_path / "grids.gpkg", WEST, BOW_TIE, code=["A", "B"])
    said = refused(areas)
    assert "B：边界自相交 (112.915, 27.085)" in said
    assert "--repair" in said


def test_a_repair_is_told_and_then_the_areas_are_audited(tmp_path):
    areas = written(tmp_path / "grids.gpkg", WEST, BOW_TIE, code=["A", "B"])
    outline = written(tmp_path / "village.gpkg", WEST | EAST)
    done = run(areas, "--within", outline, "--repair", "--json")
    assert done.code == 1, done.err
    told = json.loads(done.out)
    (repair,) = told["repaired"]
    assert (repair["code"], repair["where"]) == ("B", pytest.approx([LON + 0.015, LAT + 0.005]))
    # half of the square is left, the other half is two gaps
    half = 1108 * 992 / 2
    assert repair["before_m2"] == pytest.approx(0, abs=1e-5 * half)
    assert repair["after_m2"] == pytest.approx(half, rel=0.01)
    gaps = [one["area_m2"] for one in told["defects"] if one["kind"] == "gap"]
    assert gaps == pytest.approx([half / 2] * 2, rel=0.01)


def test_shapefile_without_its_index_is_refused(tmp_path):
    whole = written(tmp_path / "grids.shp", WEST, code=["A"])
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(whole, alone / "grids.shp")
    assert refused(alone / "grids.shp")
