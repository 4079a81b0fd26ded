"""Loops that numpy cannot do without large intermediate arrays, compiled by numba.

A module named `*_kernel` holds such loops and nothing else, over plain arrays. It takes
most of a second to import, so only a function with enough work at hand imports it, at the
call.

What was compiled is kept on disk, in a folder named after the text of all these modules:
loops are compiled into one another, and numba itself would only look at the file of the
outermost. So a machine compiles once for each version.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Loop = TypeVar("Loop", bound=Callable[..., object])

_HERE = Path(__file__).parent


def compiled(loop: Loop) -> Loop:
    """Compile `loop` when it is first called, for use from any number of threads.

    The compiled form is kept beside the package, or in the user's cache where that may not
    be written to; if neither may, or the disk is full, every process compiles for itself.
    Arithmetic is as IEEE 754 has it: nothing is reordered or fused.
    """
    return _made(loop, "never")


def inlined(loop: Loop) -> Loop:
    """Compile `loop` into every loop that calls it: for what is called millions of times.

    A call hands every array over and back; inlined, there is no call.
    """
    return _made(loop, "always")


def version_of(package: Path) -> str:
    """Return a name for the text of all loops in a package."""
    text = hashlib.sha256()
    for file in sorted([*package.rglob("*_kernel.py"), package / "compiled.py"]):
        text.update(file.read_bytes())
    return text.hexdigest()[:16]


def _made(loop: Loop, inline: Literal["never", "always"]) -> Loop:
    for folder in _FOLDERS:
        try:
            with _keeping_in(folder):
                made: Any = numba.njit(nogil=True, cache=True, inline=inline)(loop)
                # numba has no other way to say which cache it is
                made._cache = cast(Any, _Cache)(loop)
                return cast(Loop, made)
        except (RuntimeError, OSError):  # nothing can be kept there
            continue
    return cast(Loop, numba.njit(nogil=True, inline=inline)(loop))


def _folders(version: str) -> tuple[Path, ...]:
    given = os.environ.get("NUMBA_CACHE_DIR")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    places = [Path(given)] if given else [_HERE / "__pycache__", cache / "mapserver"]
    return tuple(place / f"loops-{version}" for place in places)


_FOLDERS = _folders(version_of(_HERE))


class _Cache(FunctionCache):
    """What numba keeps of a loop on disk; a full disk keeps nothing, and nothing fails."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the compiled form for one signature, if there is room."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


@contextmanager
def _keeping_in(folder: Path) -> Iterator[None]:
    """Have numba keep what is declared meanwhile in `folder`, and elsewhere again afterwards."""
    settings: Any = numba.config  # its names are made as it loads
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        settings.CACHE_DIR = before
