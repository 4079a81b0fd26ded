"""Somebody else's client: GDAL's OGC API - Features driver, against a real server process."""

from collections.abc import Iterator

import pyogrio
import pytest
import shapely

from tests.api import town as small
from tests.support.server import Server


@pytest.fixture
def address(served: Server) -> Iterator[str]:
    """Yield what GDAL calls the server, with a token for the password as QGIS sends it."""
    pyogrio.set_gdal_config_options(
        {"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": f"qgis:{served.token}"}
    )
    yield f"OAPIF:{served.url}"
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_USERPWD": None})


def test_gdal_lists_the_collections_and_reads_areas_points_and_people(address: str):
    listed = {name: kind for name, kind in pyogrio.list_layers(address)}
    assert {"house", "grid", "person", "village", "control_total"} <= set(listed)

    houses = pyogrio.read_dataframe(address, layer="house").set_index("id")
    assert set(houses.index) == set(small.DOORS)
    first = houses.loc[small.FIRST_DOOR]
    assert (first.geometry.x, first.geometry.y) == (112.905, 27.005)
    assert (first["door"], first["storeys"], first["grid"]) == ("3组20号", 2, small.SOUTH)
    assert houses.loc[small.UNPLACED].geometry is None
    assert first["owner_id"] == "430499********0026"
    assert houses.crs.to_epsg() == 4326 or houses.crs.to_authority() == ("OGC", "CRS84")

    grids = pyogrio.read_dataframe(address, layer="grid").set_index("code")
    assert set(grids.index) == {small.SOUTH, small.NORTH, small.EAST, small.FAR}
    assert grids.loc[small.SOUTH].geometry.bounds == (112.90, 27.00, 112.92, 27.02)
    for part in shapely.get_parts(grids.geometry.to_numpy()):
        assert part.exterior.is_ccw

    people = pyogrio.read_dataframe(address, layer="person").set_index("id")
    assert people.loc[small.ADULT, "name"] == "张三"
    assert people.loc[small.ADULT].geometry.y == 27.005
    assert small.ADULT_ID not in people.to_string()


def test_gdal_pages_and_asks_by_box_and_value(address: str):
    pages = {"PAGE_SIZE": "2", "INITIAL_REQUEST_PAGE_SIZE": "2"}
    paged = pyogrio.read_dataframe(address, layer="house", **pages)
    assert list(paged["id"]) == list(small.DOORS)
    near = pyogrio.read_dataframe(address, layer="house", bbox=(112.90, 27.00, 112.91, 27.01))
    assert list(near["id"]) == [small.FIRST_DOOR]
    two = pyogrio.read_dataframe(address, layer="house", where="storeys = 2")
    assert set(two["id"]) == {small.FIRST_DOOR, small.SHOP}
