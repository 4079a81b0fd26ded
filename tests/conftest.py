"""What every test shares; the private PostgreSQL, server and browser are in tests/support/."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.server", "tests.support.browser"]

# a busy machine is no fault of the code: no example fails for its time
settings.register_profile("mapserver", deadline=None)
settings.load_profile("mapserver")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run files with browser tests last: once Playwright runs, asyncio.run() fails in this thread.

    Whole files, because that is what several processes are given, in this order.
    """
    late = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path in late)
