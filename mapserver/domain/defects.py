"""What may be wrong with a coverage: kinds of defects, their size, and their names."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Literal, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

Kind = Literal["gap", "hole", "overlap", "outside", "duplicate", "missing", "unmatched"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as thin, and what as one place, in metres.

    A defect is a sliver where it is narrower than `sliver_width_m`, or its surface over its
    perimeter is less than `sliver_ratio_m`; 0 turns either off. Vertices closer than
    `same_place_m` are one; a part narrower than that is rounding, not a part.
    """

    sliver_width_m: float = 2.0
    sliver_ratio_m: float = 0.5
    same_place_m: float = 1e-6


class Defect(NamedTuple):
    """One thing that is wrong with a coverage.

    Parameters
    ----------
    id : str
        The same in every audit that finds the same defect.
    kind : str
    parent : str, optional
        Code of the parent whose members are at fault.
    members : tuple of str
        Codes of the members that touch it: of an overlap, those that cover it.
    area_m2 : float
        0 for a defect without surface.
    width_m : float
        The narrowest strip that holds it, or four times its surface over its perimeter (its
        hydraulic diameter) where that is less: a bent sliver fits no strip.
    sliver : bool
    geometry : shapely geometry, metres
        None for a member that is missing.
    """

    id: str
    kind: Kind
    parent: str | None
    members: tuple[str, ...]
    area_m2: float
    width_m: float
    sliver: bool
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    `residual_m2` is the self-check: the largest difference between the surface that the net
    segments of a place enclose and that of the faces and parts found there, each as often as
    it is covered. `balance_m2` checks the segments themselves: the surface that all of them
    enclose, less that of all members, plus that of all parents. Both are 0 but for rounding.
    """

    defects: tuple[Defect, ...]
    residual_m2: float
    balance_m2: float = 0.0

    def of_kind(self, *kinds: Kind) -> list[Defect]:
        """Return the defects of these kinds."""
        return [one for one in self.defects if one.kind in kinds]


def identified(defect: Defect) -> Defect:
    """Return the defect with an id that says what and where, whenever and in whatever order."""
    place = ",".join(f"{value:.4f}" for value in bounds(defect))
    return defect._replace(
        id=_id(defect.kind, defect.parent or "", *defect.members, place),
    )


def bounds(defect: Defect) -> tuple[float, float, float, float]:
    """Return the bounds of a defect, zeros where it has no place."""
    return (0.0, 0.0, 0.0, 0.0) if defect.geometry is None else defect.geometry.bounds


def told_apart(found: Iterable[Sequence[Defect]]) -> tuple[Defect, ...]:
    """Return all defects in the order of parent, kind and id, whatever order they come in.

    Those of one id (their bounds differ by less than 0.1 mm) are numbered by place.
    """
    defects = sorted(chain.from_iterable(found), key=_order)
    if len({one.id for one in defects}) == len(defects):
        return tuple(defects)
    alike = groupby(sorted(defects, key=_place), key=attrgetter("id"))
    numbered = (
        one._replace(id=_id(one.id, str(number))) if number else one
        for _, same in alike
        for number, one in enumerate(same)
    )
    return tuple(sorted(numbered, key=_order))


def _order(defect: Defect) -> tuple[str, ...]:
    return (defect.parent or "", defect.kind, defect.id)


def _place(defect: Defect) -> tuple[object, ...]:
    return (defect.id, bounds(defect), defect.area_m2)


def _id(*told: str) -> str:
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:12]


def hydraulic_m(shape: BaseGeometry) -> float:
    """Return four times surface over perimeter: a circle's or a square's diameter, in metres."""
    return 4 * shape.area / shape.length if shape.length else 0.0


def width_m(shape: BaseGeometry) -> float:
    """Return how wide a shape is: see `Defect.width_m`."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))[:3].tolist()
    strip = min(map(math.dist, corners, corners[1:])) if len(corners) == 3 else 0.0
    return min(strip, hydraulic_m(shape))


def is_sliver(shape: BaseGeometry, wide_m: float, limits: Limits) -> bool:
    """Return whether a shape of that width is thin."""
    return wide_m < limits.sliver_width_m or shape.area / shape.length < limits.sliver_ratio_m
