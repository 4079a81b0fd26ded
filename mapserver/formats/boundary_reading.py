"""Areas out of files that other programs wrote: Shapefile, GeoPackage, GeoJSON, KML, GPX, DXF.

What a file is called and how it begins must agree: GDAL itself goes by what is inside, and reads
files that only point to others. A Shapefile comes as a zip of its parts. Lines that end where they
begin count as areas, because a walk (GPX) and a drawing (DXF) have no other.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.crs import GEOGRAPHIC
from mapserver.errors import InvalidRequest

ENDINGS = (".geojson", ".json", ".gpkg", ".zip", ".kml", ".gpx", ".dxf")
MOST_BYTES = 50_000_000
"""Of a file, and of what a zip unpacks to."""

_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CODES, _NAMES = ("code", "CODE", "Layer"), ("name", "NAME", "Name")
_CLOSED_M_DEG = 3e-4
"""A line whose ends are so near, some 30 m, goes round."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a file, in degrees, longitude first; code and name as far as it has them."""

    code: str | None
    name: str | None
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of a file, and how many of its other shapes are none."""

    areas: tuple[Area, ...]
    others: int


def read_areas(data: bytes, name: str) -> Areas:
    """Return the areas that a file holds.

    Parameters
    ----------
    data : bytes
    name : str
        What it is called; only its ending counts.

    Raises
    ------
    InvalidRequest
        If it is another kind of file, is damaged, does not say its reference system, or holds no
        area.
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS or not _BEGINS[ending](data):
        raise InvalidRequest(
            "这不是能读的边界文件。可用 GeoJSON、GeoPackage、KML、GPX、DXF，"
            "Shapefile 要打成一个 zip。",
            "This is no boundary file that can be read. Take GeoJSON, GeoPackage, KML, GPX or DXF; "
            "zip the parts of a Shapefile together.",
        )
    with tempfile.TemporaryDirectory() as folder:
        path = _laid_down(data, ending, Path(folder))
        found, others = _read(path)
    if not found:
        raise InvalidRequest(
            "文件里没有面，也没有首尾相接的线。",
            "The file holds no area, and no line that ends where it begins.",
        )
    return Areas(tuple(found), others)


def _is_xml(root: bytes) -> Callable[[bytes], bool]:
    def begins(data: bytes) -> bool:
        head = data[:4000]
        return root in head and b"<!" not in head.replace(b"<!--", b"")

    return begins


_BEGINS: dict[str, Callable[[bytes], bool]] = {
    ".geojson": lambda data: data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"),
    ".json": lambda data: data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"),
    ".gpkg": lambda data: data.startswith(b"SQLite format 3\0"),
    ".zip": lambda data: data.startswith(b"PK\3\4"),
    ".kml": _is_xml(b"<kml"),
    ".gpx": _is_xml(b"<gpx"),
    ".dxf": lambda data: b"SECTION" in data[:4000] and not data.lstrip().startswith(b"<"),
}


def _laid_down(data: bytes, ending: str, folder: Path) -> Path:
    """Write the file into an empty folder and return what GDAL is to open."""
    if ending != ".zip":
        path = folder / f"areas{ending}"
        path.write_bytes(data)
        return path
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [one for one in archive.infolist() if _ending(one) in _SHAPEFILE]
            shapes = [one for one in parts if _ending(one) == ".shp"]
            if len(shapes) != 1 or sum(one.file_size for one in parts) > MOST_BYTES:
                raise InvalidRequest(
                    "压缩包里要有一个 Shapefile（.shp、.shx、.dbf、.prj），解压后不超过 50 MB。",
                    "The zip must hold one Shapefile (.shp, .shx, .dbf, .prj) of 50 MB at most.",
                )
            stem = Path(shapes[0].filename).stem
            for one in parts:
                if Path(one.filename).stem == stem:
                    # whatever it is called, it lies in this folder
                    (folder / f"areas{_ending(one)}").write_bytes(archive.read(one))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _damaged() from error
    return folder / "areas.shp"


def _ending(one: zipfile.ZipInfo) -> str:
    return Path(one.filename).suffix.lower()


def _read(path: Path) -> tuple[list[Area], int]:
    # only here: a server that reads no file is spared its memory and a second of its start
    import geopandas  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    found: list[Area] = []
    others = 0
    try:
        for layer, kind in pyogrio.list_layers(path):
            if kind is None or (path.suffix == ".gpx" and "Point" in kind):
                continue  # a walk's line is one of its layers, the places it is made of others
            frame = geopandas.read_file(path, layer=layer, engine="pyogrio")
            shapes = _in_degrees(frame)
            shaped = [_area(shape) for shape in shapes.tolist()]
            others += sum(one is None for one in shaped)
            codes, names = (_column(frame, wanted) for wanted in (_CODES, _NAMES))
            found += [
                Area(code, called, shape)
                for code, called, shape in zip(codes, names, shaped, strict=True)
                if shape is not None
            ]
    except InvalidRequest:
        raise
    except Exception as error:
        # GDAL, GEOS, pyproj and geopandas each have errors of their own
        raise _damaged() from error
    return found, others


def _in_degrees(frame: Any) -> NDArray[np.object_]:
    """Return the shapes of a layer in degrees; a datum's own degrees stay as they are."""
    if frame.crs is not None and not frame.crs.is_geographic:
        frame = frame.to_crs(GEOGRAPHIC)
    shapes: NDArray[np.object_] = shapely.force_2d(np.asarray(frame.geometry.array, object))
    places = shapely.get_coordinates(shapes)
    if frame.crs is None and len(places) and (np.abs(places) > (360, 90)).any():
        raise InvalidRequest(
            "文件没有写明坐标系，坐标又不是经纬度。在 QGIS 里另存为 GeoPackage，选对坐标系。",
            "The file does not say its reference system, and its coordinates are no degrees. Save "
            "it in QGIS as a GeoPackage in the right one.",
        )
    return shapes


def _area(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return a shape as an area; None where it is none."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    if shape.geom_type == "GeometryCollection":
        parts = shapely.get_parts(shape)
        areal = parts[shapely.get_dimensions(parts) == 2]
        return shapely.union_all(areal) if len(areal) else None
    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    if shape.geom_type == "LineString" and len(shape.coords) > 3:
        xy = shapely.get_coordinates(shape)
        if np.hypot(*(xy[0] - xy[-1])) <= _CLOSED_M_DEG:
            return shapely.Polygon(xy)
    return None


def _column(frame: Any, wanted: tuple[str, ...]) -> list[str | None]:
    """Return the values of the first column that is called as wanted, as text."""
    name = next((one for one in wanted if one in frame.columns), None)
    if name is None:
        return [None] * len(frame)
    return [_text(value) for value in frame[name].tolist()]


def _text(value: Any) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 - not a number is not itself
        return None
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return str(whole).strip() or None


def _damaged() -> InvalidRequest:
    return InvalidRequest(
        "文件坏了，或不是它的名字说的那种。在 QGIS 里打开看看，再存一次。",
        "The file is damaged, or no file of the kind that its name says. Open it in QGIS and save "
        "it again.",
    )
