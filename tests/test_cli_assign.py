"""`mapserver assign`: any points to any polygons, without a server."""

import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, MultiPoint, Point, Polygon, box
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.domain.assign import assign
from mapserver.formats import point_gdal, point_parquet, point_stream

LON, LAT = 112.9, 27.08
WEST, EAST = box(LON, LAT, LON + 0.01, LAT + 0.01), box(LON + 0.01, LAT, LON + 0.02, LAT + 0.01)
BOW_TIE = Polygon([(LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01)])
HERE = {"西": (0.005, 0.005), "边": (0.01, 0.005), "东": (0.015, 0.005), "外": (0.5, 0.5)}
HOUSES = [Point(LON + x, LAT + y) for x, y in HERE.values()]
FOUND = {"西": "012", "边": "012", "东": "NO", "外": ""}
TOTTORI = Path(__file__).parent / "data" / "tottori"
KINDS = ["gpkg", "shp", "geojson", "fgb", "parquet"]


def command(*arguments: object, language: str = "zh") -> Any:
    """Run the command to its end, in this process."""
    return CliRunner().invoke(
        app, ["assign", *map(str, arguments)], env={"MAPSERVER_LANG": language}
    )


def refused(*arguments: object, language: str = "zh") -> str:
    """Return what the command says where it refuses."""
    done = command(*arguments, language=language)
    assert done.exit_code == 2, done.output
    return str(done.stderr)


def written(
    path: Path, shapes: Iterable[Any], crs: str | None = "EPSG:4490", **columns: Any
) -> Path:
    """Write a vector file."""
    frame = geopandas.GeoDataFrame(columns or None, geometry=list(shapes), crs=crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


def read(path: Path) -> geopandas.GeoDataFrame:
    return geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)


def codes(path: Path) -> dict[str, str]:
    """Return the code of each point by its name."""
    found = read(path)
    return dict(zip(found["name"], found["code"].fillna(""), strict=True))


@pytest.fixture
def areas(tmp_path):
    return written(tmp_path / "areas.gpkg", [WEST, EAST], DM=["012", "NO"])


@pytest.fixture
def houses(tmp_path):
    return written(tmp_path / "houses.gpkg", HOUSES, name=list(HERE))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(point_gdal, "BATCH", 7)
    monkeypatch.setattr(point_parquet, "BATCH", 7)


# ---------------------------------------------------------------- kinds of files


@pytest.mark.parametrize("ending", KINDS)
def test_every_kind_of_file_is_read_and_written(tmp_path, ending):
    crs = "EPSG:4326" if ending == "geojson" else "EPSG:4490"
    areas = written(tmp_path / f"grids.{ending}", [WEST, EAST], crs=crs, DM=["012", "NO"])
    columns = {"name": list(HERE), "floors": [1, 2, 3, 4], "built": [date(1999, 1, 31)] * 4}
    points = written(tmp_path / f"points.{ending}", HOUSES, crs=crs, **columns)
    out = tmp_path / f"out.{ending}"
    done = command(points, areas, "--code", "DM", "-o", out, language="en")
    assert done.exit_code == 0, done.output
    assert "4 points: 3 assigned (1 of them by an edge, to the lowest code), 1 in" in done.stdout
    assert codes(out) == FOUND
    before, after = read(points), read(out)
    assert after.drop(columns="code").equals(before)
    assert after.crs == before.crs


