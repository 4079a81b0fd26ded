"""Heat maps by HTTP: a town with crowds, and what is told of them to whom."""

from itertools import count

import mapbox_vector_tile
import pytest
from shapely import Point

from mapserver.domain.mercator import tile_at
from mapserver.domain.records import Record
from mapserver.roles import Role
from mapserver.services.context import Context
from mapserver.services.heat import HeatMaker, tells_of_people
from mapserver.services.tiles import TileMaker
from mapserver.store import writing
from mapserver.store.scope import Grant, Scope
from tests.api import town as small
from tests.api.conftest import Town

MVT = "application/vnd.mapbox-vector-tile"
AT = (14, 6914, 13330)
NUMBERS = count(900_000)
# the second is next to the door of the town's first house
BUSY, BESIDE_A_DOOR = Point(112.912, 27.012), Point(112.9052, 27.0052)


def path(collection: str, at: tuple[int, int, int] = AT) -> str:
    """Return the address of a heat tile (zoom, row, column)."""
    return f"/heat/{collection}/WebMercatorQuad/{'/'.join(map(str, at))}"


def cells(town: Town, address: str) -> list[tuple[int | None, bool]]:
    """Return (n, hidden) of every cell, the fullest first."""
    answer = town.get(address)
    assert answer.headers["content-type"] == MVT
    (layer,) = mapbox_vector_tile.decode(answer.content).values()
    found = []
    for feature in layer["features"]:
        geometry, told = feature["geometry"], feature["properties"]
        dots = geometry["coordinates"] if geometry["type"] == "MultiPoint" else [0]
        found += [(told.get("n"), told.get("hidden", False))] * len(dots)
    return sorted(found, key=lambda cell: -(cell[0] or 0))


def add(town: Town, layer: str, at: Point, many: int) -> None:
    """Put `many` records of a layer at one place."""
    values = {
        "house": lambda n: {"address": f"新{n}号", "address_key": f"{at}{n}", "door": f"{n}"},
        "facility": lambda n: {"name": f"路灯{n}", "kind": "other"},
    }[layer]
    records = [Record(small.ident(next(NUMBERS)), at, small.XINWU, values(n)) for n in range(many)]
    with town.context.write() as session:
        writing.add(session, layer, records)


def test_crowded_cells_tell_their_count_and_the_rest_are_hidden(own_town: Town):
    """40 doors in one cell; 12 beside a single door, which would tell it if they were told."""
    add(own_town, "house", BUSY, 40)
    add(own_town, "house", BESIDE_A_DOOR, 12)
    assert cells(own_town, path("house")) == [(40, False), (None, True), (None, True)]


def test_small_counts_of_what_is_not_personal_are_told(own_town: Town):
    add(own_town, "facility", BESIDE_A_DOOR, 3)
    assert (3, False) in cells(own_town, path("facility"))
    assert not any(hidden for _, hidden in cells(own_town, path("facility")))


def test_every_layer_with_personal_fields_hides_its_small_counts(town: Town):
    layers = {layer.id: layer for layer in town.store.layers.values()}
    assert tells_of_people(layers["house"])
    assert tells_of_people(layers["person"])
    assert not tells_of_people(layers["facility"])


def test_heat_map_follows_what_is_written(own_town: Town):
    add(own_town, "facility", BESIDE_A_DOOR, 2)
    tag = own_town.get(path("facility")).headers["etag"]
    assert own_town.get(path("facility"), 304, if_none_match=tag).content == b""
    add(own_town, "facility", BUSY, 5)
    assert own_town.get(path("facility"), if_none_match=tag).headers["etag"] != tag
    assert (5, False) in cells(own_town, path("facility"))


def test_nobody_is_counted_beyond_the_area_of_who_asks(own_town: Town):
    """A door of 东风社区, asked for by somebody of 新屋村, after somebody of the town."""
    heat = HeatMaker(TileMaker())
    column, row = tile_at(14, 112.95, 27.03)
    counts = []
    head = Grant(Role.GRID_HEAD, small.XINWU)
    for areas in (Scope.of_town("all", small.TOWN), Scope("one", small.TOWN, (head,))):
        context = Context(own_town.store, areas, own_town.clock)
        sequence = TileMaker().sequence(context, "house")
        counts.append(len(heat.tile(context, "house", sequence, (14, column, row))))
    assert counts[0] > 0
    assert counts[1] == 0


@pytest.mark.parametrize("layer", ["grid", "footprint", "control_total", "pond"])
def test_there_is_no_heat_map_of_what_has_no_points(town: Town, layer: str):
    assert town.get(path(layer), 404).json()["code"] == "not-found"


@pytest.mark.parametrize(
    "address",
    [
        path("house", (14, 2**14, 0)),
        path("house", (3, 1, 1)),
        path("house", (17, 1, 1)),
        path("house").replace("WebMercatorQuad", "WorldCRS84Quad"),
    ],
)
def test_tile_outside_of_the_matrix_is_not_found(town: Town, address: str):
    problem = town.get(address, 404, accept_language="en").json()
    assert problem["code"] == "not-found"
    assert "There is no" in problem["detail"] or "only" in problem["detail"]


def test_tile_where_nothing_lies_has_no_body(town: Town):
    assert town.get(path("house", (14, 0, 0)), 204).content == b""


def test_larger_cells_tell_what_smaller_ones_hide(own_town: Town):
    """Six doors here and six there, 100 m apart: together they are enough to be told.

    The ten beside the town's first door hide it and the other single ones.
    """
    add(own_town, "house", BESIDE_A_DOOR, 10)
    add(own_town, "house", BUSY, 6)
    add(own_town, "house", Point(BUSY.x + 0.001, BUSY.y), 6)
    assert not any(n for n, _ in cells(own_town, path("house")))
    found = cells(own_town, path("house") + "?cells=2")
    assert [n for n, hidden in found if not hidden] == [12]


@pytest.mark.parametrize("wrong", ["0", "3", "512", "-4", "x"])
def test_number_of_cells_that_is_no_power_of_two_is_refused(town: Town, wrong: str):
    problem = town.get(path("house") + f"?cells={wrong}", 400).json()
    assert problem["code"] == "invalid-request"


def moved_in(town: Town, house: str, many: int, **more: object) -> None:
    """Have `many` people live in a house."""
    people = [
        Record(
            small.ident(next(NUMBERS)),
            None,
            small.XINWU,
            {"name": f"李{n}", "house": house, **more},
        )
        for n in range(many)
    ]
    with town.context.write() as session:
        writing.add(session, "person", people)


def test_people_are_counted_where_their_house_stands(own_town: Town):
    """Twelve move to where two live already; whoever moved out or has no place is left out."""
    moved_in(own_town, small.SHOP, 11)
    moved_in(own_town, small.FIRST_DOOR, 12)
    moved_in(own_town, small.UNPLACED, 30)
    moved_in(own_town, small.FIRST_DOOR, 5, moved_out=True)
    assert cells(own_town, path("person")) == [(14, False)]


def test_heat_map_of_people_follows_their_houses(own_town: Town):
    moved_in(own_town, small.UNPLACED, 20)
    moved_in(own_town, small.OTHER_DOOR, 11)
    moved_in(own_town, small.FIRST_DOOR, 12)
    tag = own_town.get(path("person")).headers["etag"]
    with own_town.context.write() as session:
        writing.remove(session, "house", [small.FIRST_DOOR])
    answer = own_town.get(path("person"), 204, if_none_match=tag)
    assert answer.headers["etag"] != tag


def test_few_people_are_not_told(town: Town):
    assert cells(town, path("person")) == [(None, True)]
