"""Vector tiles, read back by an independent decoder and by a small one of the raw commands."""

import zlib

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapbox_vector_tile.Mapbox.vector_tile_pb2 import tile as TileMessage
from shapely import LineString, MultiPolygon, box

from mapserver.domain import mercator, zorder
from mapserver.domain.tile_geometry import to_features
from mapserver.domain.tile_points import PointColumns, point_drafts, whole_tile
from mapserver.domain.tiles import NO_ID, Column, Kind, TileFeatures
from mapserver.formats.mvt import MAX_BYTES, encode_layer, encode_within

Z, X, Y = 14, 13333, 6906


def dots(*xy, ids=None, columns=()):
    count = len(xy)
    return TileFeatures(
        np.full(count, Kind.POINT, np.int64),
        np.arange(count) if ids is None else np.array(ids, np.int64),
        columns,
        np.array(xy, np.int64).reshape(-1, 2),
        np.arange(1, count + 1),
        np.arange(1, count + 1),
    )


def shapes(*geometries, columns=()):
    dimensions = np.array([1 if "Line" in g.geom_type else 2 for g in geometries])
    return to_features(
        np.array(geometries, object), dimensions, np.arange(len(geometries)), columns
    )


def decoded(data, name="house"):
    options = {"y_coord_down": True}
    return mapbox_vector_tile.decode(data, default_options=options)[name]["features"]


def message(data):
    found = TileMessage()
    found.ParseFromString(data)
    return found


def commands(data):
    """Return the raw geometry of the first feature as (command, steps) pairs."""
    words = iter(message(data).layers[0].features[0].geometry)
    found = []
    for word in words:
        count = (word >> 3) * (word & 7 != 7)
        steps = [next(words) for _ in range(2 * count)]
        found.append((word & 7, word >> 3, [(n >> 1) ^ -(n & 1) for n in steps]))
    return found


def crowd(count, columns=()):
    """Return `count` points spread over the test tile."""
    west, south, east, north = mercator.tile_bounds(Z, X, Y)
    random = np.random.default_rng(1)
    keys = zorder.zkeys(random.uniform(west, east, count), random.uniform(south, north, count))
    return PointColumns.of(keys, np.arange(count), columns)


def test_a_layer_states_its_version_name_and_extent():
    (layer,) = message(encode_layer("house", dots((1, 2)))).layers
    assert (layer.version, layer.name, layer.extent) == (2, "house", 4096)


coordinate = st.integers(-5000, 9000)
value = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False),
)


@given(
    st.lists(
        st.tuples(coordinate, coordinate, st.integers(0, 2**53), value, value),
        min_size=1,
        max_size=20,
    )
)
def test_points_come_back_with_id_place_and_typed_values(rows):
    columns = (
        Column.of("a", [row[3] for row in rows]),
        Column.of("名", [row[4] for row in rows]),
    )
    data = encode_layer(
        "house", dots(*(row[:2] for row in rows), ids=[row[2] for row in rows], columns=columns)
    )
    found = decoded(data)
    assert len(found) == len(rows)
    for feature, (x, y, number, a, b) in zip(found, rows, strict=True):
        expected = {k: v for k, v in (("a", a), ("名", b)) if v is not None}
        assert feature["geometry"] == {"type": "Point", "coordinates": [x, y]}
        assert feature["id"] == number
        assert feature["properties"] == expected
        assert {k: type(v) for k, v in feature["properties"].items()} == {
            k: type(v) for k, v in expected.items()
        }


def test_the_table_of_values_repeats_nothing_and_holds_only_what_is_used():
    columns = (
        Column("a", np.array([0, 2]), ("x", "never", "y")),
        Column("b", np.array([1, 0]), ("y", "x")),
    )
    (layer,) = message(encode_layer("house", dots((0, 0), (1, 1), columns=columns))).layers
    assert sorted(one.string_value for one in layer.values) == ["x", "y"]
    properties = [
        f["properties"]
        for f in decoded(encode_layer("house", dots((0, 0), (1, 1), columns=columns)))
    ]
    assert properties == [{"a": "x", "b": "x"}, {"a": "y", "b": "y"}]


def test_more_values_than_a_byte_counts_are_told_apart():
    names = [f"第{n}号" for n in range(300)]
    data = encode_layer(
        "house", dots(*((n, n) for n in range(300)), columns=(Column.of("a", names),))
    )
    assert [feature["properties"]["a"] for feature in decoded(data)] == names


def test_more_columns_than_a_byte_counts_are_told_apart():
    columns = tuple(Column.of(f"c{n}", [n]) for n in range(200))
    (feature,) = decoded(encode_layer("house", dots((0, 0), columns=columns)))
    assert feature["properties"] == {f"c{n}": n for n in range(200)}


def test_a_feature_without_an_id_has_none_and_several_dots_are_one_feature():
    three = TileFeatures(
        np.array([Kind.POINT]),
        np.array([NO_ID]),
        (Column.of("n", [2]),),
        np.array([[1, 1], [5, 1], [3, 9]]),
        np.array([3]),
        np.array([1]),
    )
    data = encode_layer("house", three)
    (feature,) = decoded(data)
    assert feature["geometry"]["type"] == "MultiPoint"
    assert feature["geometry"]["coordinates"] == [[1, 1], [5, 1], [3, 9]]
    assert not message(data).layers[0].features[0].HasField("id")
    assert commands(data) == [(1, 3, [1, 1, 4, 0, -2, 8])]


def test_a_feature_without_attributes_has_no_tags():
    data = encode_layer("house", dots((1, 1)))
    assert list(message(data).layers[0].features[0].tags) == []
    assert decoded(data)[0]["properties"] == {}


