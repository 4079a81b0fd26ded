"""Ids, order and size of defects."""

import pytest
from shapely import Polygon, box

from mapserver.domain.defects import Defect, Limits, identified, is_sliver, told_apart, width_m


def defect(shape, members=("A",), kind="gap", parent="V") -> Defect:
    """Return a defect with its id."""
    return identified(Defect("", kind, parent, members, shape.area, 1.0, False, shape))


def test_id_says_what_and_where_to_a_tenth_of_a_millimetre():
    one = defect(box(0, 0, 1, 1))
    assert one.id == defect(box(0, 0, 1, 1.00001)).id
    others = [
        defect(box(0, 0, 1, 1.001)),
        defect(box(0, 0, 1, 1), ("B",)),
        defect(box(0, 0, 1, 1), kind="hole"),
        defect(box(0, 0, 1, 1), parent="W"),
    ]
    assert len({one.id, *(other.id for other in others)}) == 5


def test_defects_of_one_place_are_told_apart_in_whatever_order_they_come():
    here, there, away = (
        defect(box(0, 0, 1, 1)),
        defect(box(0, 0, 1, 1.00001)),
        defect(box(5, 5, 6, 6)),
    )
    assert here.id == there.id
    found = told_apart([[here, away], [there]])
    assert len({one.id for one in found}) == 3
    assert found == told_apart([[there], [away], [here]])


def test_defects_stand_in_the_order_of_parent_kind_and_id():
    some = [
        defect(box(n, 0, n + 1, 1), kind=kind, parent=parent)
        for n, (kind, parent) in enumerate(
            [("overlap", "V"), ("gap", "W"), ("gap", "V"), ("gap", "V")]
        )
    ]
    found = told_apart([some])
    keys = [(one.parent, one.kind, one.id) for one in found]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("shape", "width"),
    [
        (box(0, 0, 10, 2), 2),
        (Polygon([(0, 0), (10, 10), (9, 11), (-1, 1)]), 2**0.5),
        # a frame 1 m wide fits no strip narrower than 20 m: 4 x 76 / 152
        (box(0, 0, 20, 20) - box(1, 1, 19, 19), 2.0),
    ],
)
def test_width_is_that_of_the_strip_or_of_the_surface_over_the_perimeter(shape, width):
    assert width_m(shape) == pytest.approx(width)


def test_sliver_is_narrow_or_has_little_surface_for_its_perimeter():
    strip = box(0, 0, 100, 3)
    limits = [Limits(2, 0.5), Limits(4, 0), Limits(0, 2), Limits(0, 0)]
    assert [is_sliver(strip, 3, one) for one in limits] == [False, True, True, False]
