"""An act as it is asked for and kept: which it is, whom it is about, and what was drawn.

A draft is the acts that were done on a version, in order; undoing one is to leave it out. So a
draft can be done again on top of a later version, and nobody's work is overwritten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.acts import add, cut_out, load, merge, reshape, snap, split, transfer
from mapserver.domain.boundary.nodes import bend, drop_node, move_node
from mapserver.domain.boundary.snapping import snapped
from mapserver.domain.boundary.version import At, Version
from mapserver.errors import ActRefused

ActKind = Literal[
    "add",
    "cut-out",
    "transfer",
    "reshape",
    "split",
    "merge",
    "move",
    "bend",
    "drop",
    "snap",
    "load",
]
ACTS: tuple[ActKind, ...] = get_args(ActKind)


@dataclass(frozen=True, slots=True)
class Act:
    """One act, in the plane of the version it is done on.

    Attributes
    ----------
    kind : ActKind
    grids : tuple of str
        "transfer": who gets the place, and after it those who give of theirs, where not whoever
        had it. "cut-out": those who give. "reshape", "split": whose boundary. "merge": those to
        be one, the first of which goes on.
    shape : Polygon, MultiPolygon or LineString, optional
        What was drawn.
    at, to : pair of float, optional
        "move", "bend", "drop": the node, or the place on an edge, and where it goes. "split": a
        place in the part that goes on as the old grid.
    reach_m : float
        How near something must be to be meant: a node, an edge to snap to.
    snap_m : float
        "move", "bend": how near where the node goes another, or an edge, must be for it to lie
        there.
    codes : tuple of str
        Those that the act gave; acts after it name grids by them.
    parts : mapping of code to Polygon or MultiPolygon
        "load": all grids of the village from now on; those called by one of `codes` are new.
    """

    kind: ActKind
    grids: tuple[str, ...] = ()
    shape: BaseGeometry | None = None
    at: At | None = None
    to: At | None = None
    reach_m: float = 0.0
    snap_m: float = 0.0
    codes: tuple[str, ...] = ()
    parts: Mapping[str, BaseGeometry] = field(default_factory=dict)


def carried_out(version: Version, act: Act) -> tuple[Version, tuple[str, ...]]:
    """Return the version after an act, and the codes of the grids that are new.

    Raises
    ------
    ActRefused
        If it cannot be: why, and where on the map.
    """
    return _DONE[act.kind](version, act)


@dataclass(frozen=True, slots=True)
class Replay:
    """A version with acts done on it, as far as they could be.

    `done` are those that were, with the codes they give now; `refused` is why the next could not.
    """

    version: Version
    done: tuple[Act, ...]
    refused: ActRefused | None = None


def replayed(version: Version, acts: Sequence[Act]) -> Replay:
    """Do acts on a version one after the other, up to the first that cannot be.

    An act that gives other codes than when it was first done is followed by those after it.
    """
    done: list[Act] = []
    called: dict[str, str] = {}
    for act in acts:
        asked = replace(act, grids=tuple(called.get(code, code) for code in act.grids))
        try:
            version, codes = carried_out(version, asked)
        except ActRefused as refused:
            return Replay(version, tuple(done), refused)
        called |= dict(zip(act.codes, codes, strict=False))
        done.append(replace(asked, codes=codes))
    return Replay(version, tuple(done))


def _area(version: Version, act: Act) -> BaseGeometry:
    return snapped(version, _shape(act), act.reach_m)


def _shape(act: Act) -> BaseGeometry:
    if act.shape is None:
        raise ActRefused("没有画形状。", "Nothing was drawn.")
    return act.shape


def _one(act: Act) -> str:
    if len(act.grids) != 1:
        raise ActRefused("要选一个网格。", "Choose one grid.")
    return act.grids[0]


def _place(at: At | None) -> At:
    if at is None:
        raise ActRefused("没有指明地方。", "No place was named.")
    return at


def _added(version: Version, act: Act) -> tuple[Version, tuple[str, ...]]:
    after, code = add(version, _area(version, act))
    return after, (code,)


def _cut_out(version: Version, act: Act) -> tuple[Version, tuple[str, ...]]:
    after, code = cut_out(version, _area(version, act), act.grids)
    return after, (code,)


def _transferred(version: Version, act: Act) -> Version:
    to, *givers = act.grids or (_one(act),)
    return transfer(version, _area(version, act), to, givers)


def _split(version: Version, act: Act) -> tuple[Version, tuple[str, ...]]:
    after, codes = split(version, _one(act), _area(version, act), keeps=act.at)
    return after, codes[1:]


_DONE: Mapping[ActKind, Callable[[Version, Act], tuple[Version, tuple[str, ...]]]] = {
    "add": _added,
    "cut-out": _cut_out,
    "split": _split,
    "transfer": lambda version, act: (_transferred(version, act), ()),
    "reshape": lambda version, act: (reshape(version, _one(act), _area(version, act)), ()),
    "merge": lambda version, act: (merge(version, act.grids, next(iter(act.grids), None)), ()),
    "move": lambda version, act: (
        move_node(version, _place(act.at), _place(act.to), act.reach_m, act.snap_m),
        (),
    ),
    "bend": lambda version, act: (
        bend(version, _place(act.at), _place(act.to), act.reach_m, act.snap_m),
        (),
    ),
    "drop": lambda version, act: (drop_node(version, _place(act.at), act.reach_m), ()),
    "snap": lambda version, act: (snap(version, act.reach_m), ()),
    "load": lambda version, act: load(version, act.parts, act.codes),
}
