"""Files of boundaries that are made to do harm: nothing else is read, fetched or waited for."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from mapserver.domain.geopackage_blob import to_blob
from mapserver.errors import InvalidRequest
from mapserver.formats.boundary_reading import read_shapes

SQUARE = shapely.box(112.9, 27, 112.91, 27.01)
POINTS_ELSEWHERE = """<OGRVRTDataSource><OGRVRTLayer name="x">
    <SrcDataSource>{place}</SrcDataSource><SrcSQL dialect="SQLITE">select code as name, geom
    from grid</SrcSQL></OGRVRTLayer>{more}</OGRVRTDataSource>"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file of areas on the server that nobody sent."""
    path = tmp_path / "town.gpkg"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE grid (code TEXT, geom BLOB)")
    base.execute("INSERT INTO grid VALUES ('SECRET', ?)", (shapely.to_wkb(SQUARE),))
    base.commit()
    base.close()
    return path


@pytest.mark.parametrize("ending", ["gpx", "kml", "dxf", "json", "geojson", "gpkg"])
@pytest.mark.parametrize("front", ["", "{", "SECTION ", "<!-- <kml <gpx -->"])
def test_a_file_that_points_to_another_is_not_followed(secret: Path, ending: str, front: str):
    content = front + POINTS_ELSEWHERE.format(place=secret, more="<!-- <gpx <kml SECTION -->")
    with pytest.raises(InvalidRequest) as refused:
        read_shapes(content.encode(), f"a.{ending}")
    assert "SECRET" not in str(refused.value)


def test_an_archive_whose_shapefile_is_none_is_not_read(secret: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.shp", POINTS_ELSEWHERE.format(place=secret, more=""))
    with pytest.raises(InvalidRequest):
        read_shapes(packed.getvalue(), "a.zip")


def test_an_address_in_a_file_is_not_asked():
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/x", "type": "proj4"}}
    whole = {"type": "FeatureCollection", "crs": link, "features": [
        {"type": "Feature", "geometry": shapely.geometry.mapping(SQUARE), "properties": {}}
    ]}  # fmt: skip
    assert len(read_shapes(json.dumps(whole).encode(), "a.geojson").areas) == 1


def geopackage(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.gpkg"
    base = sqlite3.connect(path)
    base.executescript("""
        CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);
        CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id);
        INSERT INTO gpkg_spatial_ref_sys VALUES (4490, 'EPSG', 4490);
        INSERT INTO gpkg_geometry_columns VALUES ('grid', 'geom', 4490);
    """)
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW grid AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS code, NULL AS geom FROM n",
        "CREATE VIRTUAL TABLE grid USING rtree(id, a, b)",
    ],
)
def test_a_table_that_is_made_up_as_it_is_read_is_none(tmp_path: Path, made: str):
    with pytest.raises(InvalidRequest):
        read_shapes(geopackage(tmp_path, made), "a.gpkg")


def test_a_ring_that_a_geopackage_has_open_loses_no_other_area(tmp_path: Path):
    whole = shapely.box(112.9, 27.0, 112.91, 27.01)
    closed = to_blob(whole).hex()
    count = (5).to_bytes(4, "little").hex()
    assert closed.count(count) == 1
    # the last of its five places is left away
    opened = closed.replace(count, (4).to_bytes(4, "little").hex())[:-32]
    rows = ", ".join(f"('{code}', X'{blob}')" for code, blob in (("1", opened), ("2", closed)))
    made = ("CREATE TABLE grid (code, geom)", f"INSERT INTO grid VALUES {rows}")
    read = read_shapes(geopackage(tmp_path, *made), "a.gpkg").areas
    assert [(one.code, one.shape.equals(whole)) for one in read] == [("1", True), ("2", True)]


def test_shapes_are_read_however_oddly_their_fields_are_filled():
    odd = [{"name": ["a", "b"], "code": {"c": 1}}, {"name": "", "code": 7.0}, None]
    whole = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": shapely.geometry.mapping(SQUARE), "properties": one}
        for one in odd
    ]}  # fmt: skip
    read = read_shapes(json.dumps(whole).encode(), "a.geojson").areas
    assert [(one.code, one.name) for one in read] == [(None, None), ("7", None), (None, None)]


def test_a_collection_is_its_areas_crossed_or_not():
    bow = shapely.Polygon([(112.9, 27), (112.91, 27.01), (112.91, 27), (112.9, 27.01)])
    whole = shapely.GeometryCollection([SQUARE, bow, shapely.Point(112.9, 27)])
    content = json.dumps(shapely.geometry.mapping(whole)).encode()
    (one,) = read_shapes(content, "a.geojson").areas
    assert shapely.get_num_geometries(one.shape) == 2


def nothing(order: str) -> bytes:
    """Return nothing to stand before the collections."""
    return b""


def curve(order: str) -> bytes:
    """Return a collection of two that begins with a curve of three places (kind 8)."""
    mark = struct.pack("B", order == "<")
    places = struct.pack(f"{order}6d", 112.9, 27, 112.91, 27.01, 112.92, 27)
    return mark + struct.pack(f"{order}II", 7, 2) + mark + struct.pack(f"{order}II", 8, 3) + places


@pytest.mark.parametrize("first", [nothing, curve])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [4, 7, 1007])
def test_collections_within_collections_do_not_take_the_server_down(
    tmp_path: Path, order: str, kind: int, first: Callable[[str], bytes]
):
    #  GEOS calls itself for each of them
    head = struct.pack("B", order == "<") + struct.pack(f"{order}II", kind, 1)
    blob = b"GP\0\1" + struct.pack("<i", 4490) + first(order) + head * 200_000
    with pytest.raises(InvalidRequest):
        read_shapes(
            geopackage(tmp_path, f"CREATE TABLE grid AS SELECT x'{blob.hex()}' AS geom"), "a.gpkg"
        )


def test_a_short_line_that_ends_near_its_beginning_is_no_grid():
    bend = [(113, 30), (113.0001, 30), (113.0001, 30.0001), (113.0002, 30.0001)]
    around = shapely.get_coordinates(shapely.Point(113, 30).buffer(2e-4))
    for places in (bend, around):
        line = shapely.geometry.mapping(shapely.LineString(places))
        read = read_shapes(json.dumps(line).encode(), "a.geojson")
        assert (len(read.areas), len(read.lines)) == (0, 1)
