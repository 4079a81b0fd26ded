"""Codes of grids: the village's twelve digits and three of a sequence, never given twice."""

from collections.abc import Iterable

from shapely.geometry.base import BaseGeometry

from mapserver.errors import ActRefused

_DIGITS = 3
_MOST = 10**_DIGITS - 1


def next_codes(village: str, used: Iterable[str], count: int) -> tuple[str, ...]:
    """Return the next `count` codes of a village, above all that were ever given.

    Raises
    ------
    ActRefused
        If the village has used up its 999.
    """
    ends = [code[len(village) :] for code in used if code.startswith(village)]
    given = [int(end) for end in ends if end.isascii() and end.isdigit()]
    last = max(given, default=0)
    if last + count > _MOST:
        raise ActRefused(
            f"{village} 的网格序号已用到 {last}，最多 {_MOST}。",
            f"{village} has given {last} of its {_MOST} grid numbers.",
        )
    return tuple(f"{village}{last + k:0{_DIGITS}}" for k in range(1, count + 1))


def turn(shape: BaseGeometry) -> tuple[float, float]:
    """Return what shapes are sorted by to be given codes: west to east, then north to south."""
    middle = shape.representative_point()
    return middle.x, -middle.y
