"""Points of a file to the areas of another: no server and no store needed.

The points are read, assigned and written a batch at a time, so that ten million of them
take no more memory than one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from mapserver.domain.assign import Assignment, GridIndex
from mapserver.errors import Conflict, InvalidRequest
from mapserver.formats.point_columns import Points
from mapserver.formats.point_file import PointFile
from mapserver.formats.point_stream import batches_of, open_points, write_points
from mapserver.formats.vector_checks import file_and_layer, known_ending, refuse_loss
from mapserver.services.file_areas import FileAreas, Repair, read_areas

FIELD = "code"
"""What the area of a point is called in the file that is written."""

_CODE = pa.field(FIELD, pa.string())
Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

_NAMED = 10
"""How many rows without coordinates, or areas without shape, are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Given:
    """The files of an assignment, the field of the areas' code, and whether to repair them."""

    points: Path
    areas: Path
    field: str
    out: Path
    repair: bool = False


@dataclass(slots=True)
class FileAssignment:
    """How the points of a file were found, counted.

    Attributes
    ----------
    repairs : sequence of Repair
    shapeless : sequence of str
        Codes of areas that have no shape, and so cover nothing.
    changed : sequence of str
        What had to be changed for the kind of file that was written, as GDAL says it.
    """

    repairs: Sequence[Repair] = ()
    shapeless: Sequence[str] = ()
    changed: Sequence[str] = ()
    total: int = 0
    outside: int = 0
    edge: int = 0
    unplaced: int = 0
    unplaced_rows: list[int] = field(default_factory=list)

    def count(self, found: Assignment) -> None:
        """Take in the next points of the file."""
        missing = np.flatnonzero(found.unplaced)
        rows = missing[: _NAMED - len(self.unplaced_rows)] + self.total + 1
        self.unplaced_rows += rows.tolist()
        self.total += len(found.index)
        self.outside += int(found.unassigned.sum())
        self.edge += int(found.edge.sum())
        self.unplaced += len(missing)

    def lines(self, language: str) -> Iterable[str]:
        """Yield a sentence for each repair, one on the whole, and one on what has no place."""
        yield from self.changed
        yield from (one.text(language) for one in self.repairs)
        if self.shapeless:
            zh, en = "没有图形、什么也盖不住的面：", "Areas without a shape, which cover nothing: "
            yield (en if language == "en" else zh) + _some(self.shapeless, len(self.shapeless))
        assigned = self.total - self.outside - self.unplaced
        rows = _some(self.unplaced_rows, self.unplaced)
        if language == "en":
            yield (
                f"{self.total:,} points: {assigned:,} assigned ({self.edge:,} of them by an edge, "
                f"to the lowest code), {self.outside:,} in no area, {self.unplaced:,} without "
                "coordinates."
            )
            if rows:
                yield f"Without coordinates: rows {rows}."
        else:
            yield (
                f"{self.total:,} 个点：{assigned:,} 个有归属"
                f"（其中 {self.edge:,} 个在公共边上，归代码最小的），"
                f"{self.outside:,} 个不在任何面里，{self.unplaced:,} 个没有坐标。"
            )
            if rows:
                yield f"没有坐标的：第 {rows} 行。"


def _some(named: Sequence[object], count: int) -> str:
    """Return the first of `count` things."""
    first = ", ".join(map(str, named[:_NAMED]))
    return f"{first}, ..." if count > _NAMED else first


def assign_file(given: Given, progress: Progress = lambda done, total: None) -> FileAssignment:
    """Assign the points of a file to the areas of another, in the areas' reference system.

    Points in another system are brought to the areas' first. A missing or empty point, or one
    that is not finite, is counted and named by its row.

    Raises
    ------
    NotFound, InvalidRequest
        If a file is missing, empty, cannot be read or written, has no reference system or no
        such field, the points hold something that is no point, or the areas something that
        is no polygon or an invalid one.
    Conflict
        If the points have a field `code` of their own, or would be overwritten.
    """
    known_ending(given.out)
    refuse_loss(given.out)
    source = open_points(given.points)
    _refuse_clashes(source, given)
    areas = read_areas(given.areas, given.field, repair=given.repair)
    _refuse_missing_codes(areas, given)
    found = FileAssignment(areas.repairs, areas.shapeless)
    batches = _assigned(source, areas, given.field, found, progress)
    found.changed = write_points(source, _CODE, batches, given.out)
    return found


