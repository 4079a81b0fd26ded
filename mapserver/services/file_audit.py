"""The audit of a file of areas: no server and no store needed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from mapserver.domain.assign import GridIndex
from mapserver.domain.coverage import Audit, Coverage, Defect, Limits, Progress, audited
from mapserver.domain.inside import sums_inside
from mapserver.formats.vector_files import (
    LONLAT,
    Metric,
    metric_of,
    read_vector,
    write_vector,
)
from mapserver.services.defect_names import NAMES
from mapserver.services.file_areas import Repair, read_areas

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Given:
    """The files of an audit: areas, what they should fill, and points to count.

    `repair` mends areas that are invalid; without it they are refused.
    """

    areas: Path
    within: Path | None = None
    points: Path | None = None
    code: str | None = None
    limits: Limits = field(default_factory=Limits)
    repair: bool = False


STAGES = ("read", "edges", "places", "points")
"""What an audit of files does, in this order."""


@dataclass(frozen=True, slots=True)
class FileAudit:
    """What was found in a file, and which areas were repaired first.

    `points` counts those inside each defect, if any were given.
    """

    audit: Audit
    areas: int
    points: tuple[int, ...] | None
    plane: Metric
    repairs: tuple[Repair, ...] = ()

    def lines(self, language: str) -> Iterable[str]:
        """Yield a sentence for each repair and each defect, and one for all."""
        yield from (one.text(language) for one in self.repairs)
        found = self.audit.defects
        for index, one in enumerate(found):
            yield self._line(one, None if self.points is None else self.points[index], language)
        if language == "en":
            yield f"{self.areas} areas, {len(found)} defects."
        else:
            yield f"{self.areas} 个面，{len(found)} 处毛病。"

    def as_json(self) -> bytes:
        """Return the defects as JSON, geometry as GeoJSON in EPSG:4326."""
        rows = [
            row | {"geometry": None if shape is None else shapely.geometry.mapping(shape)}
            for row, shape in zip(self._rows(), self._lonlat(), strict=True)
        ]
        repaired = [one.as_dict() for one in self.repairs]
        return orjson.dumps({"areas": self.areas, "repaired": repaired, "defects": rows})

    def write(self, path: Path) -> None:
        """Write the defects as a vector file."""
        rows = [row | {"members": " ".join(row["members"])} for row in self._rows()]
        write_vector(geopandas.GeoDataFrame(rows, geometry=self._lonlat(), crs=LONLAT), path)

    def _lonlat(self) -> Shapes:
        return self.plane.to_lonlat(np.array([one.geometry for one in self.audit.defects], object))

    def _rows(self) -> list[dict[str, Any]]:
        """Return what is told of each defect, apart from its geometry."""
        rows = []
        for index, one in enumerate(self.audit.defects):
            row = one._asdict() | {"members": list(one.members)}
            del row["geometry"]
            if self.points is not None:
                row["points"] = self.points[index]
            rows.append(row)
        return rows

    def _line(self, one: Defect, points: int | None, language: str) -> str:
        zh, en = NAMES[one.kind]
        english = language == "en"
        words = [one.id, en if english else zh, f"{one.area_m2:,.4f} m²"]
        words.append(f"{'width' if english else '宽'} {one.width_m:,.4f} m")
        words.append((", " if english else "、").join(one.members))
        if points is not None:
            words.append(f"{points} points" if english else f"{points} 个点")
        return "  ".join(words)


def audit_file(given: Given, progress: Progress) -> FileAudit:
    """Audit the areas of a file as a coverage of those of another.

    `progress` is told the stage, and how much of how much of it is done.

    Raises
    ------
    NotFound, InvalidRequest
        If a file is missing, cannot be read, has no reference system or no such field, or
        holds something that is no polygon, or an invalid one that was not to be repaired.
    """
    progress("read", 0, 1)
    inner = read_areas(given.areas, given.code, repair=given.repair)
    plane = metric_of(inner.frame)
    areas, repairs = plane.from_frame(inner.frame), inner.repairs
    parents: Shapes = np.array([], object)
    parent_codes: list[str] = []
    if given.within is not None:
        outer = read_areas(given.within, None, repair=given.repair)
        parents, parent_codes = plane.from_frame(outer.frame), outer.codes
        repairs += outer.repairs
    belongs = parents_of(areas, parents) if len(parents) else None
    coverage = Coverage.of(areas, inner.codes, parents, parent_codes, belongs)
    found = audited(coverage, given.limits, progress)
    progress("points", 0, 1)
    counts = None
    if given.points is not None:
        points = plane.from_frame(read_vector(given.points))
        shapes = np.array([one.geometry for one in found.defects], object)
        counts = tuple(sums_inside(shapes, points, np.ones(len(points)))[0])
    progress("points", 1, 1)
    return FileAudit(found, len(areas), counts, plane, repairs)


def parents_of(areas: Shapes, parents: Shapes) -> list[int]:
    """Return the position of the parent that holds a point inside each area, else the first.

    Parents are told apart by position; one that lies in several goes to the first of them.
    """
    numbers = [f"{index:09d}" for index in range(len(parents))]
    inside = shapely.point_on_surface(areas)
    found = GridIndex(parents, numbers).assign(shapely.get_x(inside), shapely.get_y(inside))
    return [max(index, 0) for index in found.index.tolist()]
