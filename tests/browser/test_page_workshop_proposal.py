"""A proposal that keeps groups whole and follows a road out of a file."""

import json

import shapely
from playwright.sync_api import expect

from tests.browser.workshop import Workshop, answering


def across(workshop: Workshop) -> shapely.LineString:
    """Return a road from west to east through the village."""
    village = shapely.union_all([shapely.Polygon(rings[0]) for rings in workshop.grids().values()])
    west, south, east, north = village.bounds
    middle = (south + north) / 2
    bend = ((west + east) / 2, middle + 0.001)
    return shapely.LineString([(west - 0.01, middle - 0.002), bend, (east + 0.01, middle - 0.001)])


def test_grids_are_proposed_along_a_road_that_a_file_holds(workshop: Workshop) -> None:
    workshop.open()
    road = across(workshop)
    panel, page = workshop.panel, workshop.map.page
    panel.get_by_text("从文件带入边界").click()
    page.set_input_files(
        "#brought",
        files=[
            {
                "name": "road.geojson",
                "mimeType": "application/json",
                "buffer": json.dumps(shapely.geometry.mapping(road)).encode(),
            }
        ],
    )
    panel.get_by_label("坐标是哪种").select_option("cgcs2000")
    with page.expect_response(answering("files")):
        panel.get_by_role("button", name="放到图上").last.click()
    expect(panel).to_contain_text("1 条线，提方案时可以沿着走")
    propose = panel.locator("#propose")
    expect(propose.get_by_role("switch", name="沿着文件里的 1 条线")).to_be_checked()
    propose.get_by_role("switch", name="一个组不拆开").click()
    answer = workshop.answer(propose.get_by_role("button", name="放到图上").click)
    assert answer["faults"] == []
    for one in answer["grids"]:
        assert not shapely.geometry.shape(one["geometry"]).buffer(-1e-6).intersects(road)
    with page.expect_response(answering("groups")) as told:
        panel.locator("#groups summary").click()
    parted = [one for one in told.value.json()["groups"] if len(one["grids"]) > 1]
    assert len(parted) < 6, "only those that the road parts"


def test_what_is_asked_of_a_proposal_stays_while_one_looks_elsewhere(workshop: Workshop) -> None:
    workshop.open()
    propose = workshop.panel.locator("#propose")
    propose.locator("summary").click()
    propose.get_by_label("几个网格").fill("3")
    groups = propose.get_by_role("switch", name="一个组不拆开")
    groups.click()
    workshop.map.page.keyboard.press("Escape")
    expect(groups).to_be_checked()
    answer = workshop.answer(propose.get_by_role("button", name="放到图上").click)
    assert len(answer["grids"]) == 3
    expect(propose).to_have_attribute("open", "")
