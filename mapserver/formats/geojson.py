"""GeoJSON (RFC 7946): longitude before latitude, rings by the right-hand rule."""

from collections.abc import Mapping
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry


def geometry(shape: BaseGeometry | None) -> orjson.Fragment | None:
    """Return a geometry as GeoJSON text, None where there is none."""
    if shape is None or shape.is_empty:
        return None
    turned = shapely.orient_polygons(shape, exterior_cw=False)
    return orjson.Fragment(shapely.to_geojson(turned))


def feature(
    identifier: str, shape: BaseGeometry | None, properties: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """Return one Feature."""
    return {
        "type": "Feature",
        "id": identifier,
        "geometry": geometry(shape),
        "properties": properties,
        **more,
    }
