"""Areas and lines out of files of other programs: Shapefile, GeoPackage, GeoJSON, KML, GPX, DXF."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.errors import InvalidRequest
from mapserver.formats.shapes_in import dxf, geojson, gpkg, shapefile, xml
from mapserver.formats.shapes_in.shape import Area, Feature, area_and_lines

MOST_BYTES = 50_000_000
"""Of a file, and of what a zip unpacks to."""

MOST_SHAPES, MOST_CORNERS = 5_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Shapes:
    """The areas of a file, its lines that go round nothing, and how many are neither.

    An area whose rings enclose nothing is among the areas, and may be empty.
    """

    areas: tuple[Area, ...]
    lines: tuple[BaseGeometry, ...]
    others: int


def read_shapes(data: bytes, name: str) -> Shapes:
    """Return the areas and lines that a file holds, in degrees, longitude first.

    Parameters
    ----------
    data : bytes
    name : str
        What it is called; its ending says what it is read as.

    Raises
    ------
    InvalidRequest
        If it is another kind of file, is damaged, is not in degrees and does not say its
        reference system, or holds neither area nor line.
    """
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        raise InvalidRequest(
            "这不是能读的边界文件。可用 GeoJSON、GeoPackage、KML、GPX、DXF，"
            "Shapefile 要打成一个 zip。",
            "This is no boundary file that can be read. Take GeoJSON, GeoPackage, KML, GPX or DXF; "
            "zip the parts of a Shapefile together.",
        )
    areas: list[Area] = []
    lines: list[BaseGeometry] = []
    others = corners = 0
    try:
        for number, one in enumerate(read(data), 1):
            area, along = area_and_lines(one.shape)
            if area is not None:
                areas.append(Area(one.code, one.name, area, number))
            lines += along
            others += area is None and not along
            corners += int(shapely.get_num_coordinates(one.shape))
            _refuse_many(len(areas) + len(lines), corners)
    except InvalidRequest:
        raise
    except Exception as error:
        # SQLite, GEOS, the parsers and what unpacks each have errors of their own
        raise InvalidRequest(
            "文件坏了，或不是它的名字说的那种。在 QGIS 里打开看看，再存一次。",
            "The file is damaged, or no file of the kind that its name says. Open it in QGIS and "
            "save it again.",
        ) from error
    if not areas and not lines:
        raise InvalidRequest("文件里没有面，也没有线。", "The file holds no area and no line.")
    _refuse_projected([*(one.shape for one in areas), *lines])
    return Shapes(tuple(areas), tuple(lines), others)


def _gpkg(data: bytes) -> Iterator[Feature]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        path.write_bytes(data)
        yield from gpkg.read(path)


_READERS: dict[str, Callable[[bytes], Iterator[Feature]]] = {
    ".geojson": geojson.read,
    ".json": geojson.read,
    ".gpkg": _gpkg,
    ".zip": lambda data: shapefile.read(data, MOST_BYTES),
    ".kml": xml.kml,
    ".gpx": xml.gpx,
    ".dxf": dxf.read,
}


def _refuse_many(shapes: int, corners: int) -> None:
    if shapes > MOST_SHAPES or corners > MOST_CORNERS:
        raise InvalidRequest(
            f"文件里的图形太多：最多 {MOST_SHAPES:,} 个面和线、{MOST_CORNERS:,} 个角点。"
            "按村分开再试。",
            f"The file holds too much: {MOST_SHAPES:,} areas and lines and {MOST_CORNERS:,} "
            "corners are the most. Split it by village.",
        )


def _refuse_projected(found: list[BaseGeometry]) -> None:
    places = shapely.get_coordinates(found)
    if not np.isfinite(places).all() or (np.abs(places) > 360).any():
        raise InvalidRequest(
            "文件没有写明坐标系，坐标又不是经纬度。在 QGIS 里另存为 GeoPackage，选对坐标系。",
            "The file does not say its reference system, and its coordinates are no degrees. Save "
            "it in QGIS as a GeoPackage in the right one.",
        )
