"""The township of the shipped seed, built once."""

import pytest

from mapserver.demo.records import Township
from mapserver.demo.township import build


@pytest.fixture(scope="session")
def township() -> Township:
    return build()
