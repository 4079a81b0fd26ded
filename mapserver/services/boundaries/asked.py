"""Acts as they come over the wire and are kept: plain JSON in EPSG:4490 degrees."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary import Act
from mapserver.domain.boundary.fitting import TOUCH_DEG, fitted
from mapserver.domain.boundary.plane import Plane, degrees_of
from mapserver.domain.boundary.version import At
from mapserver.domain.polygons import invalid_areas
from mapserver.errors import ActRefused
from mapserver.services.boundaries.ground import Ground

MOST_ACTS = 500
LONGEST_NAME = 50
"""Characters of a grid's name."""
MOST_VERTICES = 20_000
"""Of one shape; a grid of a town has some hundred."""

_CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east and north of where a grid can be, in degrees."""


def act_of(told: Mapping[str, Any], on: Ground) -> Act:
    """Return an act that was told in degrees, in metres of the plane it is drawn on.

    Parameters
    ----------
    told : mapping
        As `with_codes` returns it.

    Raises
    ------
    ActRefused
        If what was drawn is no sound shape, or its coordinates are none of this country: why,
        and where.
    """
    plane, shape = on.plane, told.get("shape")
    drawn = None if shape is None else _shape(shape)
    return Act(
        kind=told["kind"],
        grids=tuple(told.get("grids", ())),
        shape=None if drawn is None else plane.to_metric([drawn])[0],
        at=_metric(plane, told.get("at")),
        to=_metric(plane, told.get("to")),
        reach_m=float(told.get("reach_m", 0.0)),
        snap_m=float(told.get("snap_m", 0.0)),
        codes=tuple(told.get("codes", ())),
        parts=_parts(told.get("parts", {}), on),
    )


def acts_of(told: Sequence[Mapping[str, Any]], on: Ground, start: int = 0) -> list[Act]:
    """Return acts that were told in degrees, from one on; which is at fault stands in `act`."""
    if len(told) > MOST_ACTS:
        raise ActRefused(
            f"一份草稿最多 {MOST_ACTS} 步。先提交这一份，再接着画。",
            f"A draft has at most {MOST_ACTS} acts. Submit it, then draw on.",
        )
    acts = []
    for index, one in enumerate(told[start:], start):
        try:
            acts.append(act_of(one, on))
        except ActRefused as refused:
            raise placed(refused, act=index) from refused
    return acts


def lines_of(told: Sequence[Mapping[str, Any]], plane: Plane) -> list[BaseGeometry]:
    """Return lines that were told in degrees, in metres of a plane.

    Raises
    ------
    ActRefused
        If one is no line, its coordinates are none of this country, or there is too much of them.
    """
    shapes = [_shape(one) for one in told]
    if any(one.geom_type != "LineString" for one in shapes):
        raise ActRefused("要跟着走的不是线。", "What is to be followed is no line.")
    if not shapes:
        return []
    _refuse_count(int(shapely.get_num_coordinates(shapes).sum()))
    metres: list[BaseGeometry] = plane.to_metric(np.array(shapes, object)).tolist()
    return metres


def loading(parts: Mapping[str, BaseGeometry], **more: Any) -> dict[str, Any]:
    """Return an act that has these grids, in degrees, in place of all that there are."""
    shapes = {code: shapely.geometry.mapping(one) for code, one in parts.items()}
    return {"kind": "load", "parts": shapes, **more}


def with_codes(told: Iterable[Mapping[str, Any]], done: Iterable[Act]) -> list[dict[str, Any]]:
    """Return acts as they were told, with the grids and the codes that they have now."""
    return [
        {**_renamed(one, act), "grids": list(act.grids), "codes": list(act.codes)}
        for one, act in zip(told, done, strict=False)
    ]


def _renamed(told: Mapping[str, Any], act: Act) -> dict[str, Any]:
    """Return an act whose parts go by the codes that it gives now."""
    called = dict(zip(told.get("codes", ()), act.codes, strict=False))
    by_code = {name: told[name] for name in ("parts", "names", "kinds") if name in told}
    return dict(told) | {
        name: {called.get(code, code): one for code, one in values.items()}
        for name, values in by_code.items()
    }


def in_order(told: Sequence[Mapping[str, Any]]) -> bytes:
    """Return acts as they were told, the same for all that say the same."""
    return orjson.dumps(list(told), option=orjson.OPT_SORT_KEYS)


def placed(refused: ActRefused, **details: Any) -> ActRefused:
    """Return a refusal with further details."""
    return ActRefused(refused.zh, refused.en, **{**refused.details, **details})


def in_degrees(refused: ActRefused, plane: Plane) -> ActRefused:
    """Return a refusal whose place is told in degrees."""
    at = refused.details.get("at")
    if not isinstance(at, list):
        return refused
    return placed(refused, at=degrees_of(plane, (at[0], at[1])).tolist())


def _shape(told: Mapping[str, Any]) -> BaseGeometry:
    try:
        shape = shapely.from_geojson(orjson.dumps(told))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise ActRefused(
            "画的形状读不懂：每一圈至少三个角点，首尾要相同。",
            "The shape cannot be read: each ring has three corners at least and ends where it "
            "begins.",
        ) from error
    if shape.is_empty:
        raise ActRefused("画的形状是空的。", "The shape is empty.")
    places = shapely.get_coordinates(shape)
    _refuse_count(len(places))
    refuse_places(places)
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        for fault in invalid_areas(np.array([shape], object), ["shape"]):
            raise ActRefused(
                f"画的形状不行：{fault.zh}。",
                f"The shape will not do: {fault.en}.",
                at=None if fault.where is None else list(fault.where),
            )
    return shape


def _refuse_count(vertices: int) -> None:
    if vertices > MOST_VERTICES:
        raise ActRefused(
            f"画的形状有 {vertices:,} 个角点，最多 {MOST_VERTICES:,} 个。先把它简化。",
            f"The shape has {vertices:,} corners; {MOST_VERTICES:,} are the most. Simplify it "
            "first.",
        )


def refuse_places(places: np.ndarray) -> None:
    """Refuse coordinates that are none of this country, and say where they are turned round.

    Parameters
    ----------
    places : ndarray of float64, shape (n, 2), degrees

    Raises
    ------
    ActRefused
    """
    west, south, east, north = _CHINA

    def inside(lon: np.ndarray, lat: np.ndarray) -> bool:
        return bool(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all())

    if inside(*places.T):
        return
    if inside(*places.T[::-1]):
        raise ActRefused(
            "经度和纬度写反了。要先写经度，再写纬度。",
            "Longitude and latitude are the wrong way round. Write longitude first.",
        )
    raise ActRefused(
        "坐标不在国内。要用 CGCS2000 经纬度，先经度后纬度。",
        "The coordinates are not in China. Give CGCS2000 longitude and latitude, in degrees.",
    )


def _parts(told: Mapping[str, Any], on: Ground) -> dict[str, BaseGeometry]:
    """Return whole grids, which meet on the plane wherever they do in degrees."""
    if not told:
        return {}
    shapes = [_shape(one) for one in told.values()]
    for code, one in zip(told, shapes, strict=True):
        if one.geom_type == "LineString":
            raise ActRefused(f"网格 {code} 不是面。", f"Grid {code} is no area.", grid=code)
    *fit, _ = fitted(np.array([*shapes, on.outline], object), TOUCH_DEG)
    degrees = np.array(fit, object)
    metres = on.line.to_metres(degrees, on.plane.to_metric(degrees))
    return dict(zip(told, metres.tolist(), strict=True))


def _metric(plane: Plane, at: At | None) -> At | None:
    if at is None:
        return None
    refuse_places(np.array([at], np.float64))
    ((x, y),) = shapely.get_coordinates(plane.to_metric([shapely.Point(at)]))
    return float(x), float(y)
