"""What a file of another program holds: its areas, and the lines beside them.

Walks and drawings are told in squares of 0.01 degrees, some kilometre.
"""

import json

import pytest
import shapely

from mapserver.formats.boundary_reading import Shapes, read_shapes

CORNERS = [(112.90, 27.00), (112.91, 27.00), (112.91, 27.01), (112.90, 27.01)]
SQUARE = shapely.Polygon(CORNERS)
ROAD = shapely.LineString([(112.92, 27.0), (112.93, 27.0)])
TRACK = '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>走</name>{}</trk></gpx>'


def walked(*segments: list[tuple[float, float]]) -> Shapes:
    """Return what a walk of several segments is read as."""
    told = "".join(
        "<trkseg>"
        + "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in segment)
        + "</trkseg>"
        for segment in segments
    )
    return read_shapes(TRACK.format(told).encode(), "walk.gpx")


def drawn(*entities: tuple[str, str, list[tuple[float, float]]]) -> Shapes:
    """Return what a drawing is read as: of each entity its kind, its layer and its ends."""
    pairs = [(0, "SECTION"), (2, "ENTITIES")]
    for kind, layer, ends in entities:
        pairs += [(0, kind), (8, layer)]
        for n, (x, y) in enumerate(ends):
            pairs += [(10 + n, str(x)), (20 + n, str(y))]
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    return read_shapes("\n".join(f"{code}\n{value}" for code, value in pairs).encode(), "a.dxf")


def test_a_walk_that_was_taken_up_again_and_goes_round_is_an_area():
    there, back = CORNERS[:2], [*CORNERS[2:], (112.90, 27.0001)]
    found = walked(there, back)
    assert [one.name for one in found.areas] == ["走"]
    assert found.areas[0].shape.area == pytest.approx(SQUARE.area, rel=0.02)
    assert found.lines == ()


def test_nobody_walked_between_the_segments_of_a_walk_that_does_not_go_round():
    found = walked(CORNERS[:2], [(112.95, 27.0), (112.95, 27.01)])
    assert found.areas == ()
    assert [one.length for one in found.lines] == pytest.approx([0.01, 0.01])


def test_two_rounds_that_were_walked_from_one_corner_are_two_areas():
    west = [*CORNERS, CORNERS[0]]
    east = [CORNERS[0], (112.89, 27.00), (112.89, 27.01), (112.895, 27.01), CORNERS[0]]
    found = walked(west, east)
    assert [one.name for one in found.areas] == ["走", "走"]


def test_a_walk_without_a_step_is_neither():
    found = walked(CORNERS[:2], [], [(112.95, 27.0)])
    assert (len(found.areas), len(found.lines), found.others) == (0, 1, 2)


def test_lines_beside_an_area_in_one_feature_come_along():
    whole = shapely.GeometryCollection([SQUARE, ROAD, shapely.MultiLineString([ROAD, ROAD])])
    read = json.dumps(shapely.geometry.mapping(whole)).encode()
    found = read_shapes(read, "a.geojson")
    assert [one.shape for one in found.areas] == [SQUARE]
    assert list(found.lines) == [ROAD, ROAD, ROAD]


def test_lines_of_a_drawing_are_joined_where_they_meet_layer_by_layer():
    sides = zip(CORNERS, [*CORNERS[1:], CORNERS[0]], strict=True)
    found = drawn(
        *(("LINE", "一组", list(side)) for side in sides),
        ("LINE", "路", list(ROAD.coords)),
        ("LINE", "路", [ROAD.coords[1], (112.94, 27.0)]),
        ("TEXT", "字", []),
    )
    assert [(one.code, one.shape.area) for one in found.areas] == [
        ("一组", pytest.approx(SQUARE.area))
    ]
    assert [one.length for one in found.lines] == pytest.approx([0.02])
    assert found.others == 1


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ('<Data name="code"><value>430424100201001</value></Data>', "430424100201001"),
        (
            '<SchemaData schemaUrl="#a"><SimpleData name="village">新屋村</SimpleData>'
            '<SimpleData name="CODE"> 430424100201002 </SimpleData></SchemaData>',
            "430424100201002",
        ),
        ('<Data name="village"><value>新屋村</value></Data><Data name="code"/>', None),
    ],
)
def test_a_placemark_keeps_the_code_that_it_holds_beside_its_name(held: str, code: str | None):
    ring = " ".join(f"{x},{y},0" for x, y in [*CORNERS, CORNERS[0]])
    placemark = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>东片</name>'
        f"<ExtendedData>{held}</ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></Document></kml>"
    )
    (area,) = read_shapes(placemark.encode(), "a.kml").areas
    assert (area.code, area.name) == (code, "东片")
