"""KML (OGC 12-007r2) and GPX 1.1: placemarks, walks and routes."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.formats.areas_in.area import Area, round_of, text_of, together


def kml(data: bytes) -> Iterator[Area | None]:
    """Yield each placemark's area, None for one that is none."""
    for placemark in _root(data).iterfind(".//{*}Placemark"):
        polygons = [_polygon(one) for one in placemark.iterfind(".//{*}Polygon")]
        areas: list[BaseGeometry] = [one for one in polygons if one is not None]
        lines = [round_of(_places(one)) for one in placemark.iterfind(".//{*}LineString")]
        areas += [one for one in lines if one is not None]
        shape = together(areas)
        yield None if shape is None else Area(None, _called(placemark), shape)


def gpx(data: bytes) -> Iterator[Area | None]:
    """Yield what each walk and each route goes round, None for one that is open."""
    root = _root(data)
    for kind, point in (("trk", "trkpt"), ("rte", "rtept")):
        for way in root.iterfind(f".//{{*}}{kind}"):
            told = [at.attrib for at in way.iterfind(f".//{{*}}{point}")]
            shape = round_of([(float(at["lon"]), float(at["lat"])) for at in told])
            yield None if shape is None else Area(None, _called(way), shape)


def _root(data: bytes) -> ET.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("a document type")
    return ET.fromstring(data)  # noqa: S314 (no entities are declared)


def _called(of: ET.Element) -> str | None:
    return text_of(of.findtext("{*}name"))


def _polygon(of: ET.Element) -> BaseGeometry | None:
    rings = {
        side: [_places(ring) for ring in of.findall(f"{{*}}{side}/{{*}}LinearRing")]
        for side in ("outerBoundaryIs", "innerBoundaryIs")
    }
    shells = rings["outerBoundaryIs"]
    return shapely.Polygon(shells[0], rings["innerBoundaryIs"]) if shells else None


def _places(of: ET.Element) -> np.ndarray:
    told = (of.findtext("{*}coordinates") or "").split()
    return np.array([one.split(",")[:2] for one in told], np.float64).reshape(-1, 2)
