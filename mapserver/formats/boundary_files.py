"""Boundaries as files for other programs: GeoJSON, GeoPackage, Shapefile, KML, DXF, GPX.

All are EPSG:4490 or, where the format knows WGS 84 alone (KML, GeoJSON, GPX), the same degrees: the
two differ by some centimetres.
"""

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.crs import GEOGRAPHIC


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its ending, what GDAL calls it, and its media type."""

    ending: str
    driver: str
    media_type: str
    crs: str = GEOGRAPHIC


KINDS = {
    "geojson": Kind(".geojson", "GeoJSON", "application/geo+json", "EPSG:4326"),
    "gpkg": Kind(".gpkg", "GPKG", "application/geopackage+sqlite3"),
    "shp": Kind(".shp", "ESRI Shapefile", "application/zip"),
    "kml": Kind(".kml", "LIBKML", "application/vnd.google-earth.kml+xml", "EPSG:4326"),
    "dxf": Kind(".dxf", "DXF", "image/vnd.dxf"),
    "gpx": Kind(".gpx", "GPX", "application/gpx+xml", "EPSG:4326"),
}
_OPTIONS = {
    "geojson": {"RFC7946": "YES", "COORDINATE_PRECISION": "12"},
    "shp": {"ENCODING": "UTF-8"},
    "gpx": {"layer": "tracks"},
}


def written(
    rows: Sequence[Mapping[str, Any]], shapes: Sequence[BaseGeometry], kind: str, name: str
) -> bytes:
    """Return areas in degrees of EPSG:4490 as a file; a Shapefile's files come as one zip.

    Parameters
    ----------
    rows : sequence of mapping, length n
        Fields, `code` and `name` among them. A DXF and a GPX keep the outlines alone: each on a
        layer that is called by its code, or as a track with its name, to be walked along, and its
        code as the description.
    shapes : sequence of Polygon or MultiPolygon, length n
    kind : str
        One of `KINDS`.
    name : str
        What the file, and the layer in it, is called; without an ending.
    """
    # only here: a server that writes no file is spared its memory and a second of its start
    import geopandas  # noqa: PLC0415

    one = KINDS[kind]
    told = geopandas.GeoDataFrame(list(rows), geometry=list(shapes), crs=one.crs)
    if kind == "dxf":
        told = geopandas.GeoDataFrame({"Layer": told["code"]}, geometry=told.boundary)
    if kind == "gpx":
        told = geopandas.GeoDataFrame(
            {"name": told["name"], "desc": told["code"]},
            geometry=_tracks(told.geometry.array),
            crs=one.crs,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{one.ending}"
        told.to_file(path, driver=one.driver, engine="pyogrio", **_OPTIONS.get(kind, {}))
        if kind != "shp":
            return path.read_bytes()
        return _zipped(Path(folder))


def _tracks(shapes: Any) -> list[Any]:
    """Return the rings of each area as one track of several segments."""
    return [shapely.multilinestrings(shapely.get_parts(one.boundary)) for one in shapes]


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()
