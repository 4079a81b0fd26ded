"""Boundaries that other programs wrote, brought into the workshop."""

import io
import json
import zipfile

import geopandas
import numpy as np
import pytest
import shapely

from mapserver.domain.datums import from_cgcs2000
from mapserver.errors import ActRefused, InvalidRequest, NotAllowed
from mapserver.formats.boundary_files import KINDS, written
from mapserver.services.boundaries.arrivals import arrived
from mapserver.services.boundaries.files import as_file
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, EAST, VILLAGE, WEST

SUFFIX = {kind: ".zip" if kind == "shp" else one.ending for kind, one in KINDS.items()}


def bring(workshop: Workshop, content: bytes, name: str = "grids.geojson", **more):
    given = {"village": VILLAGE, "datum": "cgcs2000", **more}
    return arrived(
        workshop.head, workshop.drawing, given["village"], (name, content), given["datum"]
    )


def geojson(*shapes, **columns) -> bytes:
    rows = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {
            name: values[k] for name, values in columns.items()
        }}
        for k, shape in enumerate(shapes)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def grids(workshop: Workshop) -> dict:
    return {code: one.geometry for code, one in workshop.ground().grids.items()}


def test_tracks_that_were_written_out_come_in_as_areas_without_their_codes(workshop: Workshop):
    on = workshop.ground()
    found = bring(workshop, as_file(on, "gpx", workshop.town.context.today()), "grids.gpx")
    assert set(found.act["names"].values()) == {"新屋村第1网格", "新屋村第2网格"}
    whole = shapely.union_all([shapely.geometry.shape(one) for one in found.act["parts"].values()])
    assert shapely.area(shapely.symmetric_difference(whole, on.outline)) < 1e-12


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "gpx"])
def test_what_was_written_out_comes_in_again_as_it_was(workshop: Workshop, kind: str):
    on = workshop.ground()
    content = as_file(on, kind, workshop.town.context.today())
    found = bring(workshop, content, f"grids{SUFFIX[kind]}")
    assert (found.areas, found.elsewhere, found.repaired, found.shift) == (2, 0, (), None)
    drawn = {code: shapely.geometry.shape(one) for code, one in found.act["parts"].items()}
    assert set(drawn) == {WEST, EAST}
    whole = shapely.union_all(list(drawn.values()))
    assert shapely.area(shapely.symmetric_difference(whole, on.outline)) < 1e-12


def test_a_file_with_new_grids_gives_them_the_next_codes_and_their_names(workshop: Workshop):
    west, south, east, north = workshop.ground().outline.bounds
    halves = (
        shapely.box(west, south, east, (south + north) / 2),
        shapely.box(west, (south + north) / 2, east, north),
    )
    found = bring(workshop, geojson(*halves, name=["南片", "北片"]))
    assert found.act["codes"] == [f"{VILLAGE}003", f"{VILLAGE}004"]
    assert list(found.act["names"].values()) == ["南片", "北片"]
    replay = workshop.drawing.done_on(workshop.ground(), [found.act])
    assert replay.refused is None
    assert set(replay.version.grids) == {f"{VILLAGE}003", f"{VILLAGE}004"}


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_coordinates_of_web_maps_are_found_out_and_converted(workshop: Workshop, datum: str):
    shifted = shapely.transform(
        list(grids(workshop).values()),
        lambda at: np.column_stack(from_cgcs2000(at[:, 0], at[:, 1], datum)),
    )
    content = geojson(*shifted, code=list(grids(workshop)))
    taken_as_stated = bring(workshop, content)
    assert taken_as_stated.shift is not None
    assert taken_as_stated.shift.datum == datum
    converted = bring(workshop, content, datum=datum)
    assert converted.shift is None
    for code, shape in grids(workshop).items():
        came = shapely.geometry.shape(converted.act["parts"][code])
        assert came.hausdorff_distance(shape) < 1e-10
    assert converted.act["capture"] == {"how": "file", "datum": datum}


def test_grids_of_other_villages_and_what_is_no_area_are_left_out_and_counted(workshop: Workshop):
    theirs = workshop.drawing.ground(workshop.town.context, COMMUNITY)
    well = shapely.Point(112.905, 27.09)
    found = bring(workshop, geojson(*grids(workshop).values(), theirs.outline, well))
    assert (found.areas, found.elsewhere, found.others) == (2, 1, 1)


ROAD = shapely.LineString([(111.0, 27.091), (112.93, 27.091), (115.0, 27.5)])
RIVER = shapely.MultiLineString(
    [[(112.91, 27.0), (112.91, 27.085)], [(112.911, 27.085), (112.91, 27.2)]]
)
FAR = shapely.LineString([(113.5, 27.0), (113.6, 27.0)])


