"""Loops that numpy cannot do without large intermediate arrays, compiled by numba.

A module named `*_kernel` holds such loops and nothing else, over plain arrays. It takes
most of a second to import, so only a function with enough work at hand imports it, at the
call. What was compiled is kept on disk, so a machine compiles once.
"""

from collections.abc import Callable
from typing import Literal, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Compile `loop` when it is first called, for use from any number of threads.

    The compiled form is kept beside the module, or where numba otherwise finds a folder
    that it may write to; if there is none, every process compiles for itself. Arithmetic
    is as IEEE 754 has it: nothing is reordered or fused.
    """
    return _made(loop, "never")


def inlined(loop: Loop) -> Loop:
    """Compile `loop` into every loop that calls it: for what is called millions of times.

    A call hands every array over and back; inlined, there is no call.
    """
    return _made(loop, "always")


def _made(loop: Loop, inline: Literal["never", "always"]) -> Loop:
    try:
        return cast(Loop, numba.njit(nogil=True, cache=True, inline=inline)(loop))
    except RuntimeError:  # no folder to keep it in
        return cast(Loop, numba.njit(nogil=True, inline=inline)(loop))
