"""Nobody reads past their area: what lies outside does not exist, whichever way it is asked for."""

import pytest

from mapserver.errors import NotFound
from mapserver.store import columns, counts, items, registers, search, worklists
from mapserver.store.items import Query
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import (
    A1,
    A2,
    B1,
    B2,
    CLERK,
    A,
    B,
    Place,
    house,
    person,
    put,
    reading,
    uid,
    unplaced,
    worker,
)

HOUSE_OF = {A1: 100, A2: 101, B1: 102, B2: 103}
SCOPES = [
    (worker(A), {A1, A2}),
    (worker(B2), {B2}),
    (worker(A1, B), {A1, B1, B2}),
    (worker(), set()),
    (worker("430424999"), set()),
    (CLERK, {A1, A2, B1, B2}),
]
everywhere = pytest.mark.parametrize(("scope", "grids"), SCOPES)


def houses(grids: set[str]) -> set[str]:
    return {uid(HOUSE_OF[grid]) for grid in grids}


def people(grids: set[str]) -> set[str]:
    return {uid(HOUSE_OF[grid] + 100) for grid in grids}


@everywhere
def test_items(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope) as session:
        everyone = Query(limit=100)
        box = Query(limit=100, boxes=((112.0, 27.0, 114.0, 29.0),))
        for query in (everyone, box):
            page = items.page(session, "house", query)
            assert {item.id for item in page.items} == houses(grids)
            assert page.matched == len(grids)
            page = items.page(session, "person", query)
            assert {item.id for item in page.items} == people(grids)
        assert items.of_ids(session, "house", list(houses(set(HOUSE_OF)))).keys() == houses(grids)


@everywhere
def test_one_item(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope) as session:
        for grid, number in HOUSE_OF.items():
            if grid in grids:
                assert items.get(session, "house", uid(number)).place["grid"] == grid
                assert items.get(session, "person", uid(number + 100)).place["grid"] == grid
                continue
            for layer, identifier in (("house", uid(number)), ("person", uid(number + 100))):
                with pytest.raises(NotFound):
                    items.get(session, layer, identifier)


@everywhere
def test_counts(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope) as session:
        assert counts.of_layers(session)["house"] == len(grids)
        assert counts.of_layers(session)["person"] == len(grids)
        assert sum(counts.by_village(session, "house").values()) == len(grids)
        one = counts.GridCount(houses=1, people=1, households=1)
        assert counts.by_grid(session) == dict.fromkeys(grids, one)


@everywhere
def test_tiles(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope) as session:
        dots = columns.points(session, "house", ("id", "grid"))
        assert set(dots.values["grid"]) == grids
        assert len(dots.fids) == len(dots.zkeys) == len(grids)
        assert sorted(dots.zkeys) == dots.zkeys.tolist()
        # the lines of grids tell of nobody, and neighbours need them
        drawn = set(columns.shapes(session, "grid", ("code",)).values["code"])
        assert drawn == (set(HOUSE_OF) if grids else set())


@everywhere
def test_search(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope) as session:
        found = search.by_words(session, session.layer("house"), ["号"], 100)
        assert {hit.id for hit in found} == houses(grids)
        assert {hit.id for hit in search.by_key(session, ["k100", "k103"])} == houses(
            grids & {A1, B2}
        )


@everywhere
def test_worklists(town: Store, scope: Scope, grids: set[str]):
    put(town, "house", unplaced(1), house(2, None, at=(120.0, 30.0))._replace(village=B))
    put(town, "house", house(3, A1, grid_claimed=A2))
    sees_a, sees_b = {A1, A2} <= grids, {B1, B2} <= grids
    with reading(town, scope) as session:
        assert worklists.count(session, "unplaced") == int(sees_a)
        assert worklists.count(session, "unassigned") == int(sees_b)
        assert worklists.count(session, "contradictions") == int(A1 in grids)


@everywhere
def test_registers(town: Store, scope: Scope, grids: set[str]):
    with reading(town, scope.unmasked()) as session:
        keys = [f"k{number}" for number in HOUSE_OF.values()]
        found = registers.houses_by_key(session, keys)
        assert {row.id for row in found.values()} == houses(grids)
        who = registers.people_of_houses(session, houses(set(HOUSE_OF)))
        assert {one.id for one in who} == people(grids)


def test_another_town_in_the_same_store_is_out_of_reach(town: Store, place: Place):
    other = Scope.of_town("worker", "430424101")
    with reading(town, other) as session:
        assert sum(counts.of_layers(session).values()) == 0
        assert session.sequence() == 0
        assert session.sequences() == {}
        with pytest.raises(NotFound):
            items.get(session, "house", uid(100))


def test_a_prefix_is_no_pattern(town: Store):
    for wild in ("%", "____________", f"{A[:-1]}_"):
        with reading(town, worker(wild)) as session:
            assert counts.of_layers(session)["house"] == 0


def test_a_grid_worker_does_not_see_who_lives_nowhere(town: Store):
    put(town, "person", person(300, None), person(301, 1000))
    with reading(town, worker(A1)) as session:
        assert items.page(session, "person", Query()).matched == 1
