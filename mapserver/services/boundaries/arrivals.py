"""Boundaries and lines that come as a file: read, held to the village, made an act to draw with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import next_codes
from mapserver.domain.boundary.shifted import Shift, better_datum, in_cgcs2000
from mapserver.domain.datums import Datum
from mapserver.domain.polygons import InvalidArea, invalid_areas, repaired
from mapserver.errors import ActRefused
from mapserver.formats.boundary_reading import MOST_SHAPES, Shapes, read_shapes
from mapserver.formats.shapes_in.shape import Area
from mapserver.roles import Duty
from mapserver.services.boundaries.asked import (
    LONGEST_NAME,
    MOST_VERTICES,
    act_of,
    loading,
    refuse_places,
)
from mapserver.services.boundaries.drafts import require
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.boundaries.ground import Ground
from mapserver.services.context import Context

_MINE = 0.5
"""An area is of the village in which more than this of it lies."""
_SURELY_MINE = 0.9
"""So much of an area lies in its village, where a datum is told by that alone."""
_LEAST_DEG2 = 1e-12
"""Less surface than this, some 100 square centimetres, is none: a ring along a line has it by
rounding."""
_NAMED = 10
"""So many areas without surface are named."""
_BESIDE_DEG = 0.005
"""So far beyond the village, some 500 m, lines are taken along."""
_SIMPLIFIED_DEG = 1e-5
"""So far, some metre, lines may be from where they came."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in a file.

    Attributes
    ----------
    act : dict, optional
        That draws the grids as they came; what is wrong with them is for its answer to tell. None
        of a file that has lines alone.
    lines : tuple of dict
        Lines through the village, as GeoJSON: what a proposal may follow.
    areas, elsewhere, others : int
        Areas in the village, areas and lines of other villages, and what is neither, or has no
        surface.
    repaired : tuple of InvalidArea
        Areas that were made valid: which, why and where.
    shift : Shift, optional
        Another datum in which they would fit the village; as stated it may be that nothing of
        them lies there, and there is no act.
    """

    act: dict[str, Any] | None
    lines: tuple[dict[str, Any], ...]
    areas: int
    elsewhere: int
    others: int
    repaired: tuple[InvalidArea, ...]
    shift: Shift | None


def arrived(
    context: Context, drawing: Drawing, village: str, file: tuple[str, bytes], datum: Datum
) -> Arrival:
    """Return the grids of a village that a file holds as an act for a draft, and its lines.

    Parameters
    ----------
    file : pair of str and bytes
        Its name and what it holds.
    datum : Datum
        Of its degrees, as whoever brings it says; never guessed.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to draw.
    InvalidRequest
        If the file cannot be read.
    ActRefused
        If its coordinates are none of this country, nothing of it lies in the village, its areas
        have no surface, or a shape has too many corners.
    """
    require(context, village, Duty.DRAW)
    on = drawing.ground(context, village)
    read = read_shapes(file[1], file[0])
    refuse_places(shapely.get_coordinates([*(one.shape for one in read.areas), *read.lines]))
    lines = _lines(on, in_cgcs2000(np.array(read.lines, object), datum))
    if read.areas:
        return _with_areas(on, read, lines, datum)
    if not lines.through:
        raise _elsewhere(on)
    return _of_lines(read, lines)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What of lines passes through a village, as GeoJSON, and how many lines do not."""

    through: tuple[dict[str, Any], ...]
    elsewhere: int


def _of_lines(read: Shapes, lines: _Lines) -> Arrival:
    return Arrival(
        act=None,
        lines=lines.through,
        areas=0,
        elsewhere=lines.elsewhere,
        others=read.others + len(read.areas),
        repaired=(),
        shift=None,
    )


def _with_areas(on: Ground, read: Shapes, lines: _Lines, datum: Datum) -> Arrival:
    given = np.array([one.shape for one in read.areas], object)
    names = [one.name or one.code or str(one.number) for one in read.areas]
    faults = invalid_areas(given, names)
    sound = repaired(given)
    whole = shapely.is_valid(sound) & (shapely.area(sound) > _LEAST_DEG2)
    if not whole.any():
        if lines.through:
            return _of_lines(read, lines)
        raise _without_surface(read.areas)
    try:
        shift = better_datum(sound[whole], on.outline, datum)
        # where two corners are a hair apart a shift may cross them
        shapes = repaired(in_cgcs2000(sound, datum))
        mine = whole & shapely.is_valid(shapes)
        mine[mine] = _of_village(shapes[mine], on.outline)
    except shapely.errors.GEOSException as error:
        raise ActRefused(
            "文件里的面互相缠在一起，读不出边界。在 QGIS 里修好几何再试。",
            "The areas in the file are tangled, and no boundary can be made out. Mend their "
            "geometry in QGIS, then try again.",
        ) from error
    if not mine.any() and not _would_lie(sound[whole], on.outline, shift):
        raise _elsewhere(on)
    kept = [one for one, here in zip(read.areas, mine, strict=True) if here]
    act = _act(on, kept, shapes[mine], datum) if kept else None
    if act is not None:
        act_of(act, on)
    return Arrival(
        act=act,
        lines=lines.through,
        areas=len(kept),
        elsewhere=int((whole & ~mine).sum()) + lines.elsewhere,
        others=read.others + int((~whole).sum()),
        repaired=tuple(one for one in faults if mine[one.index]),
        shift=shift,
    )


