"""The exact question of `raster_index`: on which side of some edges a point lies."""

from typing import NamedTuple

import numpy as np

from mapserver.compiled import compiled, inlined
from mapserver.domain.raster_kernel import Lines

OUTSIDE, INSIDE, BORDER, UNSURE = 0, 1, 2, 3

_ROUNDING = 4 * float(np.finfo(np.float64).eps)


class Way(NamedTuple):
    """From a cell's anchor to its points: a slice of edges, the anchor, and its side."""

    start: int
    end: int
    anchored: bool
    x: float
    y: float


@compiled
def turn(left: float, right: float) -> int:
    """Return the sign of left - right, two products of differences, or 0 if it is not certain.

    References
    ----------
    Certain beyond 3 u + 16 u^2 of the products' sum: J. R. Shewchuk, "Adaptive Precision
    Floating-Point Arithmetic and Fast Robust Geometric Predicates", Discrete &
    Computational Geometry 18 (1997), section 4.
    """
    difference, doubt = left - right, _ROUNDING * (abs(left) + abs(right))
    return int(difference > doubt) - int(difference < -doubt)


@inlined
def side_of(lines: Lines, way: Way, x: float, y: float) -> int:
    """Return where a point lies, by the edges that are crossed on the way from the anchor.

    The way goes along the anchor's meridian to the point's height, and along that height
    to the point; every edge it crosses changes the side. Height and meridian are taken a
    little to the north and east of where they are, so that no vertex lies on them.
    """
    inside, doubt = way.anchored, False
    for at in range(way.start, way.end):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        cx, cy = lines.xy[edge, 0] - way.x, lines.xy[edge, 1] - way.y
        dx, dy = lines.xy[edge + 1, 0] - way.x, lines.xy[edge + 1, 1] - way.y
        crosses_height, crosses_meridian = (ay > 0) != (by > 0), (cx > 0) != (dx > 0)
        at_point, at_anchor = turn(ax * by, ay * bx), turn(cx * dy, cy * dx)
        at_corner = turn(cx * by, ay * dx)
        inside ^= crosses_height & (at_point != at_corner)
        inside ^= crosses_meridian & (at_corner != at_anchor)
        doubt |= crosses_height & (at_point == 0)
        doubt |= crosses_meridian & (at_anchor == 0)
        doubt |= (crosses_height | crosses_meridian) & (at_corner == 0)
        doubt |= (ay == 0) | (by == 0)
    if doubt:
        return _careful_side(lines, way, x, y)
    return INSIDE if inside else OUTSIDE


@compiled
def _careful_side(lines: Lines, way: Way, x: float, y: float) -> int:
    """Return where a point lies that may be on an edge or level with a vertex."""
    inside, doubt = way.anchored, False
    for at in range(way.start, way.end):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        cx, cy = lines.xy[edge, 0] - way.x, lines.xy[edge, 1] - way.y
        dx, dy = lines.xy[edge + 1, 0] - way.x, lines.xy[edge + 1, 1] - way.y
        if _on_upright_or_level(ax, ay, bx, by):
            return BORDER
        at_corner = turn(cx * by, ay * dx)
        if ay == 0 and by == 0:
            # the height is a little to the north of this edge
            at_corner = int(dx > cx) - int(dx < cx)
        if (ay > 0) != (by > 0):
            at_point = turn(ax * by, ay * bx)
            inside ^= at_point != at_corner
            doubt |= at_point == 0 or at_corner == 0
        if (cx > 0) != (dx > 0):
            at_anchor = turn(cx * dy, cy * dx)
            inside ^= at_corner != at_anchor
            doubt |= at_anchor == 0 or at_corner == 0
    if doubt:
        return UNSURE
    return INSIDE if inside else OUTSIDE


@compiled
def _on_upright_or_level(ax: float, ay: float, bx: float, by: float) -> bool:
    """Return whether the origin is an end of an edge, or on one along an axis."""
    if (ax == 0 and ay == 0) or (bx == 0 and by == 0):
        return True
    if ax == 0 and bx == 0:
        return (ay > 0) != (by > 0)
    return ay == 0 and by == 0 and (ax > 0) != (bx > 0)
