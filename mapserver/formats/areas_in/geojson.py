"""GeoJSON (RFC 7946): degrees, longitude first. What it says of its system is not followed."""

from collections.abc import Iterator
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.formats.areas_in.area import Area, as_area, text_of


def read(data: bytes) -> Iterator[Area | None]:
    """Yield each shape's area, None for a shape that is none."""
    whole = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    features = whole["features"] if whole.get("type") == "FeatureCollection" else [whole]
    for one in features:
        feature = one if one.get("type") == "Feature" else {"geometry": one}
        shape = as_area(_shape(feature.get("geometry")))
        told: dict[str, Any] = feature.get("properties") or {}
        code, name = (text_of(told.get(field)) for field in ("code", "name"))
        yield None if shape is None else Area(code, name, shape)


def _shape(geometry: Any) -> BaseGeometry | None:
    return None if geometry is None else shapely.from_geojson(orjson.dumps(geometry))