def _lines(on: Ground, lines: NDArray[np.object_]) -> _Lines:
    """Return the lines that pass through the village, as far as its surroundings."""
    west, south, east, north = on.outline.bounds
    around = (
        west - _BESIDE_DEG,
        south - _BESIDE_DEG,
        east + _BESIDE_DEG,
        north + _BESIDE_DEG,
    )
    through = lines[shapely.intersects(lines, on.outline)]
    parts = shapely.simplify(
        shapely.get_parts(shapely.clip_by_rect(through, *around)), _SIMPLIFIED_DEG
    )
    if len(parts) > MOST_SHAPES or shapely.get_num_coordinates(parts).sum() > MOST_VERTICES:
        raise ActRefused(
            f"经过{on.village_name}的线太多：最多 {MOST_SHAPES:,} 条、{MOST_VERTICES:,} 个角点。"
            "只留主要的路和河。",
            f"Too many lines pass through {on.village_name}: {MOST_SHAPES:,} lines and "
            f"{MOST_VERTICES:,} corners are the most. Leave the main roads and rivers alone in "
            "the file.",
        )
    told = tuple(shapely.geometry.mapping(one) for one in parts.tolist())
    return _Lines(told, len(lines) - len(through))


def _of_village(
    shapes: NDArray[np.object_], outline: BaseGeometry, part: float = _MINE
) -> NDArray[np.bool_]:
    inside = shapely.area(shapely.intersection(shapes, outline))
    mine: NDArray[np.bool_] = inside > part * shapely.area(shapes)
    return mine


def _would_lie(shapes: NDArray[np.object_], outline: BaseGeometry, shift: Shift | None) -> bool:
    """Whether any of the shapes is the village's own in the datum that fits better."""
    if shift is None:
        return False
    there = repaired(in_cgcs2000(shapes, shift.datum))
    return bool(_of_village(there, outline, _SURELY_MINE).any())


def _act(
    on: Ground, areas: Sequence[Area], shapes: NDArray[np.object_], datum: Datum
) -> dict[str, Any]:
    """Return the act; areas whose code the village never had get new ones, in their order."""
    known = [one.code if one.code in on.version.used else None for one in areas]
    fresh = iter(next_codes(on.village, on.version.used, known.count(None)))
    codes = [code or next(fresh) for code in known]
    parts = {
        code: shapely.union_all(shapes[[one == code for one in codes]])
        for code in dict.fromkeys(codes)
    }
    new = [code for code, old in zip(codes, known, strict=True) if old is None]
    names = {
        code: one.name[:LONGEST_NAME]
        for code, one in zip(codes, areas, strict=True)
        if code in new and one.name
    }
    named = {"names": names} if names else {}
    return loading(parts, codes=new, capture={"how": "file", "datum": datum}, **named)


def _without_surface(areas: Sequence[Area]) -> ActRefused:
    shown, more = areas[:_NAMED], len(areas[_NAMED:])
    zh = "、".join(_called(one, "「{}」", "第 {} 个图形") for one in shown)
    en = ", ".join(_called(one, "“{}”", "shape {}") for one in shown)
    if more:
        zh, en = f"{zh}，还有 {more} 个", f"{en} and {more} more"
    return ActRefused(
        f"文件里的面没有面积：{zh}。角点太少，或来回都在一条线上。"
        "每个面至少要三个不在一条线上的角点，改好再试。",
        f"Areas of the file have no surface: {en}. They have too few corners, or go to and fro "
        "along a line. Give each three corners at least that are not on one line, then try again.",
    )


def _called(one: Area, named: str, numbered: str) -> str:
    name = one.name or one.code
    return named.format(name[:LONGEST_NAME]) if name else numbered.format(one.number)


def _elsewhere(on: Ground) -> ActRefused:
    return ActRefused(
        f"文件里没有面或线在{on.village_name}里。选对村，再试。",
        f"No area or line of the file lies in {on.village_name}. Choose the right village.",
    )
