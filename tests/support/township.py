"""The township of the shipped seed: ten seconds to build, so once for all tests."""

from functools import cache

from mapserver.demo.records import Township
from mapserver.demo.township import build


@cache
def shared_township() -> Township:
    """Return the demo township, which no test changes."""
    return build()
