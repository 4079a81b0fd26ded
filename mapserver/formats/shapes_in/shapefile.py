"""Shapefile (ESRI, 1998), as a zip of its parts; the system of its .prj is followed."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mapserver.formats.shapes_in.degrees import in_degrees
from mapserver.formats.shapes_in.shape import Feature, text_of

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_BEGINS = b"\x00\x00\x27\x0a"
"""The file code of .shp and .shx, 9994."""


def read(data: bytes, most: int) -> Iterator[Feature]:
    """Yield each shape in degrees.

    Raises
    ------
    ValueError
        If the zip holds none, several, or more than `most` bytes of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield from _read(_unpacked(data, most, Path(folder)))


def _unpacked(data: bytes, most: int, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [one for one in archive.infolist() if _ending(one.filename) in _PARTS]
        stems = {Path(one.filename).stem for one in parts if _ending(one.filename) == ".shp"}
        if len(stems) != 1 or sum(one.file_size for one in parts) > most:
            raise ValueError("not one Shapefile, or too large")
        for one in parts:
            if Path(one.filename).stem in stems:
                content = archive.read(one)
                if _ending(one.filename) in (".shp", ".shx") and not content.startswith(_BEGINS):
                    raise ValueError("no Shapefile")
                # whatever it is called, it lies in this folder
                (folder / f"areas{_ending(one.filename)}").write_bytes(content)
    return folder / "areas.shp"


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _read(path: Path) -> Iterator[Feature]:
    # only here: a server that reads no file is spared its memory and a second of its start
    import geopandas  # noqa: PLC0415

    frame = geopandas.read_file(path, engine="pyogrio")
    shapes = in_degrees(np.asarray(frame.geometry.array, object), frame.crs)
    fields = {str(one).lower(): one for one in frame.columns}
    codes, names = (
        frame[fields[one]].tolist() if one in fields else [None] * len(frame)
        for one in ("code", "name")
    )
    for shape, code, name in zip(shapes.tolist(), codes, names, strict=True):
        yield Feature(text_of(code), text_of(name), shape)
