"""The land of a 组: what lies nearest to its houses, and giving it to a grid."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.boundary import Act, Version, carried_out
from mapserver.domain.boundary.group_land import group_lands
from mapserver.errors import ActRefused
from tests.domain.boundary.drawings import OUTLINE, SQUARES, VILLAGE, A, B, C, D, defects

#  20 +-----+-----+
#     |  C  |  D  |     the group has a house in A and one in B,
#  10 +-----+-----+     everybody else lives above and in the middle of B
#     | x   |o x  |
#   0 +-----+-----+
HOUSES = np.array([[5.0, 5.0], [15.0, 5.0], [11.0, 5.0], [5.0, 15.0], [15.0, 15.0]])
GROUPS = ["8", "8", "11", "11", "11"]
ORIGIN = np.array([38_400_000.0, 2_990_000.0])


def houses_in(shape):
    """Return the houses in a grid: of which group, and how far east."""
    return [
        f"{name} at {at[0]:.0f}"
        for name, at in zip(GROUPS, HOUSES, strict=True)
        if shapely.intersects_xy(shape, *at)
    ]


def test_a_group_in_two_grids_comes_together_and_takes_from_those_two_alone():
    four = Version.of(VILLAGE, OUTLINE, SQUARES)
    land = group_lands(OUTLINE, HOUSES, GROUPS)["8"]
    after, _ = carried_out(four, Act("transfer", (A, B), land))
    assert houses_in(after.grids[A]) == ["8 at 5", "8 at 15"]
    assert houses_in(after.grids[B]) == ["11 at 11"]
    for code in (C, D):
        assert shapely.equals(after.grids[code], four.grids[code]), "nodes may be new, no more"
    assert [kind for kind in defects(after) if kind != "duplicate"] == []


def test_a_group_becomes_a_grid_of_its_own_of_what_those_had_who_had_its_houses():
    four = Version.of(VILLAGE, OUTLINE, SQUARES)
    land = group_lands(OUTLINE, HOUSES, GROUPS)["8"]
    after, (code,) = carried_out(four, Act("cut-out", (A, B), land))
    assert houses_in(after.grids[code]) == ["8 at 5", "8 at 15"]
    for same in (C, D):
        assert shapely.equals(after.grids[same], four.grids[same])
    assert [kind for kind in defects(after) if kind != "duplicate"] == []


@given(st.integers(0, 2**32))
def test_lands_hold_the_houses_of_their_group_alone_and_cover_the_village_once(seed: int):
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 20, (40, 2)) + ORIGIN
    groups = [str(one) for one in rng.integers(0, 4, 40)]
    outline = shapely.transform(OUTLINE, lambda xy: xy + ORIGIN)
    lands = group_lands(outline, at, groups)
    for name, land in lands.items():
        assert (shapely.contains_xy(land, at) == (np.array(groups) == name)).all()
    together = shapely.union_all(list(lands.values()))
    assert together.area == pytest.approx(sum(one.area for one in lands.values()), rel=1e-9)
    assert shapely.covers(shapely.buffer(together, 1e-6), outline)


def test_houses_a_hair_apart_are_at_one_place():
    #  GEOS finds no Voronoi cells of places that differ in the last digit of a longitude
    rng = np.random.default_rng(0)
    at = rng.uniform(0, 20, (200, 2))
    for seed in range(40):
        near = at[:60] + np.random.default_rng(seed).uniform(-1, 1, (60, 2)) * 1e-10
        lands = group_lands(OUTLINE, np.concatenate([at, near]), ["8", "11"] * 130)
        assert set(lands) <= {"8", "11"}


def test_a_place_that_groups_share_is_the_one_that_has_most_houses_there():
    tower = np.array([[5.0, 5.0]] * 3 + [[15.0, 5.0]])
    lands = group_lands(OUTLINE, tower, ["11", "8", "8", "11"])
    assert shapely.contains_xy(lands["8"], 5, 5)
    assert shapely.contains_xy(lands["11"], 15, 5)


@pytest.mark.parametrize(("houses", "names"), [(0, []), (1, ["8"]), (2, ["8"])])
def test_a_single_group_has_all_of_the_village(houses, names):
    lands = group_lands(OUTLINE, HOUSES[:houses], GROUPS[:houses])
    assert list(lands) == names
    assert all(shapely.covers(one, OUTLINE) for one in lands.values())


def test_nobody_gives_what_nobody_has():
    four = Version.of(VILLAGE, OUTLINE, SQUARES)
    with pytest.raises(ActRefused, match="stays as it is"):
        carried_out(four, Act("transfer", (A, C), shapely.box(12, 1, 14, 3)))
    with pytest.raises(ActRefused, match="has no grid"):
        carried_out(four, Act("transfer", (A, f"{VILLAGE}009"), shapely.box(12, 1, 14, 3)))
