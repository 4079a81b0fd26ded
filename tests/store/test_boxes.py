"""What meets a box: edges count, an envelope that only comes near does not."""

import pytest
from shapely import LineString, Point, Polygon

from mapserver.domain.records import Record
from mapserver.store import items
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import A1, B2, A, house, person, put, reading, uid, unplaced

Box = tuple[float, float, float, float]


def found(store: Store, layer: str, *boxes: Box) -> set[int]:
    with reading(store) as session:
        page = items.page(session, layer, Query(boxes=boxes, limit=100))
    assert page.matched == len(page.items)
    return {int(item.id.replace("-", ""), 16) for item in page.items}


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ((113.0, 28.0, 113.5, 28.5), True),
        ((113.005, 28.02, 113.1, 28.1), True),  # its corner
        ((112.0, 28.02, 113.5, 28.02), True),  # a flat box through it
        ((113.005, 28.02, 113.005, 28.02), True),  # itself
        ((113.0050001, 28.0, 113.5, 28.5), False),
        ((112.0, 27.0, 113.0049999, 28.5), False),
    ],
)
def test_a_point_meets_a_box_up_to_its_edge(store: Store, box: Box, inside: bool):
    put(store, "house", house(1, A1), unplaced(2))
    assert found(store, "house", box) == ({1} if inside else set())


def test_a_line_meets_what_it_runs_through_not_what_its_envelope_covers(store: Store):
    diagonal = LineString([(113.0, 28.0), (113.1, 28.1)])
    put(store, "facility", Record(uid(1), diagonal, A, {"name": "沟", "kind": "ditch"}))
    assert found(store, "facility", (113.04, 28.04, 113.06, 28.06)) == {1}
    assert found(store, "facility", (113.1, 28.1, 113.2, 28.2)) == {1}
    assert found(store, "facility", (113.0, 28.08, 113.02, 28.1)) == set()


def test_an_area_meets_a_box_in_it_or_at_its_edge_but_not_in_its_notch(store: Store):
    """An L: the notch is its upper right quarter."""
    ell = Polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)])
    put(store, "footprint", Record(uid(1), ell, A, {"code": "f", "source": "s"}))
    assert found(store, "footprint", (0.2, 0.2, 0.4, 0.4)) == {1}
    assert found(store, "footprint", (1.0, 1.5, 1.4, 1.6)) == {1}
    assert found(store, "footprint", (-1, -1, 3, 3)) == {1}
    assert found(store, "footprint", (1.2, 1.2, 1.8, 1.8)) == set()


def test_two_boxes_meet_what_lies_on_either_side_of_the_antimeridian(store: Store):
    points = {1: 179.5, 2: -179.5, 3: 0.0}
    put(store, "house", *(house(n, None, at=(x, 1.0)) for n, x in points.items()))
    assert found(store, "house", (179.0, 0.0, 180.0, 2.0), (-180.0, 0.0, -179.0, 2.0)) == {1, 2}


def test_people_are_met_where_their_house_stands(town: Store):
    put(town, "person", person(300, None))
    assert found(town, "person", (113.0, 28.0, 113.01, 28.04)) == {200}
    with reading(town) as session:
        page = items.page(session, "person", Query(equal={"grid": B2}))
    assert [item.id for item in page.items] == [uid(203)]
    assert page.items[0].geometry == Point(113.035, 28.02)


def test_a_layer_without_places_meets_no_box(store: Store):
    total = Record(uid(1), None, A, {"group": "1", "people": 3, "households": 1})
    put(store, "control_total", total)
    assert found(store, "control_total", (-180, -90, 180, 90)) == set()
    assert found(store, "control_total") == {1}
