"""What may be an area: a polygon, several, or nothing yet."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from mapserver.errors import InvalidRequest


def not_polygonal(shapes: NDArray[np.object_]) -> list[int]:
    """Return the positions of shapes that are no area; a missing one may become one."""
    kind = shapely.get_type_id(shapes)
    areal = (kind == shapely.GeometryType.POLYGON) | (kind == shapely.GeometryType.MULTIPOLYGON)
    wrong: list[int] = np.flatnonzero(~areal & (kind != shapely.GeometryType.MISSING)).tolist()
    return wrong


def polygonal(areas: ArrayLike, codes: Sequence[str]) -> NDArray[np.object_]:
    """Return the areas as an array.

    Raises
    ------
    ValueError
        If there are not as many areas as codes.
    InvalidRequest
        If one is no polygon: which, and what it is.
    """
    shapes = np.asarray(areas, object)
    if len(shapes) != len(codes):
        raise ValueError(f"{len(codes)} codes for {len(shapes)} areas")
    for index in not_polygonal(shapes):
        kind = shapes[index].geom_type
        raise InvalidRequest(
            f"{codes[index]} 是 {kind}，不是面。请换成面（Polygon）图层再试。",
            f"{codes[index]} is a {kind}, not a polygon. Pass a layer of polygons.",
            area=codes[index],
            kind=kind,
        )
    return shapes


def refuse_invalid(areas: NDArray[np.object_], codes: Sequence[str]) -> None:
    """Refuse areas whose rings cross themselves or each other.

    Raises
    ------
    InvalidRequest
        If there is one: which, why and where.
    """
    for index in np.flatnonzero(~shapely.is_valid(areas) & ~shapely.is_missing(areas)).tolist():
        reason = str(shapely.is_valid_reason(areas[index]))
        raise InvalidRequest(
            f"{codes[index]} 的边界自相交或不合规（{reason}）。先改好这条边界再检查。",
            f"The boundary of {codes[index]} is invalid ({reason}). Mend it, then audit again.",
            area=codes[index],
            reason=reason,
        )
