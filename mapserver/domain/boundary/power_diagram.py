"""Sites whose power cells hold equal shares of people: compact, straight-edged, balanced.

A place belongs to the site whose squared distance less its lift is the least. The cells are convex,
and for any sites there are lifts by which every cell holds its share; moving each site into the
middle of its people, and lifting anew, makes the cells compact.

References
----------
F. Aurenhammer, F. Hoffmann and B. Aronov, "Minkowski-Type Theorems and Least-Squares Clustering",
Algorithmica 20 (1998). M. Balzer, T. Schloemer and O. Deussen, "Capacity-constrained point
distributions", SIGGRAPH 2009.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from mapserver.domain.boundary_sum import Floats, Ints

_MOVES, _LIFTS = 24, 160
_DIGITS = 3
"""Corners are rounded to the millimetre, by which neighbours' corners are the same."""


@dataclass(frozen=True, slots=True)
class Sites:
    """Sites in planar metres, shape (n, 2), and how far each is lifted, in square metres."""

    at: Floats
    lift: Floats

    def owner(self, places: Floats) -> Ints:
        """Return the site that each place belongs to, shape (m,)."""
        away = ((places[:, None, :] - self.at) ** 2).sum(axis=2)
        return np.asarray((away - self.lift).argmin(axis=1), np.int64)

    def cells(self, bounds: tuple[float, float, float, float]) -> list[Polygon]:
        """Return the cell of each site within a rectangle; one may be empty."""
        west, south, east, north = bounds
        corners = np.array([[west, south], [east, south], [east, north], [west, north]])
        return [self._cell(index, corners) for index in range(len(self.at))]

    def _cell(self, index: int, ring: Floats) -> Polygon:
        for other in range(len(self.at)):
            if other != index and len(ring):
                ring = _clipped(ring, *self._edge(index, other))
        ring = np.round(ring, _DIGITS)
        return Polygon(ring) if len(np.unique(ring, axis=0)) > 2 else Polygon()

    def _edge(self, one: int, other: int) -> tuple[Floats, float]:
        """Return the half-plane nearer to one than to another: normal @ place <= bound."""
        normal = 2 * (self.at[other] - self.at[one])
        heights = (self.at**2).sum(axis=1) - self.lift
        return normal, float(heights[other] - heights[one])


def balanced(places: Floats, people: Floats, count: int) -> Sites:
    """Return sites whose cells hold people as equally as they can, and lie close around them.

    The same places give the same sites: nothing is random.

    Parameters
    ----------
    places : ndarray of float64, shape (m, 2), planar metres
    people : ndarray of float64, shape (m,)
        How many live at each place; more than `count` places must have some.
    count : int
    """
    middle = places.mean(axis=0)
    near = places - middle
    at = np.array([_middle(near[part], people[part]) for part in _halved(near, people, count)])
    lift = np.zeros(count)
    for _ in range(_MOVES):
        was = at, lift
        sites = _lifted(near, people, Sites(at, lift))
        owner, lift = sites.owner(near), sites.lift
        at = np.array(
            [
                _middle(near[owner == k], people[owner == k]) if (owner == k).any() else at[k]
                for k in range(count)
            ]
        )
        if np.array_equal(at, was[0]) and np.array_equal(lift, was[1]):
            break
    best = _lifted(near, people, Sites(at, lift))
    return Sites(best.at + middle, best.lift)


def _halved(places: Floats, people: Floats, count: int) -> list[Ints]:
    """Return places in groups of equal people, cut across where they spread farthest."""
    groups = [(np.arange(len(places)), count)]
    done: list[Ints] = []
    while groups:
        group, parts = groups.pop()
        if parts == 1:
            done.append(group)
            continue
        first = parts // 2
        spread = places[group] - places[group].mean(axis=0)
        _, axes = np.linalg.eigh(spread.T @ spread)
        order = group[np.argsort(spread @ axes[:, -1], kind="stable")]
        so_far = np.cumsum(people[order])
        cut = int(np.searchsorted(so_far, so_far[-1] * first / parts))
        cut = min(max(cut, first), len(order) - (parts - first))
        groups += [(order[:cut], first), (order[cut:], parts - first)]
    return done


def _lifted(places: Floats, people: Floats, sites: Sites) -> Sites:
    """Return the sites with lifts by which each holds its share, or as near as was found."""
    share = people.sum() / len(sites.at)
    away = ((places[:, None, :] - sites.at) ** 2).sum(axis=2)
    step = float(np.sqrt(np.median(away.min(axis=1)) * away.mean())) or 1.0
    lift, best, least = sites.lift.copy(), sites.lift, np.inf
    nearest = _nearest(people, share)
    for _ in range(_LIFTS):
        held = np.bincount((away - lift).argmin(axis=1), people, len(lift))
        off = float(np.abs(held - share).max())
        if off < least:
            best, least = lift.copy(), off
        else:
            step *= 0.97
        if least <= nearest:
            break
        lift += step * (share - held) / share
    return Sites(sites.at, best)


def _nearest(people: Floats, share: float) -> float:
    """Return how far off the share some site is at least: households are whole."""
    if np.array_equal(people, np.rint(people)):
        return float(max(np.ceil(share) - share, share - np.floor(share)))
    return 0.0


def _middle(places: Floats, people: Floats) -> NDArray[np.float64]:
    return np.average(places, axis=0, weights=np.maximum(people, 1e-9))


def _clipped(ring: Floats, normal: Floats, bound: float) -> Floats:
    """Return the part of a convex ring within a half-plane (Sutherland and Hodgman 1974)."""
    depth = ring @ normal - bound
    kept: list[Floats] = []
    for k in range(len(ring)):
        here, there = depth[k], depth[(k + 1) % len(ring)]
        if here <= 0:
            kept.append(ring[k])
        if (here < 0 < there) or (there < 0 < here):
            kept.append(ring[k] + here / (here - there) * (ring[(k + 1) % len(ring)] - ring[k]))
    return np.array(kept).reshape(-1, 2)
