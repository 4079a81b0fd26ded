"""The township of the shipped seed, built once."""

import pytest

from mapserver.demo.records import Township
from tests.support.township import shared_township


@pytest.fixture(scope="session")
def township() -> Township:
    return shared_township()
