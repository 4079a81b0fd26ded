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
    requests: list[Request] = []
    town.page.on("requestfinished", lambda request: requests.append(request))
    town.open()
    weights = {request.url.removeprefix(town.url): over_the_wire(request) for request in requests}
    total = sum(over_the_wire(request) for request in requests)
    with capsys.disabled():
        print(  # noqa: T201
            f"\nfirst load, {viewport}: {total:,} bytes in {len(requests)} requests"
        )
    # tiles come through the map's worker: they must be in the sum
    assert any("/collections/house/tiles/" in url for url in weights)
    assert weights["/static/vendor/maplibre-gl/maplibre-gl.mjs"] > 100_000
    assert total < LIMIT, sorted(weights.items(), key=lambda pair: -pair[1])[:10]