def test_lines_of_a_file_come_along_as_far_as_the_village_reaches(workshop: Workshop):
    found = bring(workshop, geojson(*grids(workshop).values(), ROAD, RIVER, FAR))
    assert (found.areas, found.elsewhere, found.others) == (2, 1, 0)
    lines = [shapely.geometry.shape(one) for one in found.lines]
    assert [one.geom_type for one in lines] == ["LineString"] * 3
    outline = workshop.ground().outline
    for line, whole in zip(lines, [ROAD, *shapely.get_parts(RIVER)], strict=True):
        inside = line.intersection(outline)
        assert inside.length == pytest.approx(whole.intersection(outline).length, rel=1e-9)
    assert shapely.total_bounds(lines)[0] > 112.89


def test_a_road_that_comes_back_is_one_line_in_two_parts(workshop: Workshop):
    bend = shapely.LineString([(112.93, 27.095), (114, 27.095), (114, 27.085), (112.93, 27.085)])
    found = bring(workshop, geojson(bend, FAR))
    assert (len(found.lines), found.elsewhere) == (2, 1)


def test_a_file_of_lines_alone_draws_nothing(workshop: Workshop):
    found = bring(workshop, geojson(ROAD), datum="gcj02")
    assert found.act is None
    assert (found.areas, len(found.lines)) == (0, 1)
    (line,) = (shapely.geometry.shape(one) for one in found.lines)
    assert 0.001 < abs(line.coords[1][1] - 27.091) < 0.01, "the datum is turned round"
    with pytest.raises(ActRefused, match="No area or line of the file lies in"):
        bring(workshop, geojson(FAR))


def test_a_file_of_another_village_is_refused(workshop: Workshop):
    theirs = workshop.drawing.ground(workshop.town.context, COMMUNITY)
    with pytest.raises(ActRefused) as refused:
        bring(workshop, geojson(theirs.outline))
    assert "没有面或线在新屋村里" in refused.value.zh


def test_an_area_that_crosses_itself_is_mended_and_named(workshop: Workshop):
    west, south, east, north = workshop.ground().outline.bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    found = bring(workshop, geojson(bow, code=["乙"]))
    assert [one.code for one in found.repaired] == ["乙"]
    assert found.repaired[0].zh == "边界自相交"


CORNER, NEXT, BEYOND = [112.905, 27.09], [112.906, 27.091], [112.907, 27.092]
WITHOUT_SURFACE = {
    "two corners": [[CORNER, NEXT, CORNER]],
    "two corners, open": [[CORNER, NEXT]],
    "one corner": [[CORNER]],
    "a line there and back": [[CORNER, NEXT, BEYOND, CORNER]],
    "no corner": [[]],
}


def feature(rings: list, **told: str) -> dict:
    """Return a feature of a GeoJSON file."""
    shape = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "geometry": shape, "properties": told}


