"""How deep collections of WKB (OGC 06-103r4, clause 8) lie within each other, without recursion.

GEOS reads a collection within a collection by calling itself, and a file of some hundred thousand
bytes that nests them takes the process down with it.
"""

import struct

_DEEPEST = 16
_POINT, _LINE, _POLYGON = 1, 2, 3
_SEVERAL = range(4, 8)


def refuse_deep(wkb: bytes) -> None:
    """Raise ValueError for WKB that nests its collections deeper than any that was drawn.

    So it does for curves and surfaces (kinds from 8 on): they have collections of their own, and
    no reader here takes them.

    Whatever else is wrong with it is left to who reads it.
    """
    at, left = 0, [1]
    while left:
        if not left[-1]:
            left.pop()
            continue
        left[-1] -= 1
        order = "<" if wkb[at : at + 1] == b"\1" else ">"
        try:
            at, many = _next(wkb, at, order)
        except struct.error:
            return  # cut short: no reader goes further
        if many is not None:
            left.append(many)
        if len(left) > _DEEPEST:
            raise ValueError("collections within collections")


def _next(wkb: bytes, at: int, order: str) -> tuple[int, int | None]:
    """Return where what follows begins, and how many parts it has if it is a collection."""
    (told,) = struct.unpack_from(f"{order}I", wkb, at + 1)
    kind, numbers = _told(told)
    at += 9 if told & 0x20000000 else 5
    if kind == _POINT:
        return at + 8 * numbers, None
    (count,) = struct.unpack_from(f"{order}I", wkb, at)
    at += 4
    if kind == _LINE:
        return at + 8 * numbers * count, None
    if kind == _POLYGON:
        for _ in range(count):
            (places,) = struct.unpack_from(f"{order}I", wkb, at)
            at += 4 + 8 * numbers * places
        return at, None
    if kind in _SEVERAL:
        return at, count
    raise ValueError("no kind that is read")


def _told(told: int) -> tuple[int, int]:
    """Return the kind of a shape and the numbers of a place, as ISO and as EWKB say them."""
    iso = told & 0xFFFF
    further = {0: 0, 1: 1, 2: 1, 3: 2}.get(iso // 1000, 0)
    further += bool(told & 0x80000000) + bool(told & 0x40000000)
    return iso % 1000, 2 + further
