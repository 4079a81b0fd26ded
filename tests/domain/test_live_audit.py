"""The audit of a coverage under edit is that of a full run, after any edits whatever."""

import gc
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import split

from benchmarks.plots import plots
from mapserver.domain.coverage import Audit, Coverage, Limits, Member, audited
from mapserver.domain.live_audit import LiveAudit
from mapserver.errors import InvalidRequest

A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
C = box(20, 0, 40, 10)
TOWN, LONG_TOWN = [shapely.coverage_union_all([A, B])], [shapely.coverage_union_all([A, B, C])]
PLOTS = plots(36)
VILLAGES = {"west": range(18), "east": range(18, 36)}
OUTLINES = [shapely.coverage_union_all(PLOTS.areas[list(these)]) for these in VILLAGES.values()]


def town(*areas, parents=TOWN) -> Coverage:
    """Return a coverage of areas named A, B, C..."""
    return Coverage.of(list(areas), "ABCDEFGH"[: len(areas)], parents, ["town"] * len(parents))


def kinds(found: Audit) -> list[str]:
    """Return the kinds of what was found."""
    return [one.kind for one in found.defects]


# ---------------------------------------------------------------- one edit at a time


def test_edit_that_opens_a_gap_and_one_that_closes_it():
    live = LiveAudit(town(A, B))
    assert live.audit.defects == ()
    dented = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (12, 5)])
    (gap,) = live.edit([Member("B", dented, "town")]).defects
    assert (gap.kind, gap.members, gap.area_m2) == ("gap", ("A", "B"), 10)
    assert live.edit([Member("B", B, "town")]).defects == ()


def test_member_that_is_gone_leaves_a_gap_and_a_new_one_fills_it():
    live = LiveAudit(town(A, B))
    assert kinds(live.edit([], ["B"])) == ["gap"]
    assert live.edit([Member("E", B, "town")]).defects == ()


def test_member_called_otherwise_is_called_so_in_defects_it_has_no_other_part_in():
    live = LiveAudit(town(box(0, 0, 12, 10), B))
    (overlap,) = live.edit([Member("Z", B, "town")], ["B"]).defects
    assert (overlap.kind, overlap.members) == ("overlap", ("A", "Z"))


def test_member_without_a_shape_is_missing_until_it_is_drawn():
    live = LiveAudit(town(A, None))
    assert sorted(kinds(live.audit)) == ["gap", "missing"]
    assert live.edit([Member("B", B, "town")]).defects == ()


def test_third_of_three_duplicates_leaves_two():
    live = LiveAudit(town(A, A, A, B))
    assert [one.members for one in live.audit.defects] == [("A", "B", "C")]
    (left,) = live.edit([], ["B"]).defects
    assert (left.kind, left.members) == ("duplicate", ("A", "C"))


def test_edit_that_joins_two_places_makes_one_of_them():
    """Two dents of B, then one that holds both."""
    two = Polygon(
        [(10, 0), (20, 0), (20, 10), (10, 10), (10, 9), (11, 8), (10, 7), (10, 3), (11, 2), (10, 1)]
    )
    live = LiveAudit(town(A, two))
    assert [one.area_m2 for one in live.audit.defects] == [1, 1]
    (gap,) = live.edit([Member("B", box(11, 0, 20, 10), "town")]).defects
    assert gap.area_m2 == 10
    assert len(live.edit([Member("B", two, "town")]).defects) == 2


def test_edit_far_from_a_defect_keeps_the_very_same_defect():
    live = LiveAudit(town(box(0, 0, 9, 10), B, C, parents=LONG_TOWN))
    (before,) = live.audit.of_kind("gap")
    after = live.edit([Member("C", box(20, 0, 39, 10), "town")])
    assert any(one is before for one in after.defects)


# ---------------------------------------------------------------- what is refused


def test_invalid_shape_is_refused_and_nothing_is_changed():
    live = LiveAudit(town(A, B))
    bow = Polygon([(10, 0), (20, 10), (20, 0), (10, 10)])
    for wrong in (bow, LineString([(0, 0), (1, 1)])):
        with pytest.raises(InvalidRequest, match="B"):
            live.edit([Member("B", wrong, "town")], ["A"])
    assert live.audit.defects == ()


def test_invalid_coverage_and_two_of_one_code_are_refused_at_the_start():
    with pytest.raises(InvalidRequest):
        LiveAudit(town(A, Polygon([(10, 0), (20, 10), (20, 0), (10, 10)])))
    with pytest.raises(ValueError, match="one code"):
        LiveAudit(Coverage.of([A, B], ["A", "A"]))


def test_codes_that_are_not_here_are_named():
    live = LiveAudit(town(A, B))
    with pytest.raises(ValueError, match="Q"):
        live.edit([], ["Q"])
    with pytest.raises(ValueError, match="elsewhere"):
        live.edit([Member("B", B, "elsewhere")])
    assert live.audit.defects == ()


# ---------------------------------------------------------------- against a full run


def start(parents: bool) -> dict[str, Member]:
    """Return the plots as members of two villages, or of none."""
    return {
        f"{index:02d}": Member(f"{index:02d}", PLOTS.areas[index], name if parents else None)
        for name, these in VILLAGES.items()
        for index in these
    }


def full(members: dict[str, Member], parents: bool) -> Audit:
    """Audit the members from the beginning."""
    return audited(covered(members, parents))


