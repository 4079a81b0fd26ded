"""Boundaries that were read in the wrong datum, told by the village they should fill."""

import numpy as np
import pytest
import shapely
from shapely import box
from shapely.affinity import scale

from mapserver.domain.boundary.shifted import better_datum, in_cgcs2000
from mapserver.domain.datums import from_cgcs2000

VILLAGE = box(112.90, 27.00, 112.92, 27.04)


def as_written_in(datum, *shapes):
    """Return shapes as a file in that datum has them."""
    return np.asarray(
        shapely.transform(
            np.array(shapes, object),
            lambda at: np.column_stack(from_cgcs2000(at[:, 0], at[:, 1], datum)),
        ),
        object,
    )


HALVES = box(112.90, 27.00, 112.92, 27.02), box(112.90, 27.02, 112.92, 27.04)


@pytest.mark.parametrize("stated", ["cgcs2000", "wgs84"])
def test_boundaries_in_the_datum_that_is_stated_are_taken_as_they_are(stated):
    assert better_datum(as_written_in(stated, *HALVES), VILLAGE, stated) is None


@pytest.mark.parametrize(
    ("written", "stated", "shift"),
    [
        ("gcj02", "cgcs2000", (500, 750)),
        ("bd09", "wgs84", (900, 1500)),
        ("cgcs2000", "gcj02", (500, 750)),
        ("gcj02", "bd09", (500, 1000)),
    ],
)
def test_another_datum_is_told_with_its_distance(written, stated, shift):
    found = better_datum(as_written_in(written, *HALVES), VILLAGE, stated)
    assert found is not None
    assert found.datum == written
    assert shift[0] < found.distance_m < shift[1]
    assert found.fits > 0.999 > found.fits_now


def test_grids_that_fill_half_of_the_village_are_told_as_well():
    found = better_datum(as_written_in("gcj02", HALVES[0]), VILLAGE, "cgcs2000")
    assert found is not None
    assert found.datum == "gcj02"


def test_grids_that_are_drawn_carelessly_are_no_shift():
    assert better_datum(np.array([scale(VILLAGE, 1.05, 1.05)], object), VILLAGE, "cgcs2000") is None


def test_a_shape_comes_back_from_its_datum_to_a_micrometre():
    (back,) = in_cgcs2000(as_written_in("bd09", VILLAGE), "bd09")
    assert back.hausdorff_distance(VILLAGE) < 1e-11
