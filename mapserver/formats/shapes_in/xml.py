"""KML (OGC 12-007r2) and GPX 1.1: placemarks, walks and routes."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
from shapely.geometry.base import BaseGeometry

from mapserver.formats.shapes_in.shape import Feature, line, round_of, text_of, together, within


def kml(data: bytes) -> Iterator[Feature]:
    """Yield the areas and lines of each placemark, together."""
    for placemark in _root(data).iterfind(".//{*}Placemark"):
        polygons = [_polygon(one) for one in placemark.iterfind(".//{*}Polygon")]
        lines = [line(_places(one)) for one in placemark.iterfind(".//{*}LineString")]
        yield Feature(_code(placemark), _called(placemark), together([*polygons, *lines]))


def gpx(data: bytes) -> Iterator[Feature]:
    """Yield each walk and each route.

    A walk has a segment for each time that it was taken up again. Where it goes round as a whole,
    and no segment does by itself, it is one line; else each segment is: nobody walked between them.
    """
    root = _root(data)
    for way in root.iterfind(".//{*}trk"):
        segments = [_fixes(one, "trkpt") for one in way.iterfind("{*}trkseg")]
        whole = line([place for one in segments for place in one])
        apart = [line(one) for one in segments]
        if round_of(whole) is not None and all(round_of(one) is None for one in apart):
            apart = [whole]
        for one in apart:
            yield Feature(None, _called(way), one)
    for way in root.iterfind(".//{*}rte"):
        yield Feature(None, _called(way), line(_fixes(way, "rtept")))


def _fixes(of: ET.Element, point: str) -> list[tuple[float, float]]:
    return [
        (float(at.attrib["lon"]), float(at.attrib["lat"])) for at in of.iterfind(f"{{*}}{point}")
    ]


def _root(data: bytes) -> ET.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("a document type")
    return ET.fromstring(data)  # noqa: S314 (no entities are declared)


def _called(of: ET.Element) -> str | None:
    return text_of(of.findtext("{*}name"))


def _code(of: ET.Element) -> str | None:
    """Return the `code` that a placemark's ExtendedData holds, as Data or by a schema."""
    told = [
        *((one, one.findtext("{*}value")) for one in of.iterfind("{*}ExtendedData/{*}Data")),
        *((one, one.text) for one in of.iterfind("{*}ExtendedData/{*}SchemaData/{*}SimpleData")),
    ]
    found = (text_of(text) for one, text in told if one.get("name", "").lower() == "code")
    return next((code for code in found if code), None)


def _polygon(of: ET.Element) -> BaseGeometry | None:
    rings = {
        side: [_places(ring) for ring in of.findall(f"{{*}}{side}/{{*}}LinearRing")]
        for side in ("outerBoundaryIs", "innerBoundaryIs")
    }
    shells = rings["outerBoundaryIs"]
    return within(shells[0], rings["innerBoundaryIs"]) if shells else None


def _places(of: ET.Element) -> np.ndarray:
    told = (of.findtext("{*}coordinates") or "").split()
    return np.array([one.split(",")[:2] for one in told], np.float64).reshape(-1, 2)
