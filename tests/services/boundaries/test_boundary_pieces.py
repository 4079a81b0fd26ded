"""What lies in a piece that is being drawn, on both engines.

112.90      112.92      112.94
+-----------+-----------+ 27.10
| WEST      | EAST      |
| 3组 20, 21 | 8组 11组 23组     all doors at 27.09
+-----------+-----------+ 27.08
"""

import pytest

from mapserver.errors import ActRefused, NotAllowed
from mapserver.roles import Role
from mapserver.services.boundaries import pieces
from mapserver.services.boundaries.answer import Counts
from mapserver.services.boundaries.pieces import Holder, Piece
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, EAST, VILLAGE, WEST

WHOLE = [[112.89, 27.07], [112.95, 27.07], [112.95, 27.11], [112.89, 27.11], [112.89, 27.07]]
TO_EAST = {
    "kind": "transfer",
    "grids": [EAST],
    "shape": {
        "type": "Polygon",
        "coordinates": [[WHOLE[0], [112.9055, 27.07], [112.9055, 27.11], *WHOLE[3:]]],
    },
}


def area(*ring: list[float]) -> dict:
    """Return a polygon of one ring."""
    return {"type": "Polygon", "coordinates": [list(ring)]}


def inside(workshop: Workshop, shape: dict, *acts: dict, reach_m: float = 0.0) -> Piece:
    """Return what lies in a piece after some acts."""
    return pieces.piece(workshop.head, workshop.drawing, VILLAGE, acts, shape, reach_m)


def test_a_piece_tells_what_lies_in_it_and_who_has_it(any_workshop: Workshop):
    assert inside(any_workshop, area(*WHOLE)) == Piece(
        Counts(houses=5, households=2, people=3, schools=0, organizations=0),
        (Holder(EAST, 3, 1, 1), Holder(WEST, 2, 1, 2)),
    )


def test_who_has_it_is_told_after_what_was_drawn_before(workshop: Workshop):
    found = inside(workshop, area(*WHOLE), TO_EAST)
    assert [(one.grid, one.houses) for one in found.holders] == [(EAST, 4), (WEST, 1)]


def test_nobody_lives_in_an_empty_piece(workshop: Workshop):
    corner = area([112.90, 27.08], [112.901, 27.08], [112.901, 27.081], [112.90, 27.08])
    assert inside(workshop, corner) == Piece(Counts(0, 0, 0, 0, 0), ())


def test_a_piece_that_crosses_itself_is_refused_with_the_place(workshop: Workshop):
    bow = area([112.90, 27.08], [112.94, 27.10], [112.94, 27.08], [112.90, 27.10], [112.90, 27.08])
    with pytest.raises(ActRefused) as refused:
        inside(workshop, bow)
    assert refused.value.details["at"] == pytest.approx([112.92, 27.09])


def test_a_line_is_no_piece(workshop: Workshop):
    with pytest.raises(ActRefused, match="no area"):
        inside(workshop, {"type": "LineString", "coordinates": WHOLE})


def test_only_those_who_draw_in_the_village_are_told(workshop: Workshop):
    neighbour = workshop.as_(Role.GRID_HEAD, COMMUNITY)
    with pytest.raises(NotAllowed):
        pieces.piece(neighbour, workshop.drawing, VILLAGE, (), area(*WHOLE), 0.0)
