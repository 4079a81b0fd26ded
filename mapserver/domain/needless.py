"""Vertices that cutting leaves on straight edges, where no neighbour needs them any more."""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Bools, Floats, Shapes, as_one

_ROUNDED_M = 1e-8
"""How far the rounding of large coordinates may put a vertex off its edge."""
_CUT_M = 1e-7
"""How far cutting may: half the diagonal of the grid on which it puts what it makes."""
_APART_M = 0.1
"""Where vertices are nearer together than this, two of them may be one corner: each alone lies on
the line of its neighbours, and no more than rounding is forgiven."""


def without_needless(after: Shapes, before: Shapes, parents: Shapes) -> Shapes:
    """Return areas without the vertices that they gained and that none of them turns at.

    Parameters
    ----------
    after, before : ndarray of Polygon or MultiPolygon, shape (n,)
        The same members after a repair and before it.
    parents : ndarray of Polygon or MultiPolygon
        Their vertices are kept wherever a member has them.
    """
    needed = set(as_one(shapely.get_coordinates(parents)).tolist())
    here: set[complex] = set()
    for new, old in zip(after, before, strict=True):
        at, straight = _vertices(new)
        places = as_one(at)
        own = np.isin(places, as_one(shapely.get_coordinates(old)))
        here.update(places.tolist())
        needed.update(places[own | ~straight].tolist())
    needless = here - needed
    if not needless:
        return after
    return np.array([without(one, needless) for one in after], object)


def _vertices(shape: BaseGeometry) -> tuple[Floats, Bools]:
    """Return the vertices of all rings, and whether each lies on the line of its neighbours."""
    rings = [ring[:-1] for ring in map(shapely.get_coordinates, _rings(shape))]
    if not rings:
        return np.zeros((0, 2)), np.zeros(0, bool)
    return np.concatenate(rings), np.concatenate([_straight(ring) for ring in rings])


def _rings(shape: BaseGeometry) -> NDArray[np.object_]:
    return np.asarray(shapely.get_rings(shapely.get_parts(shape)), object)


def _straight(ring: Floats) -> Bools:
    to, along = (
        ring - np.roll(ring, 1, axis=0),
        np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0),
    )
    off = np.abs(to[:, 0] * along[:, 1] - to[:, 1] * along[:, 0])
    sides = np.hypot(*to.T)
    apart = np.minimum(sides, np.roll(sides, -1)) > _APART_M
    straight: Bools = off <= np.where(apart, _CUT_M, _ROUNDED_M) * np.hypot(*along.T)
    return straight


def turns(shape: BaseGeometry, place: complex) -> bool:
    """Return whether a vertex of a shape lies at a place, and off the line of its neighbours."""
    at, straight = _vertices(shape)
    return bool((~straight & (as_one(at) == place)).any())


def without(shape: BaseGeometry, needless: set[complex]) -> BaseGeometry:
    """Return a Polygon or MultiPolygon without the vertices at these places."""
    if needless.isdisjoint(as_one(shapely.get_coordinates(shape)).tolist()):
        return shape
    parts = [
        Polygon(_kept(one.exterior, needless), [_kept(hole, needless) for hole in one.interiors])
        for one in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _kept(ring: LinearRing, needless: set[complex]) -> list[Iterable[float]]:
    return [at for at in ring.coords if complex(*at) not in needless]
