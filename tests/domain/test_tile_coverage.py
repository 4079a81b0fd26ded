"""Coverages on whole-number vertices, narrow areas and all."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from mapserver.domain.tile_coverage import mended
from mapserver.domain.tile_geometry import rounded
from tests.domain.coverages import cells


def plainly_rounded(shapes):
    return shapely.transform(np.array(shapes, object), lambda xy: np.floor(xy + 0.5))


def drawn(*shapes):
    whole = rounded(np.array(shapes, object), coverage=True)
    assert shapely.is_valid(whole).all()
    return whole


def test_what_rounding_leaves_valid_is_as_it_was_rounded():
    shapes = np.array([box(0, 0, 9.7, 10), box(9.7, 0, 20, 10)], object)
    whole = plainly_rounded(shapes)
    assert mended(shapes, whole) is whole


def test_an_area_narrower_than_a_unit_is_gone_and_its_neighbours_meet():
    """A ditch a third of a unit wide between two fields."""
    left, ditch, right = drawn(box(0, 0, 10, 9), box(10, 0, 10.3, 9), box(10.3, 0, 20, 9))
    assert ditch.is_empty
    assert (left.area, right.area) == (90, 90)


def test_neighbours_of_a_crossed_area_get_its_new_corners():
    """A wedge whose long sides cross when each corner is rounded by itself.

    Its tip goes to (10, 1) and its lower side from (0, 0) to (20, 1) passes below it.
    """
    tip = (10, 0.6)
    wedge = Polygon([(0, 0), (20, 1), tip])
    below, above = Polygon([(0, 0), (20, -9), (20, 1)]), Polygon([(0, 0), tip, (20, 1), (0, 9)])
    found = drawn(wedge, below, above)
    whole = found[~shapely.is_empty(found)]
    assert shapely.coverage_is_valid(whole)
    assert shapely.area(whole).sum() == shapely.union_all(whole).area


def test_a_surface_that_two_areas_claim_stays_with_both():
    """Two fields overlap; the plot beside them has a neck that rounding closes."""
    neck = shapely.union_all([box(15, 0, 20, 10), box(30, 0, 40, 10), box(20, 5.1, 30, 5.3)])
    one, other, plot = drawn(box(0, 0, 10, 10), box(5, 0, 15, 10), neck)
    assert one.intersection(other).area == 50
    assert plot.geom_type == "MultiPolygon"
    assert plot.area == 150


def test_a_hole_filled_by_another_area_is_still_filled():
    """The inner area has a spike a tenth of a unit wide."""
    spiked = Polygon([(4, 4), (8, 4), (8, 5.9), (9.4, 6), (8, 6.1), (8, 8), (4, 8)])
    outer, inner = drawn(box(0, 0, 12, 12).difference(spiked), spiked)
    assert inner.area == 16
    assert outer.area == 144 - 16
    assert shapely.coverage_is_valid(np.array([outer, inner], object))


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(20, 300), st.integers(3, 9))
def test_a_crowded_coverage_stays_one_when_most_of_it_collapses(seed, count, bits):
    """Up to 300 areas on a square of 8 to 512 units: many are smaller than a unit."""
    shapes = shapely.transform(
        np.array(cells(seed, count), object), lambda xy: xy / 2 ** (12 - bits)
    )
    found = drawn(*shapes)
    kept = found[~shapely.is_empty(found)]
    assert shapely.coverage_is_valid(kept)
    corners = shapely.get_coordinates(kept)
    assert (corners == np.round(corners)).all()
    outline = shapely.union_all(kept)
    assert shapely.area(kept).sum() == outline.area
    # every unit of the square is still somebody's, but for its own rounded outline
    assert outline.area >= shapely.union_all(shapes).area - 2 * 4 * 2**bits
