"""What a vector file must say for itself: its name, its layer, its reference system.

Whatever is missing is refused in a sentence that says how to mend it; nothing is guessed.
"""

from pathlib import Path
from typing import Any

import pyogrio
from pyproj import CRS

from mapserver.errors import Conflict, InvalidRequest, NotFound

GEOPARQUET = (".parquet", ".geoparquet")
GEOJSON = (".geojson", ".json")
DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".fgb": "FlatGeobuf",
    **dict.fromkeys(GEOJSON, "GeoJSON"),
}
"""What GDAL calls the kinds of file that are written, GeoParquet apart."""

LAYER = "|layername="
"""What tells a layer from its file in one name, as QGIS writes it."""


def file_and_layer(path: Path) -> tuple[Path, str | None]:
    """Return the file and the layer that a name stands for.

    Raises
    ------
    NotFound
        If there is no such file.
    """
    name, told, layer = str(path).partition(LAYER)
    if not Path(name).exists():
        raise NotFound(f"没有文件 {name}。", f"There is no file {name}.")
    return Path(name), layer if told else None


def only_layer(path: Path) -> str | None:
    """Return the layer of a file of GDAL's that is meant; none is guessed of several.

    Raises
    ------
    InvalidRequest
        If several have geometry and none is named; the text names them.
    """
    file, layer = file_and_layer(path)
    if layer is not None:
        return layer
    drawn = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    if len(drawn) < 2:
        return drawn[0] if drawn else None
    raise InvalidRequest(
        f"{file} 里有 {len(drawn)} 个图层：{'、'.join(drawn)}。"
        f"写明要哪一个，例如 '{file}{LAYER}{drawn[0]}'（带引号）。",
        f"{file} holds {len(drawn)} layers: {', '.join(drawn)}. "
        f"Say which, for example '{file}{LAYER}{drawn[0]}' (with the quotes).",
        layers=drawn,
    )


def stated_crs(given: Any, path: Path) -> CRS:
    """Return the reference system that a file states.

    Raises
    ------
    InvalidRequest
        If it states none, or one that no authority knows: nobody could tell what its
        coordinates are, nor would other programs.
    """
    if given is None:
        raise InvalidRequest(
            f"{path} 没有写明坐标系，不知道是度还是米。在 QGIS 里给图层指定坐标系，再存一次。",
            f"{path} does not say its coordinate reference system. Set it in QGIS and save again.",
        )
    system = CRS(given)
    parts = [system, *system.sub_crs_list[:1]]
    if not any(one.to_authority() for one in parts):
        raise InvalidRequest(
            f"{path} 的坐标系「{system.name}」没有公认的代码。"
            "在 QGIS 里另存为有代码的，例如 EPSG:4490 或 EPSG:4547。",
            f"The coordinate reference system of {path}, “{system.name}”, has no code that an "
            "authority gave it. Save it in QGIS in one that has, such as EPSG:4490 or EPSG:4547.",
            crs=system.name,
        )
    return system


def unreadable(path: Path, error: Exception) -> InvalidRequest:
    """Return the error that a file cannot be read."""
    return InvalidRequest(
        f"{path} 不是能读的矢量文件（{error}）。可用 GeoPackage、Shapefile、GeoJSON、"
        "FlatGeobuf 和 GeoParquet。",
        f"{path} is no vector file that can be read ({error}). GeoPackage, Shapefile, GeoJSON, "
        "FlatGeobuf and GeoParquet can.",
    )


def without_shapes(path: Path) -> InvalidRequest:
    """Return the error that a file is but a table."""
    return InvalidRequest(
        f"{path} 里没有图形，只有表格。换成有图形的文件。",
        f"{path} holds a table without any geometry. Pass a file that has some.",
    )


def empty(path: Path) -> InvalidRequest:
    """Return the error that a file has no rows."""
    return InvalidRequest(
        f"{path} 是空的，一行也没有。换成有内容的文件。",
        f"{path} is empty, it has no row. Pass a file that has some.",
    )


def known_ending(path: Path) -> str:
    """Return the ending of a file's name, which says of which kind it shall be.

    Raises
    ------
    InvalidRequest
        If it is none of those that are written.
    """
    ending = path.suffix.lower()
    if ending not in (*DRIVERS, *GEOPARQUET):
        known = " ".join((*DRIVERS, *GEOPARQUET))
        raise InvalidRequest(
            f"{path} 的扩展名「{ending}」不认识，不知道写成哪种文件。可用：{known}。",
            f"The ending “{ending}” of {path} names no kind of file. Use one of {known}.",
        )
    return ending


def refuse_loss(path: Path) -> None:
    """Refuse to put a file in the place of one that holds more, or that is open.

    Raises
    ------
    Conflict
        If a GeoPackage is there with layers of other names, or with changes that another
        program has yet to write into it.
    """
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return
    # asked first: whoever opens the file may clear it away
    is_open = path.with_name(f"{path.name}-wal").exists()
    others = [name for name in _layers(path) if name != path.stem]
    if others or is_open:
        what = "、".join(others) or "-wal"
        raise Conflict(
            f"{path} 里还有别的内容（{what}），会丢掉。换个名字写出。",
            f"{path} holds something else ({what}), which would be lost. Choose another name.",
            layers=others,
        )


def _layers(path: Path) -> list[str]:
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except pyogrio.errors.DataSourceError:
        return []  # no GeoPackage, whatever its name


def unwritable(path: Path, error: Exception) -> InvalidRequest:
    """Return the error that a file cannot be written."""
    return InvalidRequest(
        f"{path} 写不了（{error}）。换个文件夹，或换成 .gpkg。",
        f"{path} cannot be written ({error}). Choose another folder, or a name in .gpkg.",
    )
