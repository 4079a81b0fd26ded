"""A map on paper: round scales, a bar, north, and ticks along the frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from mapserver.domain import crs
from mapserver.domain.paper import SCALES, Window, north_of, round_length, ticks, window


def test_a_square_kilometre_on_300_by_200_mm_is_one_to_6000():
    shown = window(box(0, 0, 1000, 1000), 300, 200, 10)
    assert shown.denominator == 6000
    assert shown.box == (-400, -100, 1400, 1100)
    assert shown.on_paper(1000) == pytest.approx(166.67, abs=0.01)
    assert shown.on_ground(10) == 60


@given(
    st.floats(1, 90_000),
    st.floats(1, 70_000),
    st.floats(-1e6, 1e6),
    st.floats(0, 4e6),
)
def test_what_is_shown_holds_its_subject_and_the_next_larger_scale_would_not(wide, high, x, y):
    subject = box(x, y, x + wide, y + high)
    shown = window(subject, 300, 265, 14)
    assert (shown.west + shown.east) / 2 == pytest.approx(x + wide / 2, abs=1e-3)
    assert wide <= shown.on_ground(300 - 28) * (1 + 1e-9)
    assert high <= shown.on_ground(265 - 28) * (1 + 1e-9)
    larger = [one for one in SCALES if one < shown.denominator]
    if larger:
        one = Window(*shown.box, larger[-1])
        assert wide > one.on_ground(272) or high > one.on_ground(237)


def test_nothing_and_a_continent_have_no_map():
    with pytest.raises(ValueError, match="empty"):
        window(Polygon(), 300, 265, 14)
    with pytest.raises(ValueError, match="beyond paper"):
        window(box(0, 0, 1e7, 1e7), 300, 265, 14)


@pytest.mark.parametrize(
    ("most", "length"), [(1, 1), (4.99, 2), (5, 5), (270, 200), (540, 500), (0.3, 0.2)]
)
def test_a_bar_is_as_long_as_a_ruler_has_it(most: float, length: float):
    assert round_length(most) == pytest.approx(length)


def test_ticks_are_multiples_within_the_frame():
    assert ticks(101, 400, 100) == [200, 300, 400]
    assert ticks(101, 199, 100) == []


@pytest.mark.parametrize(("lon", "turn"), [(114.0, 0), (113.0, 1), (115.0, -1)])
def test_true_north_is_to_the_right_west_of_the_central_meridian(lon: float, turn: int):
    """The convergence of meridians is about the difference of longitude times sine latitude."""
    (at,) = crs.to_metric(np.array([box(lon - 1e-3, 26.999, lon + 1e-3, 27.001)], object), 114)
    shown = window(at, 300, 265, 14)
    assert np.degrees(north_of(shown, 114)) == pytest.approx(
        turn * np.sin(np.radians(27)), abs=2e-3
    )