@pytest.mark.parametrize("of", KINDS)
@pytest.mark.parametrize("into", KINDS)
def test_a_file_of_one_kind_becomes_one_of_another(tmp_path, areas, of, into):
    points = written(tmp_path / f"points.{of}", HOUSES, crs="EPSG:4326", name=list(HERE))
    out = tmp_path / f"out.{into}"
    done = command(points, areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    assert codes(out) == FOUND
    # FlatGeobuf puts them in an order of its own
    after = read(out).set_index("name").loc[list(HERE)]
    assert after.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert shapely.equals_exact(after.geometry.to_numpy(), np.array(HOUSES, object), 1e-12).all()
    assert set(after.columns) == {"code", "geometry"}


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:4547", "EPSG:2232", "EPSG:3857"])
@pytest.mark.parametrize("own", [True, False], ids=["same", "other"])
def test_points_in_any_system_go_to_areas_in_any_other(tmp_path, crs, own):
    """EPSG:2232 is in feet, and its places are in Colorado."""
    lon, lat = (-105.0, 39.7) if crs == "EPSG:2232" else (LON, LAT)
    spots = [Point(lon + x, lat + y) for x, y in HERE.values() if x != 0.01]
    grids = [box(lon, lat, lon + 0.01, lat + 0.01), box(lon + 0.01, lat, lon + 0.02, lat + 0.01)]
    moved = geopandas.GeoSeries(grids, crs="EPSG:4326").to_crs(crs)
    areas = written(tmp_path / "areas.gpkg", moved, crs=crs, DM=["A", "B"])
    given = geopandas.GeoSeries(spots, crs="EPSG:4326").to_crs(crs if own else "EPSG:4326")
    points = written(tmp_path / "p.parquet", given, crs=given.crs, name=["a", "b", "c"])
    out = tmp_path / "out.parquet"
    done = command(points, areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    assert codes(out) == {"a": "A", "b": "B", "c": ""}
    assert read(out).geometry.equals(read(points).geometry)


@pytest.mark.parametrize("epsg", [4490, 4547, 2232, 3857])
def test_a_zipped_shapefile_whose_system_is_in_esris_words_is_read(tmp_path, epsg):
    lon, lat = (-105.0, 39.7) if epsg == 2232 else (LON, LAT)
    shapes = [box(lon, lat, lon + 0.01, lat + 0.01), Point(lon + 0.005, lat + 0.005)]
    moved = geopandas.GeoSeries(shapes, crs="EPSG:4326").to_crs(epsg)
    paths = []
    for name, shape in zip(("grids", "houses"), moved, strict=True):
        folder = tmp_path / name
        folder.mkdir()
        layer = written(folder / f"{name}.shp", [shape], crs=moved.crs, name=["a"])
        layer.with_suffix(".prj").write_text(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"), "utf-8")
        paths.append(tmp_path / f"{name}.zip")
        with zipfile.ZipFile(paths[-1], "w") as packed:
            for part in folder.iterdir():
                packed.write(part, part.name)
    areas, points = paths
    out = tmp_path / "out.gpkg"
    done = command(points, areas, "--code", "name", "-o", out)
    assert done.exit_code == 0, done.output
    assert codes(out) == {"a": "a"}
    assert read(out).crs.to_epsg() == epsg


def test_heights_are_kept(tmp_path, areas):
    high = [Point(one.x, one.y, 80 + number) for number, one in enumerate(HOUSES)]
    for of in ("gpkg", "parquet"):
        points = written(tmp_path / f"points.{of}", high, name=list(HERE))
        for into in KINDS:
            out = tmp_path / f"of_{of}.{into}"
            assert command(points, areas, "--code", "DM", "-o", out).exit_code == 0
            found = read(out).set_index("name").loc[list(HERE)]
            assert [one.z for one in found.geometry] == [80, 81, 82, 83]


def test_geojson_is_in_longitude_and_latitude_whatever_the_points_are_in(tmp_path, areas):
    given = geopandas.GeoSeries(HOUSES, crs="EPSG:4490").to_crs("EPSG:4547")
    points = written(tmp_path / "p.gpkg", given, crs="EPSG:4547", name=list(HERE))
    out = tmp_path / "out.geojson"
    assert command(points, areas, "--code", "DM", "-o", out).exit_code == 0
    first = json.loads(out.read_text("utf-8"))["features"][0]
    assert first["geometry"]["coordinates"] == pytest.approx([LON + 0.005, LAT + 0.005], abs=1e-9)


@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_one_layer_of_several_is_named_as_qgis_does(tmp_path, areas, ending):
    town = tmp_path / "town.gpkg"
    for layer in ("house", "school"):
        frame = geopandas.GeoDataFrame({"name": list(HERE)}, geometry=HOUSES, crs="EPSG:4490")
        frame.to_file(town, layer=layer)
    out = tmp_path / f"out.{ending}"
    said = refused(town, areas, "--code", "DM", "-o", out)
    assert "house、school" in said
    assert f"{town}|layername=house" in said
    done = command(f"{town}|layername=school", areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    assert codes(out) == FOUND


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", "parquet"])
def test_a_point_that_is_missing_is_kept_and_named_by_its_row(tmp_path, areas, ending):
    points = written(tmp_path / "p.parquet", [*HOUSES, None], name=[*HERE, "无"])
    out = tmp_path / f"out.{ending}"
    done = command(points, areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    assert "1 个没有坐标" in done.stdout
    assert "没有坐标的：第 5 行" in done.stdout
    assert codes(out) == {**FOUND, "无": ""}


def test_a_flatgeobuf_holds_no_missing_point_and_that_is_said(tmp_path, areas):
    points = written(tmp_path / "p.parquet", [*HOUSES, None], name=[*HERE, "无"])
    said = refused(points, areas, "--code", "DM", "-o", tmp_path / "out.fgb")
    assert "NULL geometry not supported" in said
    assert "换成 .gpkg" in said
    assert not (tmp_path / "out.fgb").exists()


# ---------------------------------------------------------------- GeoParquet in a stream


def scattered(count: int) -> list[Any]:
    """Return points all over, on edges and corners too, some missing, empty or not finite."""
    random = np.random.default_rng(7)
    steps = random.integers(0, 60, (count, 2)) / 1000
    shapes = np.array(shapely.points(LON + steps[:, 0], LAT + steps[:, 1]), object)
    shapes[::11] = None
    shapes[1::13] = Point()
    with np.errstate(invalid="ignore"):
        shapes[2::17] = shapely.points(np.inf, LAT)
    return list(shapes)


@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_many_batches_give_what_one_assignment_gives(tmp_path, small_batches, ending):
    grids = [
        box(LON + x / 100, LAT + y / 100, LON + (x + 1) / 100, LAT + (y + 1) / 100)
        for x in range(4)
        for y in range(4)
    ]
    names = [f"{number:03d}" for number in range(len(grids))]
    areas = written(tmp_path / "areas.parquet", grids, DM=names)
    shapes = scattered(200)
    points = written(tmp_path / f"p.{ending}", shapes, number=range(200))
    out = tmp_path / f"out.{ending}"
    done = command(points, areas, "--code", "DM", "-o", out, language="en")
    assert done.exit_code == 0, done.output
    expected = assign(np.array(shapes, object), np.array(grids, object), names)
    found = read(out)
    assert found["number"].tolist() == list(range(200))
    assert found["code"].fillna("").tolist() == [code or "" for code in expected.code_list()]
    assert f"{expected.edge.sum()} of them by an edge" in done.stdout
    assert f"{expected.unplaced.sum()} without coordinates" in done.stdout
    rows = (np.flatnonzero(expected.unplaced)[:10] + 1).tolist()
    assert f"rows {', '.join(map(str, rows))}, ..." in done.stdout


@pytest.mark.parametrize("ending", KINDS)
def test_only_a_few_batches_are_held_at_a_time(tmp_path, areas, monkeypatch, small_batches, ending):
    """Memory does not grow with the file, whatever kind is written."""
    held = []

    def watched(path: Path) -> Iterator[pa.RecordBatch]:
        for batch in point_parquet.parquet_batches(path):
            held.append(pa.total_allocated_bytes())
            yield batch

    monkeypatch.setattr(point_stream, "parquet_batches", watched)
    random = np.random.default_rng(1)
    long = [random.bytes(20_000).hex() for _ in range(200)]
    frame = geopandas.GeoDataFrame({"long": long}, geometry=HOUSES * 50, crs="EPSG:4490")
    points = tmp_path / "p.parquet"
    frame.to_parquet(points, row_group_size=7)
    out = tmp_path / f"out.{ending}"
    assert command(points, areas, "--code", "DM", "-o", out).exit_code == 0
    assert len(held) == 29
    # a batch is 7 x 40 kB, all of them are 8 MB
    assert max(held) - held[0] < 5 * 7 * 40_000


def test_all_columns_and_what_the_file_says_of_itself_are_kept(tmp_path, areas, small_batches):
    points = tmp_path / "p.parquet"
    frame = geopandas.GeoDataFrame(
        {
            "name": [f"n{number}" for number in range(40)],
            "kind": np.array(["a", "b"] * 20),
            "tags": [["x", "y"]] * 40,
            "at": [{"floor": 1}] * 40,
        },
        geometry=[HOUSES[number % 4] for number in range(40)],
        crs="EPSG:4490",
        index=range(100, 140),
    ).astype({"kind": "category"})
    frame.to_parquet(points, row_group_size=11, write_covering_bbox=True)
    out = tmp_path / "out.parquet"
    done = command(points, areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    before, after = pq.read_table(points), pq.read_table(out)
    assert after.drop_columns("code").equals(before)
    assert after.schema.metadata == before.schema.metadata
    assert geopandas.read_parquet(out).index.equals(geopandas.read_parquet(points).index)


def test_geoarrow_points_are_read_and_kept(tmp_path, areas):
    frame = geopandas.GeoDataFrame({"name": list(HERE)}, geometry=HOUSES, crs="EPSG:4490")
    points = tmp_path / "p.parquet"
    frame.to_parquet(points, geometry_encoding="geoarrow", schema_version="1.1.0")
    for ending in ("parquet", "gpkg"):
        out = tmp_path / f"out.{ending}"
        done = command(points, areas, "--code", "DM", "-o", out)
        assert done.exit_code == 0, done.output
        assert codes(out) == FOUND
        assert read(out).geometry.tolist() == HOUSES


def test_geoparquet_that_says_nothing_of_its_system_is_in_longitude_and_latitude(tmp_path, areas):
    """GeoParquet 1.1: without a key crs it is OGC:CRS84; null means that nobody knows."""
    points = written(tmp_path / "p.parquet", HOUSES, crs="EPSG:4547", name=list(HERE))
    table = pq.read_table(points)
    out = tmp_path / "out.parquet"
    for change, mended in (({"crs": None}, False), ({}, True)):
        geo = json.loads(table.schema.metadata[b"geo"])
        del geo["columns"]["geometry"]["crs"]
        geo["columns"]["geometry"].update(change)
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), points)
        if mended:
            assert command(points, areas, "--code", "DM", "-o", out).exit_code == 0
            assert codes(out) == FOUND
        else:
            assert "坐标系" in refused(points, areas, "--code", "DM", "-o", out)


# ---------------------------------------------------------------- codes


def test_codes_that_are_numbers_are_compared_as_numbers(tmp_path, houses):
    """As text 10 would come before 9."""
    areas = written(tmp_path / "areas.gpkg", [WEST, EAST], number=[10, 9])
    out = tmp_path / "out.gpkg"
    assert command(houses, areas, "--code", "number", "-o", out).exit_code == 0
    assert codes(out) == {"西": "10", "边": "9", "东": "9", "外": ""}


def test_an_area_without_a_code_is_refused_with_its_number(tmp_path, houses):
    areas = written(tmp_path / "areas.gpkg", [WEST, EAST], DM=["012", None])
    said = refused(houses, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "1 个面没有写「DM」，第一个是第 2 个" in said


def test_areas_without_the_field_named_are_refused_with_those_they_have(tmp_path, houses, areas):
    said = refused(houses, areas, "--code", "grid", "-o", tmp_path / "o.gpkg")
    assert "没有字段「grid」" in said
    assert "DM" in said


@pytest.mark.parametrize("name", ["code", "CODE"])
def test_points_that_have_a_code_of_their_own_are_not_overwritten(tmp_path, areas, name):
    points = written(tmp_path / "houses.gpkg", HOUSES, **{name: list(HERE)})
    out = tmp_path / "out.gpkg"
    assert "改名" in refused(points, areas, "--code", "DM", "-o", out)
    assert not out.exists()


# ---------------------------------------------------------------- invalid areas


def test_invalid_areas_are_named_the_first_ten_and_their_number(tmp_path, houses):
    areas = written(
        tmp_path / "areas.gpkg", [BOW_TIE] * 12 + [EAST], DM=[f"{n:02d}" for n in range(13)]
    )
    said = refused(houses, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "12 个面的边界不合规" in said
    assert said.count("边界自相交 (112.905, 27.085)") == 10
    assert "09：" in said and "10：" not in said
    assert "--repair" in said


def test_invalid_areas_are_repaired_on_request_and_that_is_told(tmp_path, houses):
    areas = written(tmp_path / "areas.gpkg", [BOW_TIE, EAST], DM=["012", "NO"])
    out = tmp_path / "out.gpkg"
    done = command(houses, areas, "--code", "DM", "-o", out, "--repair", language="en")
    assert done.exit_code == 0, done.output
    told = done.stdout.splitlines()[0]
    assert told.startswith("012: its boundary crosses itself (112.905, 27.085); repaired: ")
    after = float(told.split("→ ")[1].split(" m²")[0].replace(",", ""))
    assert after == pytest.approx(1108 * 992 / 2, rel=0.01)
    assert codes(out)["东"] == "NO"


def test_real_places_go_to_the_census_areas_that_cover_them(tmp_path):
    """One area of Tottori touches itself: its surface stays what it is when it is repaired."""
    places, areas = TOTTORI / "addresses.parquet", TOTTORI / "small_areas.parquet"
    out = tmp_path / "out.parquet"
    assert "31371051002：一圈边界碰到自己 (133.623015093, 35.5001758567)" in refused(
        places, areas, "--code", "KEY_CODE", "-o", out
    )
    done = command(places, areas, "--code", "KEY_CODE", "-o", out, "--repair", language="en")
    assert done.exit_code == 0, done.output
    assert "(+0.0000)" in done.stdout
    given = geopandas.read_parquet(areas)
    sound = shapely.make_valid(given.geometry.to_numpy(), method="structure")
    expected = assign(read(places).geometry.to_numpy(), sound, given["KEY_CODE"].tolist())
    assert read(out)["code"].fillna("").tolist() == [code or "" for code in expected.code_list()]
    assert f"1,637 points: {(expected.index >= 0).sum()} assigned" in done.stdout


def test_areas_that_cannot_be_repaired_are_refused_all_the_same(tmp_path, houses):
    flat = Polygon([(LON, LAT), (LON + 0.01, LAT), (LON + 0.02, LAT)])
    areas = written(tmp_path / "areas.gpkg", [flat, EAST], DM=["012", "NO"])
    said = refused(houses, areas, "--code", "DM", "-o", tmp_path / "o.gpkg", "--repair")
    assert "修复不了" in said
    assert "012" in said


def test_areas_without_a_shape_are_named(tmp_path, houses):
    areas = written(tmp_path / "areas.gpkg", [WEST, EAST, None], DM=["012", "NO", "未画"])
    done = command(houses, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert done.exit_code == 0, done.output
    assert "没有图形、什么也盖不住的面：未画\n" in done.stdout


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_shapes_that_are_no_points_are_counted_and_the_first_named(tmp_path, small_batches, ending):
    shapes = [*HOUSES * 3, MultiPoint(HOUSES), LineString(HOUSES), *HOUSES]
    areas = written(tmp_path / "areas.geojson", [WEST], crs="EPSG:4326", DM=["A"])
    points = written(tmp_path / f"mixed.{ending}", shapes, crs="EPSG:4326", n=range(len(shapes)))
    out = tmp_path / f"out.{ending}"
    said = refused(points, areas, "--code", "DM", "-o", out)
    assert "2 个图形不是点，第一个在第 13 行（MultiPoint）" in said
    assert not out.exists()


def test_geoarrow_of_another_kind_is_refused(tmp_path, areas):
    frame = geopandas.GeoDataFrame({"n": [1]}, geometry=[WEST], crs="EPSG:4490")
    points = tmp_path / "p.parquet"
    frame.to_parquet(points, geometry_encoding="geoarrow", schema_version="1.1.0")
    said = refused(points, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "polygon，不是点" in said


def test_areas_that_are_no_polygons_are_counted_and_the_first_named(tmp_path, houses):
    line = LineString(HOUSES[:2])
    areas = written(tmp_path / "a.geojson", [WEST, line, line], crs="EPSG:4326", DM=list("ABC"))
    said = refused(houses, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "2 个图形不是面，第一个是 B（LineString）" in said


@pytest.mark.parametrize("which", ["points", "areas"])
@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_a_file_without_a_reference_system_is_refused(tmp_path, houses, areas, which, ending):
    shapes = HOUSES if which == "points" else [WEST]
    with pytest.warns(UserWarning) if ending == "gpkg" else nullcontext():
        bare = written(tmp_path / f"bare.{ending}", shapes, crs=None, DM=["A"] * len(shapes))
    pair = (bare, areas) if which == "points" else (houses, bare)
    for language, words in (("zh", "没有写明坐标系"), ("en", "does not say its coordinate")):
        said = refused(*pair, "--code", "DM", "-o", tmp_path / "o.gpkg", language=language)
        assert words in said
        assert f"bare.{ending}" in said


@pytest.mark.parametrize("which", ["points", "areas"])
def test_a_reference_system_that_no_authority_knows_is_refused(tmp_path, houses, areas, which):
    own = "+proj=tmerc +lat_0=3 +lon_0=112.3 +k=0.9997 +x_0=7 +ellps=krass +units=m"
    shapes = HOUSES if which == "points" else [WEST]
    moved = geopandas.GeoSeries(shapes, crs="EPSG:4490").to_crs(own)
    local = written(tmp_path / "local.gpkg", moved, crs=own, DM=["A"] * len(shapes))
    pair = (local, areas) if which == "points" else (houses, local)
    said = refused(*pair, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "没有公认的代码" in said
    assert "EPSG:4547" in said


@pytest.mark.parametrize("which", ["points", "areas"])
@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_an_empty_file_is_refused(tmp_path, houses, areas, which, ending):
    nothing = written(tmp_path / f"nothing.{ending}", [], DM=[])
    pair = (nothing, areas) if which == "points" else (houses, nothing)
    said = refused(*pair, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "是空的" in said
    assert f"nothing.{ending}" in said


@pytest.mark.parametrize("which", ["points", "areas"])
@pytest.mark.parametrize("ending", ["gpkg", "parquet", "shp", "txt"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, houses, areas, which, ending):
    other = tmp_path / f"list.{ending}"
    other.write_text("no such thing", "utf-8")
    pair = (other, areas) if which == "points" else (houses, other)
    said = refused(*pair, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "不是能读的矢量文件" in said
    assert f"list.{ending}" in said


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_without_geometry_is_refused(tmp_path, areas, ending):
    table = tmp_path / f"people.{ending}"
    if ending == "csv":
        table.write_text("a,b\n1,2\n", "utf-8")
    else:
        pq.write_table(pa.table({"a": [1]}), table)
    assert "没有图形" in refused(table, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")


def test_a_missing_file_is_named(tmp_path, houses, areas):
    away = tmp_path / "away.gpkg"
    assert "away.gpkg" in refused(away, areas, "--code", "DM", "-o", tmp_path / "o.gpkg")
    assert "away.gpkg" in refused(houses, away, "--code", "DM", "-o", tmp_path / "o.gpkg")


def test_an_ending_that_names_no_kind_of_file_is_refused_with_those_that_do(
    tmp_path, houses, areas
):
    for name in ("out.xyz", "out"):
        said = refused(houses, areas, "--code", "DM", "-o", tmp_path / name)
        assert "扩展名" in said
        assert ".gpkg" in said


def test_a_folder_that_is_not_there_is_named(tmp_path, houses, areas):
    away = tmp_path / "nowhere" / "o.gpkg"
    said = refused(houses, areas, "--code", "DM", "-o", away)
    assert "写不了" in said
    assert str(away.parent) in said


def test_a_file_that_is_read_is_not_overwritten(houses, areas):
    before = houses.read_bytes(), areas.read_bytes()
    for path in (houses, areas):
        assert "换个名字" in refused(houses, areas, "--code", "DM", "-o", path)
    assert (houses.read_bytes(), areas.read_bytes()) == before


def test_a_geopackage_with_other_layers_is_not_overwritten(tmp_path, houses, areas):
    """The live store of a town is one."""
    town = tmp_path / "town.gpkg"
    for layer in ("house", "town"):
        geopandas.read_file(houses).to_file(town, layer=layer)
    before = town.read_bytes()
    assert "（house）" in refused(houses, areas, "--code", "DM", "-o", town)
    assert town.read_bytes() == before


def test_a_geopackage_that_is_open_elsewhere_is_not_overwritten(tmp_path, houses, areas):
    out = written(tmp_path / "out.gpkg", HOUSES, name=list(HERE))
    (tmp_path / "out.gpkg-wal").write_bytes(b"changes")
    assert "-wal" in refused(houses, areas, "--code", "DM", "-o", out)


def test_a_folder_is_not_written_over(tmp_path, houses, areas):
    folder = tmp_path / "out.gpkg"
    folder.mkdir()
    assert "写不了" in refused(houses, areas, "--code", "DM", "-o", folder)


# ---------------------------------------------------------------- whole or not at all


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "shp"])
def test_what_fails_on_the_way_leaves_the_old_file_and_nothing_else(
    tmp_path, areas, small_batches, ending
):
    out = tmp_path / "here" / f"out.{ending}"
    out.parent.mkdir()
    written(out, HOUSES, name=list(HERE))
    before = {path.name: path.read_bytes() for path in out.parent.iterdir()}
    points = written(tmp_path / "p.parquet", HOUSES * 10, name=list(HERE) * 10)
    whole = points.read_bytes()
    broken = pq.read_table(points).to_pylist()
    broken[30]["geometry"] = b"\x01\x01\x00\x00\x00cut short"
    schema = pq.read_schema(points)
    pq.write_table(pa.Table.from_pylist(broken, schema=schema), points)
    assert "不是能读的矢量文件" in refused(points, areas, "--code", "DM", "-o", out)
    assert {path.name: path.read_bytes() for path in out.parent.iterdir()} == before
    points.write_bytes(whole)
    assert command(points, areas, "--code", "DM", "-o", out).exit_code == 0
    assert len(read(out)) == 40
    assert not [path for path in out.parent.iterdir() if path.name.startswith(".")]


def test_indexes_of_a_shapefile_that_was_there_before_are_not_left_to_lie(tmp_path, areas, houses):
    out = written(tmp_path / "out.shp", [Point(0, 0)], name=["old"])
    out.with_suffix(".qix").write_bytes(b"an index of the old one")
    assert command(houses, areas, "--code", "DM", "-o", out).exit_code == 0
    assert not out.with_suffix(".qix").exists()
    assert codes(out) == FOUND


def test_what_a_kind_of_file_cannot_hold_is_told(tmp_path, areas):
    points = written(tmp_path / "p.parquet", HOUSES, name=list(HERE), a_long_field_name=range(4))
    out = tmp_path / "out.shp"
    done = command(points, areas, "--code", "DM", "-o", out)
    assert done.exit_code == 0, done.output
    assert "a_long_field_name" in done.stdout
    assert codes(out) == FOUND


# ---------------------------------------------------------------- as a process of its own


def shown(terminal: int) -> Iterator[str]:
    """Yield what was shown on a terminal that nobody writes to any more."""
    with os.fdopen(terminal, "rb", 0) as screen, suppress(OSError):
        while part := screen.read(4096):
            yield part.decode(errors="replace")


def test_the_command_tells_how_far_it_is_and_leaves_with_its_code(tmp_path, areas, houses):
    """The bar is on standard error, and only for a terminal."""
    whole = [sys.executable, "-m", "mapserver.cli", "assign", str(houses), str(areas)]
    out = tmp_path / "out.gpkg"
    env = {**os.environ, "MAPSERVER_LANG": "en", "TERM": "xterm"}
    parent, child = pty.openpty()
    with subprocess.Popen(
        [*whole, "--code", "DM", "-o", str(out)], stdout=subprocess.PIPE, stderr=child, env=env
    ) as process:
        told, _ = process.communicate(timeout=120)
    os.close(child)
    bar = "".join(shown(parent))
    assert process.returncode == 0
    assert "Assigning" in bar
    assert "100%" in bar
    assert told.decode().startswith("4 points: 3 assigned")
    assert codes(out) == FOUND
    wrong = [*whole, "--code", "nothing", "-o", str(out)]
    again = subprocess.run(wrong, capture_output=True, env=env, check=False)
    assert again.returncode == 2
    assert b"nothing" in again.stderr
    assert b"Traceback" not in again.stderr
    assert codes(out) == FOUND


@pytest.mark.parametrize("kept", [0.4, 0.5, 0.6])
def test_a_file_that_was_cut_off_is_refused(tmp_path, areas, kept):
    """Of half a FlatGeobuf GDAL reads what is left, be it nothing, and says nothing."""
    names = [f"{k}" for k in range(20)]
    file = written(tmp_path / "points.fgb", [Point(LON, LAT)] * 20, name=names)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * kept)])
    refused(file, areas, "--code", "DM", "-o", tmp_path / "out.fgb")
    assert not (tmp_path / "out.fgb").exists()
