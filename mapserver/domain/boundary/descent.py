"""What became of grids: how much of each went to whom from one version to the next."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_HAIR = 1e-6
"""A smaller share of a grid is what digits leave, and nothing that was handed on."""


@dataclass(frozen=True, slots=True)
class Bequest:
    """What a grid handed on to another, or kept of its own, as a share of its surface before."""

    before: str
    after: str
    share: float


def descent(
    before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]
) -> tuple[Bequest, ...]:
    """Return who handed how much on to whom; grids that kept all of their own are left out.

    Parameters
    ----------
    before, after : mapping of code to Polygon or MultiPolygon
        Both in one system of coordinates; a share is the same in degrees and in metres.
    """
    if not before or not after:
        return ()
    old, new = np.array(list(before.values()), object), np.array(list(after.values()), object)
    giver, heir = shapely.STRtree(new).query(old, predicate="intersects")
    shares = shapely.area(shapely.intersection(old[giver], new[heir])) / shapely.area(old)[giver]
    codes, heirs = list(before), list(after)
    found = [
        Bequest(codes[one], heirs[other], round(float(share), 6))
        for one, other, share in zip(giver, heir, shares, strict=True)
        if share > _HAIR
    ]
    whole = {one.before for one in found if one.after == one.before and one.share > 1 - _HAIR}
    changed = [one for one in found if one.before not in whole]
    return tuple(sorted(changed, key=lambda one: (one.before, -one.share, one.after)))
