"""Giving places from grid to grid: add, transfer, cut out, reshape, split, merge, snap, load."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import next_codes
from mapserver.domain.boundary.desk import Desk, middle, nothing
from mapserver.domain.boundary.fitting import TOUCH_M, fitted
from mapserver.domain.boundary.version import At, Version
from mapserver.domain.boundary_sum import Ints, Shapes
from mapserver.domain.polygons import refuse_invalid
from mapserver.errors import ActRefused


def transfer(version: Version, place: BaseGeometry, to: str, givers: Sequence[str] = ()) -> Version:
    """Give a place to one grid, whoever had it: a gap to a neighbour, a piece from another.

    What of it lies outside the village is nobody's.

    Parameters
    ----------
    place : Polygon or MultiPolygon
    to : str
    givers : sequence of str
        Grids to take from; where any is named nobody else gives anything, and nothing that is
        nobody's is given.

    Raises
    ------
    ActRefused
        If a grid is not there, or the place is no valid area, lies outside the village, is the
        grid's already, or would leave another grid without any surface.
    """
    version.grid(to)
    desk = Desk.of(version, [_drawn(place)])
    return desk.given({to: _taken(desk, place, givers)}, "transfer")


def _taken(desk: Desk, place: BaseGeometry, givers: Sequence[str]) -> Ints:
    """Return the cells of a place; where givers are named, those alone that these have."""
    taken = desk.cells_of(place)
    if not givers:
        return taken
    held = [desk.held_by(code) for code in givers if desk.version.grid(code)]
    from_them = np.intersect1d(taken, np.concatenate(held))
    if not len(from_them):
        raise nothing(", ".join(givers))
    return from_them


def add(version: Version, place: BaseGeometry) -> tuple[Version, str]:
    """Make a new grid of what of a place is nobody's yet, and return its code.

    Raises
    ------
    ActRefused
        If the place is no valid area, lies outside the village, or all of it is taken.
    """
    desk = Desk.of(version, [_drawn(place)])
    free = np.intersect1d(desk.cells_of(place), desk.free())
    if not len(free):
        raise ActRefused(
            "画的地方都已经有网格了。要从别的网格里划出来，请用挖出。",
            "All of what is drawn belongs to grids already. To take it from them, cut it out.",
            at=middle(place),
        )
    (code,) = next_codes(version.village, version.used, 1)
    return desk.given({code: free}, "add"), code


def cut_out(
    version: Version, place: BaseGeometry, givers: Sequence[str] = ()
) -> tuple[Version, str]:
    """Cut a place out of the grids around it as a grid of its own, and return its code.

    Parameters
    ----------
    place : Polygon or MultiPolygon
    givers : sequence of str
        As of `transfer`.

    Raises
    ------
    ActRefused
        As `transfer` does.
    """
    desk = Desk.of(version, [_drawn(place)])
    taken = _taken(desk, place, givers)
    (code,) = next_codes(version.village, version.used, 1)
    return desk.given({code: taken}, "cut-out"), code


def reshape(version: Version, code: str, shape: BaseGeometry) -> Version:
    """Give a grid the outline that was drawn for it; its neighbours make room and fill up.

    What it gains is taken from whoever had it. What it gives up goes to the neighbour that
    shares the longest edge with it, piece by piece.

    Raises
    ------
    ActRefused
        As `transfer` does, and if a piece that it gives up lies in its own middle.
    """
    version.grid(code)
    desk = Desk.of(version, [_drawn(shape)])
    wanted = desk.cells_of(shape)
    given = {code: wanted}
    for piece in desk.pieces(np.setdiff1d(desk.held_by(code), wanted)):
        heir = desk.neighbour(piece, besides=code, without=wanted)
        given[heir] = np.union1d(given.get(heir, piece), piece)
    return desk.given(given, "reshape")


def split(
    version: Version, code: str, line: BaseGeometry, keeps: At | None = None
) -> tuple[Version, tuple[str, ...]]:
    """Cut a grid along a line, and return the codes of its parts, that of the old one first.

    The part at `keeps` goes on as the old grid, the largest where that is not said; the others
    get new codes, from west to east and then from north to south. Where the line meets a
    neighbour's edge the neighbour gets the vertex too.

    Raises
    ------
    ActRefused
        If the line does not cross the grid: where it ends, and what to do.
    """
    area = version.grid(code)
    desk = Desk.of(version, [line])
    parts = desk.parts_by(line, code)
    if len(parts) < 2:
        raise _crosses_not(code, area, line)
    first = desk.part_at(parts, keeps)
    others = desk.west_to_east([one for k, one in enumerate(parts) if k != first])
    codes = next_codes(version.village, version.used, len(others))
    given = {code: parts[first], **dict(zip(codes, others, strict=True))}
    return desk.given(given, "split"), (code, *codes)


def merge(version: Version, codes: Sequence[str], keep: str | None = None) -> Version:
    """Make one grid of several that touch; `keep` is the code that goes on, else the lowest.

    Raises
    ------
    ActRefused
        If there are fewer than two, one lies in another village, or they do not touch.
    """
    those = sorted(set(codes))
    if len(those) < 2:
        raise ActRefused("合并要选两个以上的网格。", "Choose two grids or more to merge.")
    for code in those:
        if not code.startswith(version.village):
            raise ActRefused(
                f"网格 {code} 不在 {version.village}。两个村的网格不能合并。",
                f"Grid {code} is not in {version.village}. Grids of two villages cannot be merged.",
                grid=code,
            )
    shapes = np.array([version.grid(code) for code in those], object)
    lonely = _lonely(shapes, those)
    if lonely is not None:
        raise ActRefused(
            f"网格 {lonely} 和其他要合并的网格不相邻。只有共用一段边的网格才能合并。",
            f"Grid {lonely} shares no edge with the others. Only grids that do can be merged.",
            grid=lonely,
            at=middle(version.grid(lonely)),
        )
    to = keep or those[0]
    if to not in those:
        raise ActRefused(
            f"留下的代码 {to} 不在要合并的网格里。", f"The code to keep, {to}, is not among them."
        )
    desk = Desk.of(version, [])
    held = np.unique(np.concatenate([desk.held_by(code) for code in those]))
    return desk.given({to: held}, "merge")


def load(
    version: Version, parts: Mapping[str, BaseGeometry], new: Sequence[str] = ()
) -> tuple[Version, tuple[str, ...]]:
    """Have these grids in place of all that there are: an earlier version, or a proposal.

    They are taken as they come, with a vertex wherever the village or another turns on their edge:
    what else is wrong with them is for an audit to say.

    Parameters
    ----------
    parts : mapping of code to Polygon or MultiPolygon
        Under codes that the village has or had, and under those of `new`.
    new : sequence of str
        Codes that stand for grids to be given the next ones, in this order; those are returned.

    Raises
    ------
    ActRefused
        If there are none, one belongs to another village, or all is as it was.
    InvalidRequest
        If one is no valid area: which, why and where.
    """
    codes = next_codes(version.village, version.used, len(new))
    called = dict(zip(new, codes, strict=True))
    parts = {called.get(code, code): one for code, one in parts.items()}
    strange = [code for code in parts if code not in version.used and code not in codes]
    if strange or not parts:
        raise ActRefused(
            f"{version.village} 没有过网格 {strange[0]}。" if strange else "没有网格。",
            f"{version.village} never had a grid {strange[0]}." if strange else "No grids.",
        )
    sound = Version.of(version.village, version.outline, parts).grids
    old = version.grids
    changed = {code: one for code, one in sound.items() if not _is_same(old.get(code), one)}
    gone = dict.fromkeys(old.keys() - sound.keys())
    if not changed and not gone:
        raise nothing(version.village)
    # what the grids before gave the outline goes with them
    gave = old.keys() & (changed | gone).keys()
    after = version.after(changed | gone, version.opened, "load", gave)
    shapes, outline = Desk.of(after, []).as_it_is()
    fits = {code: one for code, one in shapes.items() if one is not after.grids[code]}
    # a hair beside the line is on it, and no cut through cells tells that
    *_, outline = fitted(np.array([*shapes.values(), outline], object), TOUCH_M)
    return version.after(changed | fits | gone, outline, "load", gave), codes


def _is_same(old: BaseGeometry | None, new: BaseGeometry) -> bool:
    return old is not None and bool(shapely.equals_exact(old, new, 0, normalize=True))


def snap(version: Version, reach_m: float) -> Version:
    """Bring grids and village together: what lies beyond is given up, thin gaps are closed.

    A gap goes to the grid that shares the longest edge with it.

    Parameters
    ----------
    reach_m : float
        Gaps that are wider on average stay: who should have them is for a person to say.

    Raises
    ------
    ActRefused
        If there is nothing to bring together.
    """
    desk = Desk.of(version, [])
    given: dict[str, Ints] = {}
    for piece in desk.pieces(desk.free()):
        if desk.width_m(piece) <= reach_m:
            heir = desk.neighbour(piece, besides="", without=piece[:0])
            given[heir] = np.union1d(given.get(heir, piece), piece)
    return desk.given(given, "snap", dropped=desk.beyond())


def _drawn(place: BaseGeometry) -> BaseGeometry:
    """Return what was drawn, if it is a sound area."""
    if not shapely.convex_hull(place).area:
        raise ActRefused(
            "画的形状没有面积。至少要三个不在一条线上的点。",
            "What is drawn has no surface. It takes three points that are not in a line.",
            at=middle(place),
        )
    refuse_invalid(np.array([place], object), ["画的形状 the shape drawn"])
    return place


def _lonely(shapes: Shapes, codes: Sequence[str]) -> str | None:
    """Return a code whose area hangs on none of the others by an edge; None where all do."""
    reached, waiting = {0}, [0]
    while waiting:
        meets = shapely.length(shapely.intersection(shapes[waiting.pop()], shapes)) > 0
        new = set(np.flatnonzero(meets).tolist()) - reached
        reached |= new
        waiting += new
    return next((code for index, code in enumerate(codes) if index not in reached), None)


def _crosses_not(code: str, area: BaseGeometry, line: BaseGeometry) -> ActRefused:
    ends = shapely.get_coordinates(line)[[0, -1]]
    inside = [at for at in ends if shapely.contains_xy(area, *at)]
    at = inside[0] if inside else ends[0]
    return ActRefused(
        f"这条线没有把网格 {code} 切成两块。线的两头都要画到网格边界以外。",
        f"The line does not cut grid {code} in two. Both its ends must lie beyond the boundary.",
        grid=code,
        at=[float(value) for value in at],
    )
