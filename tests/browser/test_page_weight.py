"""What the first look at the map costs a slow line."""

import pytest
from playwright.sync_api import Request

from tests.browser.map_page import MapPage

LIMIT = 700_000


def over_the_wire(request: Request) -> int:
    """Return the bytes of an answer as they travelled: the browser's encodedDataLength."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


@pytest.mark.parametrize("viewport", ["desktop", "phone"], indirect=True)
def test_first_load_of_the_map_stays_under_700_kilobytes(
    town: MapPage, viewport: str, capsys: pytest.CaptureFixture[str]
) -> None:
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    town.page.on("requestfinished", note)
    town.open()
    weights = [(over_the_wire(one), one.url.removeprefix(town.url)) for one in finished]
    total = sum(weight for weight, _ in weights)
    with capsys.disabled():
        print(  # noqa: T201
            f"\nfirst load, {viewport}: {total:,} bytes in {len(weights)} requests"
        )
    # tiles come through the map's worker: they must be in the sum
    assert any("/collections/house/tiles/" in url for _, url in weights)
    assert max(weights)[1] == "/static/vendor/maplibre-gl/maplibre-gl.mjs"
    assert total < LIMIT, sorted(weights)[-10:]
