"""Members of a coverage that need no comparing of edges: those drawn twice, or never."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.defects import Defect, identified, width_m


class Member(NamedTuple):
    """One area of a coverage: its code, its shape if it has one, and its parent's code."""

    code: str
    shape: BaseGeometry | None
    parent: str | None = None


def missing(member: Member) -> Defect:
    """Return the defect of a member without a shape."""
    return identified(Defect("", "missing", member.parent, (member.code,), 0.0, 0.0, False, None))


def duplicates(alike: Sequence[Member]) -> Iterator[Defect]:
    """Yield a defect for each set of the same shape among members of the same bounds."""
    sets: dict[bytes, list[Member]] = {}
    for one in sorted(alike, key=lambda one: one.code):
        if one.shape is not None:
            sets.setdefault(shapely.normalize(one.shape).wkb, []).append(one)
    for same in sets.values():
        first, codes = same[0], tuple(one.code for one in same)
        if len(same) > 1 and first.shape is not None:
            size = (first.shape.area, width_m(first.shape))
            yield identified(
                Defect("", "duplicate", first.parent, codes, *size, False, first.shape)
            )
