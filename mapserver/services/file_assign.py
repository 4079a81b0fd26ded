"""Points of a file to the areas of another: no server and no store needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np

from mapserver.domain.assign import Assignment, assign
from mapserver.errors import Conflict
from mapserver.formats.vector_files import codes_of, read_vector, write_vector

FIELD = "code"
"""What the area of a point is called in the file that is written."""


@dataclass(frozen=True, slots=True)
class FileAssignment:
    """The points of a file with the code of their area, and how they were found."""

    points: geopandas.GeoDataFrame
    found: Assignment

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """All points, those in no area, those on a shared edge, those without coordinates."""
        found = self.found
        outside, edge, unplaced = found.unassigned.sum(), found.edge.sum(), found.unplaced.sum()
        return len(found.index), int(outside), int(edge), int(unplaced)

    def lines(self, language: str) -> Iterable[str]:
        """Yield a sentence on the whole."""
        total, outside, edge, unplaced = self.counts
        assigned = total - outside - unplaced
        if language == "en":
            yield (
                f"{total:,} points: {assigned:,} assigned ({edge:,} of them by an edge, to the "
                f"lowest code), {outside:,} in no area, {unplaced:,} without coordinates."
            )
        else:
            yield (
                f"{total:,} 个点：{assigned:,} 个有归属"
                f"（其中 {edge:,} 个在公共边上，归代码最小的），"
                f"{outside:,} 个不在任何面里，{unplaced:,} 个没有坐标。"
            )

    def write(self, path: Path) -> None:
        """Write the points with the field `code`, empty where no area covers."""
        write_vector(self.points.assign(**{FIELD: self.found.code_list()}), path)


def assign_file(points: Path, areas: Path, field: str) -> FileAssignment:
    """Assign the points of a file to the areas of another, in the areas' reference system.

    Points in another system are brought to the areas' first. Whatever is no point counts as
    without coordinates, and is reported, never guessed.

    Raises
    ------
    NotFound, InvalidRequest
        If a file is missing, cannot be read, has no reference system or no such field, or
        the areas hold something that is no polygon.
    Conflict
        If the points have a field `code` of their own.
    """
    given, around = read_vector(points), read_vector(areas)
    codes = codes_of(around, areas, field)
    if FIELD in given.columns:
        raise Conflict(
            f"{points} 已有字段「{FIELD}」，写出时会被盖掉。先把它改名。",
            f"{points} has a field “{FIELD}” of its own, which would be overwritten. Rename it.",
        )
    moved = given if given.crs == around.crs else given.to_crs(around.crs)
    found = assign(
        np.asarray(moved.geometry.array, object), np.asarray(around.geometry.array, object), codes
    )
    return FileAssignment(given, found)
