"""Boundaries as files for other programs: GeoJSON, GeoPackage, Shapefile, KML, DXF.

All are EPSG:4490 or, where the format knows WGS 84 alone (KML, GeoJSON), the same degrees: the
two differ by some centimetres.
"""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas

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
}
_OPTIONS = {
    "geojson": {"RFC7946": "YES", "COORDINATE_PRECISION": "12"},
    "shp": {"ENCODING": "UTF-8"},
}


def written(frame: geopandas.GeoDataFrame, kind: str, name: str) -> bytes:
    """Return a frame in degrees of EPSG:4490 as a file; a Shapefile's files come as one zip.

    Parameters
    ----------
    frame : GeoDataFrame
        With fields `code` and `name`; a DXF keeps the outlines alone, each on a layer that is
        called by its code.
    kind : str
        One of `KINDS`.
    name : str
        What the file, and the layer in it, is called; without an ending.
    """
    one = KINDS[kind]
    told = frame if one.crs == GEOGRAPHIC else frame.set_crs(one.crs, allow_override=True)
    if kind == "dxf":
        told = geopandas.GeoDataFrame(
            {"Layer": frame["code"]}, geometry=frame.geometry.boundary, crs=None
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{one.ending}"
        told.to_file(path, driver=one.driver, engine="pyogrio", **_OPTIONS.get(kind, {}))
        if kind != "shp":
            return path.read_bytes()
        return _zipped(Path(folder))


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()