def covered(members: dict[str, Member], parents: bool) -> Coverage:
    """Return the members as a coverage."""
    codes, names = list(members), list(VILLAGES)
    shapes = [one.shape for one in members.values()]
    if not parents:
        return Coverage.of(shapes, codes)
    of = [names.index(one.parent) for one in members.values()]
    return Coverage.of(shapes, codes, OUTLINES, names, of)


Edit = Callable[[dict[str, Member], np.random.Generator], tuple[list[Member], list[str]]]


def _one(members: dict[str, Member], rng: np.random.Generator) -> Member:
    return members[sorted(members)[rng.integers(len(members))]]


def reshape(members, rng):
    """Move one vertex, by little or much; its neighbours stay."""
    member = _one(members, rng)
    if member.shape is None or member.shape.geom_type != "Polygon":
        return [member], []
    ring = shapely.get_coordinates(member.shape.exterior)
    ring[rng.integers(1, len(ring) - 1)] += rng.normal(size=2) * rng.choice([1e-7, 1e-3, 1, 60])
    return [member._replace(shape=Polygon(ring))], []


def halve(members, rng):
    """Split one in two along a line through it: the rest of the line is a vertex elsewhere."""
    member = _one(members, rng)
    if member.shape is None:
        return [], []
    west, south, east, north = member.shape.bounds
    line = LineString(
        [(west - 1, rng.uniform(south, north)), (east + 1, rng.uniform(south, north))]
    )
    first, *rest = shapely.get_parts(split(member.shape, line))
    if not rest:
        return [], []
    new = member._replace(code=f"{member.code}+{rng.integers(1_000_000)}", shape=MultiPolygon(rest))
    return [member._replace(shape=first), new], []


def merge(members, rng):
    """Make one of two, which need not be neighbours."""
    one, other = _one(members, rng), _one(members, rng)
    if one.code == other.code or one.shape is None or other.shape is None:
        return [], []
    return [one._replace(shape=one.shape | other.shape)], [other.code]


def damage(members, rng):
    """Lose one, undraw it, punch a hole, copy it, lay a square over it, or rename it."""
    member = _one(members, rng)
    name = f"new{rng.integers(1_000_000)}"
    middle = Point(PLOTS.areas[rng.integers(36)].centroid).buffer(rng.choice([5e-4, 3, 200]), 2)
    match rng.integers(6):
        case 0 if len(members) > 5:
            return [], [member.code]
        case 1:
            return [member._replace(shape=None)], []
        case 2 if member.shape is not None:
            return [member._replace(shape=member.shape - middle)], []
        case 3:
            return [member._replace(code=name)], []
        case 4:
            return [member._replace(code=name, shape=middle)], []
    return [member._replace(code=name)], [member.code]


def mend(members, rng):
    """Put one back to what it was."""
    old = start(next(iter(members.values())).parent is not None)
    return [old[sorted(old)[rng.integers(len(old))]]], []


EDITS: dict[str, Edit] = {edit.__name__: edit for edit in (reshape, halve, merge, damage, mend)}


def edited(live: LiveAudit, members: dict[str, Member], edit: Edit, seed: int) -> dict[str, Member]:
    """Do one edit, if its shapes are valid, and return the members after it."""
    new, gone = edit(members, np.random.default_rng(seed))
    try:
        live.edit(new, gone)
    except InvalidRequest:
        return members
    left = {code: one for code, one in members.items() if code not in gone}
    return left | {one.code: one for one in new}


@settings(max_examples=20, deadline=None)
@given(
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 2**31)), max_size=30),
)
def test_any_edits_leave_the_audit_of_a_full_run(parents, script):
    members = start(parents)
    live = LiveAudit(covered(members, parents))
    for name, seed in script:
        members = edited(live, members, EDITS[name], seed)
        assert live.audit == full(members, parents)


@pytest.mark.parametrize("parents", [True, False])
def test_long_random_edits_leave_the_audit_of_a_full_run(parents):
    rng = np.random.default_rng(20261124)
    members = start(parents)
    live = LiveAudit(covered(members, parents))
    most = 0
    for turn in range(160):
        name = rng.choice(["reshape", "halve", "merge", "damage", "mend", "mend", "mend"])
        members = edited(live, members, EDITS[str(name)], int(rng.integers(2**31)))
        if turn % 8 == 0:
            found = live.audit
            assert found == full(members, parents)
            assert max(found.residual_m2, found.balance_m2) < 1e-3
            most = max(most, len(found.defects))
    assert most > 20


def test_limits_of_a_live_audit_are_those_given():
    live = LiveAudit(town(A, box(13, 0, 20, 10)), Limits(sliver_width_m=4))
    assert [one.sliver for one in live.audit.defects] == [True]


def test_memory_does_not_grow_with_edits():
    # traced from the start: what an edit puts in place of something counts against what goes
    tracemalloc.start()
    members = start(True)
    live = LiveAudit(covered(members, True))

    def there_and_back(times: int) -> int:
        for turn in range(times):
            code = f"{turn % 36:02d}"
            live.edit([Member(f"x{turn}", members[code].shape.buffer(-3), "west")], [code])
            live.edit([members[code]], [f"x{turn}"])
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    try:
        there_and_back(40)
        held = [there_and_back(60) for _ in range(4)]
        # what is kept once, such as a table that grows, is in one round; a leak is in all
        assert np.diff(held).min() < 6_000
    finally:
        tracemalloc.stop()