def features(*those: dict) -> bytes:
    """Return a GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": those}).encode()


def placemarks(*rings: list) -> bytes:
    """Return a KML file, each placemark an area of one ring."""
    told = "".join(
        "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y}" for x, y in ring)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for ring in rings
    )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{told}</Document></kml>'.encode()


@pytest.mark.parametrize("rings", WITHOUT_SURFACE.values(), ids=WITHOUT_SURFACE)
def test_areas_without_surface_are_told_by_name_code_or_number(workshop: Workshop, rings: list):
    content = features(feature(rings, name="东片"), feature(rings, code="乙"), feature(rings))
    with pytest.raises(ActRefused) as refused:
        bring(workshop, content)
    assert "没有面积：「东片」、「乙」、第 3 个图形。角点太少" in refused.value.zh
    assert "no surface: “东片”, “乙”, shape 3." in refused.value.en
    with pytest.raises(ActRefused, match="no surface: shape 1, shape 2"):
        bring(workshop, placemarks(rings[0], rings[0]), "a.kml")


def test_of_many_areas_without_surface_some_are_named(workshop: Workshop):
    content = features(*[feature([[CORNER, NEXT, CORNER]])] * 12)
    with pytest.raises(ActRefused, match="shape 10 and 2 more"):
        bring(workshop, content)


@pytest.mark.parametrize("rings", WITHOUT_SURFACE.values(), ids=WITHOUT_SURFACE)
def test_an_area_without_surface_loses_no_other_of_its_file(workshop: Workshop, rings: list):
    west, south, east, north = workshop.ground().outline.bounds
    whole = list(shapely.box(west, south, east, north).exterior.coords)
    found = bring(workshop, features(feature(rings), feature([whole], name="全村")))
    assert (found.areas, found.elsewhere, found.others) == (1, 0, 1)
    assert list(found.act["names"].values()) == ["全村"]
    found = bring(workshop, placemarks(rings[0], whole), "a.kml")
    assert (found.areas, found.elsewhere, found.others) == (1, 0, 1)


def test_an_area_without_surface_takes_no_line_away(workshop: Workshop):
    content = features(
        feature([[CORNER, NEXT, CORNER]]),
        {"type": "Feature", "geometry": shapely.geometry.mapping(ROAD), "properties": {}},
    )
    found = bring(workshop, content)
    assert (found.act, found.areas, len(found.lines), found.others) == (None, 0, 1, 1)


def test_a_ring_that_was_left_open_is_closed(workshop: Workshop):
    west, south, east, north = workshop.ground().outline.bounds
    whole = shapely.box(west, south, east, north)
    found = bring(workshop, features(feature([list(whole.exterior.coords)[:-1]])))
    (drawn,) = found.act["parts"].values()
    assert shapely.geometry.shape(drawn).equals(whole)


def test_a_walk_that_ends_where_it_began_is_an_area(workshop: Workshop):
    ring = shapely.get_parts(next(iter(grids(workshop).values())))[0].exterior
    walked = "".join(f'<trkpt lat="{y}" lon="{x}"/>' for x, y in ring.coords[:-1])
    last = f'<trkpt lat="{ring.coords[0][1] + 1e-4}" lon="{ring.coords[0][0]}"/>'
    content = (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>一圈</name><trkseg>{walked}{last}</trkseg></trk></gpx>"
    )
    found = bring(workshop, content.encode(), "walk.gpx", datum="wgs84")
    assert (found.areas, list(found.act["names"].values())) == (1, ["一圈"])


def test_projected_coordinates_are_brought_to_degrees(workshop: Workshop, tmp_path):
    frame = geopandas.GeoDataFrame(
        {"code": list(grids(workshop))}, geometry=list(grids(workshop).values()), crs="EPSG:4490"
    ).to_crs("EPSG:4547")
    frame.to_file(tmp_path / "grids.gpkg")
    found = bring(workshop, (tmp_path / "grids.gpkg").read_bytes(), "grids.gpkg")
    for code, shape in grids(workshop).items():
        came = shapely.geometry.shape(found.act["parts"][code])
        assert came.hausdorff_distance(shape) < 1e-9


SWAPPED = geojson(shapely.box(27.0, 112.9, 27.02, 112.92))
ROUND = np.linspace(0, 2 * np.pi, 200_001)
TOO_MANY = geojson(
    shapely.Polygon(np.column_stack([112.92 + np.cos(ROUND) / 200, 27.09 + np.sin(ROUND) / 200]))
)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (SWAPPED, "a.geojson", "写反"),
        (TOO_MANY, "a.geojson", "200,001"),
        (b"{", "a.geojson", "坏"),
        (b"PK\3\4 no zip", "a.zip", "坏"),
        (b"<OGRVRTDataSource/>", "a.geojson", "坏"),
        (b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "a.kml", "坏"),
        (b"<!--" + b" " * 9000 + b"--><!DOCTYPE kml []><kml/>", "a.kml", "坏"),
        (b"hello", "a.exe", "不是能读的"),
        (geojson(shapely.Point(112.9, 27)), "a.geojson", "没有面"),
        (
            written([{"code": "1"}], [shapely.box(38_000_000, 2e6, 38_000_100, 3e6)], "dxf", "a"),
            "a.dxf",
            "坐标系",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(
    workshop: Workshop, content: bytes, name: str, said: str
):
    with pytest.raises((ActRefused, InvalidRequest)) as refused:
        bring(workshop, content, name)
    assert said in refused.value.zh


def test_a_zip_is_unpacked_nowhere_but_in_its_own_folder(workshop: Workshop):
    whole = as_file(workshop.ground(), "shp", workshop.town.context.today())
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(packed, "w") as new:
        for one in old.namelist():
            new.writestr(f"../../{one}", old.read(one))
    assert bring(workshop, packed.getvalue(), "grids.zip").areas == 2


def test_who_does_not_draw_there_brings_nothing(workshop: Workshop):
    content = geojson(*grids(workshop).values())
    with pytest.raises(NotAllowed):
        arrived(workshop.supervisor, workshop.drawing, VILLAGE, ("a.geojson", content), "cgcs2000")


def test_a_grid_that_lies_beside_the_village_as_stated_is_offered_to_be_converted(
    workshop: Workshop,
):
    """A small grid at the village's edge is beside it altogether by some 600 m."""
    own = shapely.box(112.905, 27.0801, 112.915, 27.0815)
    shifted = shapely.transform(
        own, lambda at: np.column_stack(from_cgcs2000(at[:, 0], at[:, 1], "gcj02"))
    )
    assert not shifted.intersects(grids(workshop)[WEST])
    beside = bring(workshop, geojson(shifted))
    assert (beside.act, beside.areas, beside.elsewhere) == (None, 0, 1)
    assert beside.shift is not None
    assert beside.shift.datum == "gcj02"
    assert 300 < beside.shift.distance_m < 900
    converted = bring(workshop, geojson(shifted), datum="gcj02")
    assert converted.shift is None
    assert converted.areas == 1