def _assigned(
    source: PointFile,
    areas: FileAreas,
    code: str,
    found: FileAssignment,
    progress: Progress,
) -> Iterator[pa.RecordBatch]:
    """Yield the points' batches with their codes."""
    index = GridIndex(areas.shapes, _ranks(areas, code))
    codes = pa.array(areas.codes, pa.string())
    transformer = _between(source.crs, CRS(areas.frame.crs))
    schema = source.schema.append(_CODE)
    for batch, points in _only_points(source):
        x, y = _moved(points, transformer)
        one = index.assign(x, y)
        found.count(one)
        progress(found.total, source.rows)
        picked = codes.take(pa.array(one.index, mask=one.index < 0))
        yield pa.RecordBatch.from_arrays([*batch.columns, picked], schema=schema)


def _ranks(areas: FileAreas, code: str) -> list[str]:
    """Return one text per area, in the order of the codes: numbers as numbers, else as text."""
    values = areas.frame[code]
    keys = (
        values.to_numpy()
        if values.dtype.kind in "iuf"
        else np.array(areas.codes, object).astype(str)
    )
    _, rank = np.unique(keys, return_inverse=True)
    return [f"{one:09d}" for one in rank.tolist()]


def _between(points: CRS, areas: CRS) -> Transformer | None:
    if points.equals(areas, ignore_axis_order=True):
        return None
    return Transformer.from_crs(points, areas, always_xy=True)


def _moved(points: Points, transformer: Transformer | None) -> tuple[Floats, Floats]:
    if transformer is None:
        return points.x, points.y
    x, y = transformer.transform(points.x, points.y)
    return x, y


def _only_points(source: PointFile) -> Iterator[tuple[pa.RecordBatch, Points]]:
    """Yield the batches; at the first that is no point, go on only to count, then refuse."""
    row = wrong = first = 0
    kind = ""
    for batch, points in batches_of(source):
        if len(points.others) and not wrong:
            first, kind = row + int(points.others[0]) + 1, points.kind
        wrong += len(points.others)
        row += len(batch)
        if not wrong:
            yield batch, points
    if wrong:
        raise InvalidRequest(
            f"{source.path} 里有 {wrong:,} 个图形不是点，第一个在第 {first} 行（{kind}）。"
            "换成只有点的图层；多点先在 QGIS 里拆成单点。",
            f"{source.path} holds {wrong:,} shapes that are no points, the first in row {first} "
            f"({kind}). Pass a layer of points only; split multipoints in QGIS first.",
            count=wrong,
            row=first,
            kind=kind,
        )


def _refuse_clashes(source: PointFile, given: Given) -> None:
    """Refuse what would be overwritten: a field `code` of the points, or a file that is read."""
    if FIELD in (name.casefold() for name in source.schema.names):
        raise Conflict(
            f"{given.points} 已有字段「{FIELD}」，写出时会被盖掉。先把它改名。",
            f"{given.points} has a field “{FIELD}” of its own, which would be overwritten. "
            "Rename it.",
        )
    for path in (given.points, given.areas):
        file, _ = file_and_layer(path)
        if given.out.exists() and given.out.samefile(file):
            raise Conflict(
                f"{given.out} 正是要读的文件，会被盖掉。换个名字写出。",
                f"{given.out} is a file that is read, and would be overwritten. "
                "Choose another name.",
            )


def _refuse_missing_codes(areas: FileAreas, given: Given) -> None:
    missing = np.flatnonzero(areas.frame[given.field].isna())
    if len(missing):
        row = int(missing[0]) + 1
        raise InvalidRequest(
            f"{given.areas} 里有 {len(missing):,} 个面没有写「{given.field}」，"
            f"第一个是第 {row} 个。先填好。",
            f"{given.areas} holds {len(missing):,} areas without “{given.field}”, the first is "
            f"number {row}. Fill it in first.",
            count=len(missing),
            row=row,
        )
