"""Tiles as two independent programs read them: mapbox-vector-tile, and GDAL's driver."""

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from mapserver.domain import zorder
from mapserver.domain.tile_geometry import BUFFER
from mapserver.domain.tile_points import PointColumns, whole_tile
from mapserver.domain.tile_shapes import ShapeColumns, ShapePyramid
from mapserver.domain.tiles import EXTENT, Column, Thinning
from mapserver.formats.mvt import encode_layer
from tests.domain.coverages import X, Y, Z, cells, in_degrees

WHOLE = Thinning(whole_up_to=10**9, whole_at_most=10**9)


def by_gdal(data):
    """Return {id: (shape, attributes)}, y up from the tile's lower edge."""
    table = pyogrio.read_dataframe(data, CLIP="NO").set_index("mvt_id")
    shapes = table.pop("geometry").to_numpy()
    attributes = table.to_dict("records")
    return {
        number: (one, {k: v for k, v in told.items() if not pd.isna(v)})
        for number, one, told in zip(table.index.tolist(), shapes, attributes, strict=True)
    }


def parts(geometry):
    """Return the parts of a geometry; GDAL makes all of a layer multiple where one is."""
    return [part.normalize() for part in shapely.get_parts(geometry)]


def by_mapbox(data):
    """Return the same."""
    (layer,) = mapbox_vector_tile.decode(data).values()
    return {f["id"]: (shape(f["geometry"]), f["properties"]) for f in layer["features"]}


def tile_of(*shapes, z=Z, dx=0, dy=0, coverage=False):
    """Return the bytes of the test tile's ancestor of zoom `z`, or of one of its children."""
    deeper = max(0, z - Z)
    x, y = (X << deeper) + dx % (1 << deeper), (Y << deeper) + dy % (1 << deeper)
    x, y = x >> max(0, Z - z), y >> max(0, Z - z)
    degrees = np.array([in_degrees(one) for one in shapes], object)
    names = (Column.of("名称", [f"第{n}片" for n in range(len(shapes))]),)
    columns = ShapeColumns.of(degrees, range(len(shapes)), names, coverage=coverage)
    return encode_layer("grid", next(ShapePyramid(columns).drafts(z, x, y, WHOLE)))


zooms = st.integers(Z - 6, Z + 2)
steps = st.integers(0, 3)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 12, 150]), zooms, steps, steps)
def test_decoded_areas_are_valid_and_share_every_edge(seed, count, z, dx, dy):
    """What neighbours share has the same vertices in both, and no surface belongs to two."""
    data = tile_of(*cells(seed, count), z=z, dx=dx, dy=dy, coverage=True)
    found = by_gdal(data) if data else {}
    areas = np.array([area for area, _ in found.values()], object)
    assert shapely.is_valid(areas).all()
    assert (shapely.area(areas) > 0).all()
    assert shapely.coverage_is_valid(areas)
    corners = shapely.get_coordinates(areas)
    assert (corners >= -BUFFER).all() and (corners <= EXTENT + BUFFER).all()
    assert all(told == {"名称": f"第{number}片"} for number, (_, told) in found.items())


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), zooms, steps, steps)
def test_both_decoders_read_the_same_areas_with_their_holes(seed, z, dx, dy):
    """Plots with a pond in every third: a hole, or a second part where it is cut through."""
    plots = cells(seed, 20)
    ponds = shapely.buffer(shapely.centroid(plots), 60)
    shapes = [
        p.difference(b) if n % 3 else p for n, (p, b) in enumerate(zip(plots, ponds, strict=True))
    ]
    data = tile_of(*shapes, z=z, dx=dx, dy=dy)
    if data:
        one, other = by_gdal(data), by_mapbox(data)
        assert one.keys() == other.keys()
        for number, (area, told) in one.items():
            assert area.is_valid
            assert parts(area) == parts(other[number][0])
            assert told == other[number][1]


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), zooms, steps, steps)
def test_both_decoders_read_the_same_lines(seed, z, dx, dy):
    random = np.random.default_rng(seed)
    walks = [
        random.uniform(-500, EXTENT + 500, 2) + random.normal(0, 90, (40, 2)).cumsum(0)
        for _ in range(6)
    ]
    data = tile_of(*map(shapely.LineString, walks), z=z, dx=dx, dy=dy)
    if data:
        one, other = by_gdal(data), by_mapbox(data)
        assert one.keys() == other.keys()
        for number, (line, _) in one.items():
            assert line.length > 0
            assert parts(line) == parts(other[number][0])
            corners = shapely.get_coordinates(line)
            assert (corners >= -BUFFER).all() and (corners <= EXTENT + BUFFER).all()


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(-64, EXTENT + 63), st.integers(-64, EXTENT + 63)), min_size=1)
)
def test_both_decoders_read_every_point_where_it_is(places):
    x, y = np.array(places).T
    finer = zorder.BITS - Z - 12
    keys = zorder.encode((X * EXTENT + x) << finer, (Y * EXTENT + y) << finer)
    columns = (Column.of("n", [7.5 * n for n in range(len(places))]),)
    data = encode_layer(
        "grid", whole_tile(PointColumns.of(keys, range(len(keys)), columns), Z, X, Y)
    )
    for found in (by_gdal(data), by_mapbox(data)):
        assert {
            number: (point.x, EXTENT - point.y) for number, (point, _) in found.items()
        } == dict(enumerate(places))
        assert all(told == {"n": 7.5 * number} for number, (_, told) in found.items())


@pytest.mark.parametrize("read", [by_gdal, by_mapbox])
def test_a_shape_that_collapses_leaves_no_feature(read):
    data = tile_of(shapely.box(10, 10, 10.2, 10.2), shapely.box(20, 20, 30, 30))
    assert list(read(data)) == [1]
