"""GeoJSON (RFC 7946): degrees, longitude first. What it says of its system is not followed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.formats.shapes_in.shape import Feature, text_of, together, within


def read(data: bytes) -> Iterator[Feature]:
    """Yield each feature."""
    whole = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    features = whole["features"] if whole.get("type") == "FeatureCollection" else [whole]
    for one in features:
        feature = one if one.get("type") == "Feature" else {"geometry": one}
        told: dict[str, Any] = feature.get("properties") or {}
        code, name = (text_of(told.get(field)) for field in ("code", "name"))
        yield Feature(code, name, _shape(feature.get("geometry")))


def _shape(geometry: Any) -> BaseGeometry | None:
    if geometry is None:
        return None
    try:
        return shapely.from_geojson(orjson.dumps(geometry))
    except shapely.errors.GEOSException:
        # it may have a ring that is open, or one of a single place
        return _areas(geometry)


def _areas(geometry: dict[str, Any]) -> BaseGeometry | None:
    told = geometry["coordinates"]
    areas = {"Polygon": [told], "MultiPolygon": told}[geometry["type"]]
    return together([within(_ring(shell), map(_ring, holes)) for shell, *holes in areas])


def _ring(told: list[list[float]]) -> np.ndarray:
    return np.array([place[:2] for place in told], np.float64).reshape(-1, 2)
