"""GeoJSON (RFC 7946): degrees, longitude first. What it says of its system is not followed."""

from collections.abc import Iterator
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.formats.shapes_in.shape import Feature, text_of


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
    return None if geometry is None else shapely.from_geojson(orjson.dumps(geometry))
