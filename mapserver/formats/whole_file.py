"""Files that stand in their place whole, or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mapserver.errors import InvalidRequest


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield where to write what shall stand at `path`, and move it there in the end.

    It is written in a folder beside, under its own name, because a Shapefile is several
    files and a GeoPackage takes its layer's name from its own. If anything fails, whatever
    stood at `path` still does, and the folder is gone.

    Raises
    ------
    InvalidRequest
        If the folder is missing or cannot be written to, or the name is a folder's.
    """
    try:
        beside = tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent)
    except OSError as error:
        raise InvalidRequest(
            f"{path} 写不了：文件夹 {path.parent} 不在，或不让写。先建好文件夹，或换一个。",
            f"{path} cannot be written: the folder {path.parent} is missing or closed to you. "
            "Make it first, or choose another.",
        ) from error
    with beside as folder:
        yield Path(folder) / path.name
        try:
            _move(Path(folder), path)
        except OSError as error:
            raise InvalidRequest(
                f"{path} 写不了：{error.strerror}。换个名字。",
                f"{path} cannot be written: {error.strerror}. Choose another name.",
            ) from error


_INDEXES = (".qix", ".sbn", ".sbx")
"""What other programs lay beside a Shapefile, and would believe of another one as well."""


def _move(folder: Path, path: Path) -> None:
    # what the name stands for comes last: a Shapefile is there when its .shp is
    for part in sorted(folder.iterdir(), key=lambda one: one.name == path.name):
        part.replace(path.parent / part.name)
    if path.suffix.lower() == ".shp":
        for ending in _INDEXES:
            path.with_suffix(ending).unlink(missing_ok=True)