def test_a_ring_is_moved_to_drawn_and_closed():
    """The specification's commands: MoveTo 1, LineTo 3, ClosePath; y grows downward."""
    square = encode_layer("house", shapes(box(0, 0, 10, 10)))
    (move, line, close) = commands(square)
    assert (move[0], move[1]) == (1, 1)
    assert (line[0], line[1]) == (2, 3)
    assert close == (7, 1, [])


def test_the_cursor_stays_at_the_last_vertex_of_a_ring_that_closes():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    geometry = decoded(encode_layer("house", shapes(ring)))[0]["geometry"]
    assert geometry["type"] == "Polygon"
    exterior, hole = (sorted(set(map(tuple, part))) for part in geometry["coordinates"])
    assert exterior == [(0, 0), (0, 10), (10, 0), (10, 10)]
    assert hole == [(4, 4), (4, 6), (6, 4), (6, 6)]


def test_lines_and_areas_come_back_as_they_were():
    geometries = [
        LineString([(0, 0), (100, 50), (0, 100)]),
        MultiPolygon([box(0, 0, 10, 10), box(20, 20, 30, 30)]),
        box(-5, -5, 4000, 9),
    ]
    columns = (Column.of("name", ["line", "two", None]),)
    found = decoded(encode_layer("house", shapes(*geometries, columns=columns)))
    assert [f["geometry"]["type"] for f in found] == ["LineString", "MultiPolygon", "Polygon"]
    assert found[0]["geometry"]["coordinates"] == [[0, 0], [100, 50], [0, 100]]
    assert [f["properties"] for f in found] == [{"name": "line"}, {"name": "two"}, {}]
    assert [f["id"] for f in found] == [0, 1, 2]


def test_points_lines_and_areas_share_one_layer():
    one = dots((7, 7), columns=(Column.of("kind", ["well"]),))
    two = shapes(LineString([(0, 0), (9, 9)]), columns=(Column.of("kind", ["well"]),))
    found = decoded(encode_layer("facility", one, two), "facility")
    assert [f["geometry"]["type"] for f in found] == ["Point", "LineString"]
    assert [f["properties"] for f in found] == [{"kind": "well"}] * 2


def test_layers_one_after_the_other_are_a_tile():
    data = encode_layer("house", dots((1, 1))) + encode_layer("house_label", dots((2, 2)))
    assert [layer.name for layer in message(data).layers] == ["house", "house_label"]


def test_a_layer_without_features_is_no_bytes():
    assert encode_layer("house", dots()) == b""
    assert encode_layer("house", dots(), dots()) == b""
    assert encode_within("house", [dots()]) == b""


def test_an_id_that_no_reader_could_hold_is_refused():
    with pytest.raises(ValueError, match="too large"):
        encode_layer("house", dots((0, 0), ids=[2**60]))


def test_the_same_tile_is_the_same_bytes():
    points = crowd(500, (Column.of("kind", [n % 7 for n in range(500)]),))
    first, again = (encode_layer("house", whole_tile(points, Z, X, Y)) for _ in range(2))
    assert first == again


def test_a_tile_of_ten_thousand_houses_comes_whole():
    points = crowd(10_000, (Column.of("door", [f"{n}组{n}号" for n in range(10_000)]),))
    data = encode_within("house", point_drafts(points, Z, X, Y))
    found = decoded(data)
    assert len(data) < MAX_BYTES
    assert sorted(feature["id"] for feature in found) == list(range(10_000))


def test_a_tile_too_large_is_thinned_and_loses_no_count():
    points = crowd(60_000)
    data = encode_within("house", point_drafts(points, Z, X, Y))
    assert len(encode_layer("house", whole_tile(points, Z, X, Y))) > MAX_BYTES
    assert len(data) <= MAX_BYTES
    total = 0
    for feature in decoded(data):
        many = feature["geometry"]["type"] == "MultiPoint"
        total += feature["properties"]["n"] * (
            len(feature["geometry"]["coordinates"]) if many else 1
        )
    assert total == 60_000


def test_a_town_seen_whole_is_a_small_download():
    """28,000 houses in clusters over 12 km; the map's first view is zoom 11 or 12."""
    random = np.random.default_rng(2)
    cluster = random.integers(0, 700, 28_000)
    metres = random.uniform(0, 12_000, (2, 700))[:, cluster] + random.normal(0, 180, (2, 28_000))
    lon, lat = 112.89 + metres[0] / 99_000, 27.03 + metres[1] / 111_000
    points = PointColumns.of(
        zorder.zkeys(lon, lat),
        np.arange(28_000),
        (
            Column.of("door", [f"{n % 18}组{n}号" for n in range(28_000)]),
            Column.of("grid", [f"430424100{n // 5:06d}" for n in cluster.tolist()]),
        ),
    )
    for z in (11, 12):
        tiles = set(
            zip(*map(np.ndarray.tolist, zorder.decode(points.zkeys >> 2 * (31 - z))), strict=True)
        )
        sizes = [
            len(zlib.compress(encode_within("house", point_drafts(points, z, *t)))) for t in tiles
        ]
        assert sum(sizes) < 120_000


def test_the_coarsest_draft_is_taken_if_none_is_small_enough():
    drafts = [dots((0, 0), (1, 1)), dots((5, 5))]
    assert encode_within("house", drafts, max_bytes=1) == encode_layer("house", drafts[1])


def test_drafts_are_made_only_until_one_is_small_enough():
    def drafts():
        yield dots((0, 0))
        raise AssertionError("the second draft was asked for")

    assert encode_within("house", drafts()) == encode_layer("house", dots((0, 0)))
