"""The areas of a file, fit to assign to or to audit: polygons, and valid ones.

What is not is refused, named with its code, its fault and its place; an invalid area is
repaired where that is asked for, and the report says how much surface it took.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.domain.polygons import InvalidArea, invalid_areas, not_polygonal, repaired
from mapserver.errors import InvalidRequest
from mapserver.formats.vector_files import codes_of, metric_of, read_vector

Shapes = NDArray[np.object_]

_NAMED = 10
"""How many of a kind a message names; it gives the number of all."""


@dataclass(frozen=True, slots=True)
class Repair:
    """An area that was made valid, and its surface before and after.

    Before is what the rings enclose as they are wound, as any GIS computes it; where a ring
    crosses itself one part of it counts against the other.
    """

    fault: InvalidArea
    before_m2: float
    after_m2: float

    def text(self, language: str) -> str:
        """Return what was repaired in `language` ("zh" or "en")."""
        changed = self.after_m2 - self.before_m2
        sizes = f"{self.before_m2:,.4f} → {self.after_m2:,.4f} m² ({changed:+,.4f})"
        told = self.fault.text(language)
        return f"{told}; repaired: {sizes}" if language == "en" else f"{told}；已修复：{sizes}"

    def as_dict(self) -> dict[str, object]:
        """Return what was repaired, for JSON; the place is in the file's own coordinates."""
        fault = self.fault
        return {
            "code": fault.code,
            "reason": {"zh": fault.zh, "en": fault.en},
            "where": fault.where,
            "before_m2": self.before_m2,
            "after_m2": self.after_m2,
        }


@dataclass(frozen=True, slots=True)
class FileAreas:
    """A file of polygons, all valid; their codes; and what was repaired."""

    frame: geopandas.GeoDataFrame
    codes: list[str]
    repairs: tuple[Repair, ...]

    @property
    def shapes(self) -> Shapes:
        """The areas, in the file's own reference system."""
        return np.asarray(self.frame.geometry.array, object)

    @property
    def shapeless(self) -> list[str]:
        """Codes of the areas that were registered and never drawn."""
        nothing = shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes)
        return [self.codes[index] for index in np.flatnonzero(nothing).tolist()]


def read_areas(path: Path, field: str | None, *, repair: bool = False) -> FileAreas:
    """Read a file of areas.

    Raises
    ------
    NotFound, InvalidRequest
        If the file is missing, cannot be read, has no reference system or no such field,
        holds something that is no polygon, or, unless `repair` mends it, an invalid one.
    """
    frame = read_vector(path)
    codes = codes_of(frame, path, field)
    shapes = np.asarray(frame.geometry.array, object)
    _refuse_other_shapes(shapes, codes, path)
    faults = invalid_areas(shapes, codes)
    if not faults:
        return FileAreas(frame, codes, ())
    if not repair:
        _refuse_invalid(faults, path)
    mended = repaired(shapes)
    hopeless = invalid_areas(mended, codes)
    if hopeless:
        _refuse_hopeless(hopeless, path)
    after = frame.set_geometry(geopandas.GeoSeries(mended, index=frame.index, crs=frame.crs))
    return FileAreas(after, codes, tuple(_repairs(frame, after, faults)))


def _repairs(
    before: geopandas.GeoDataFrame, after: geopandas.GeoDataFrame, faults: list[InvalidArea]
) -> list[Repair]:
    plane = metric_of(after)
    rows = [fault.index for fault in faults]
    sizes = [shapely.area(plane.from_frame(frame.iloc[rows])) for frame in (before, after)]
    return [Repair(*one) for one in zip(faults, *np.array(sizes).tolist(), strict=True)]


def _refuse_other_shapes(shapes: Shapes, codes: list[str], path: Path) -> None:
    wrong = not_polygonal(shapes)
    if not wrong:
        return
    code, kind = codes[wrong[0]], shapes[wrong[0]].geom_type
    raise InvalidRequest(
        f"{path} 里有 {len(wrong):,} 个图形不是面，第一个是 {code}（{kind}）。"
        "请换成只有面（Polygon）的图层。",
        f"{path} holds {len(wrong):,} shapes that are no polygons, the first is {code} ({kind}). "
        "Pass a layer of polygons only.",
        count=len(wrong),
        area=code,
        kind=kind,
    )


def _refuse_invalid(faults: list[InvalidArea], path: Path) -> None:
    raise InvalidRequest(
        f"{path} 里有 {len(faults):,} 个面的边界不合规：\n{_list(faults, 'zh')}\n"
        "先在 QGIS 里改好，或加 --repair 自动修复。",
        f"{path} holds {len(faults):,} invalid areas:\n{_list(faults, 'en')}\n"
        "Mend them in QGIS, or add --repair to have them repaired.",
        count=len(faults),
    )


def _refuse_hopeless(faults: list[InvalidArea], path: Path) -> None:
    raise InvalidRequest(
        f"{path} 里有 {len(faults):,} 个面修复不了：\n{_list(faults, 'zh')}\n"
        "请在 QGIS 里重画或删除。",
        f"{path} holds {len(faults):,} areas that cannot be repaired:\n{_list(faults, 'en')}\n"
        "Draw them anew in QGIS, or delete them.",
        count=len(faults),
    )


def _list(faults: list[InvalidArea], language: str) -> str:
    lines = [fault.text(language) for fault in faults[:_NAMED]]
    return "\n".join([*lines, *(["..."] if len(faults) > _NAMED else [])])
