"""What an area borders on: east, south, west, north."""

from shapely import box

from mapserver.domain.boundary.sides import sides
from tests.domain.boundary.drawings import SQUARES, A, B, C, D

#  20 +-----+-----+
#     |  C  |  D  |
#  10 +-----+-----+
#     |  A  |  B  |
#   0 +-----+-----+


def _of(code: str, **more):
    return sides(SQUARES[code], {key: one for key, one in SQUARES.items() if key != code} | more)


def test_a_corner_of_four_squares_names_two_neighbours_and_the_outside():
    assert _of(A) == {"east": (B,), "south": (), "west": (), "north": (C,)}


def test_who_touches_in_a_point_alone_is_not_named():
    assert D not in sum(_of(A).values(), ())


def test_who_has_most_of_a_side_comes_first():
    found = _of(A, long=box(-5, -5, 7, 0), short=box(7, -5, 10, 0))
    assert found["south"] == ("long", "short")


def test_an_area_around_another_is_on_all_its_sides():
    ring = box(-5, -5, 15, 15).difference(SQUARES[A])
    found = sides(SQUARES[A], {"ring": ring})
    assert set(found.values()) == {("ring",)}


def test_a_neighbour_a_metre_away_is_none():
    assert sides(SQUARES[A], {"far": box(11.1, 0, 20, 10)})["east"] == ()
