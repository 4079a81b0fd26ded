"""From a spreadsheet to a new person's house in its grid, and back."""

from pathlib import Path
from typing import Any

import pytest
import python_calamine
from playwright.sync_api import expect

from tests.browser.import_sheet import ImportSheet
from tests.browser.map_page import MapPage


def heads(register: Path) -> list[dict[str, str]]:
    """Return the heads of households of a register, by their headings."""
    headings, *rows = python_calamine.load_workbook(register).get_sheet_by_index(0).to_python()
    people = [dict(zip(headings, row, strict=True)) for row in rows]
    return [person for person in people if person["与户主关系"] == "户主"]


def newcomer(town: MapPage, register: Path) -> dict[str, str]:
    """Return the first head of a household whom the town does not have."""
    return next(
        head
        for head in heads(register)
        if not town.api("/collections/person/items", name=head["姓名"], limit="1")["features"]
    )


def house_of(town: MapPage, name: str) -> dict[str, Any]:
    """Return the house of the only person of that name."""
    (person,) = town.api("/collections/person/items", name=name)["features"]
    house: dict[str, Any] = town.api(f"/collections/house/items/{person['properties']['house']}")
    return house


@pytest.mark.parametrize("way", ["drop", "choose"])
def test_clean_register_becomes_people_in_houses_in_their_grids_and_can_be_undone(
    own_town: MapPage, clean_register: Path, way: str
) -> None:
    own_town.open()
    before, people = own_town.api("/town")["counts"], own_town.people()
    sheet = ImportSheet(own_town)
    getattr(sheet, way)(clean_register)
    sheet.until_ready()
    counts = sheet.counts()
    assert counts["新增"] > 0
    assert counts["待你定"] == counts["拒收"] == 0
    new = newcomer(own_town, clean_register)
    assert own_town.api("/town")["counts"] == before, "a preview writes nothing"
    sheet.commit()
    assert own_town.people() == people + counts["新增"]

    sheet.button("去看地图").click()
    own_town.settle()
    house = house_of(own_town, new["姓名"])
    find_and_press(own_town, new, house)
    expect(own_town.panel.locator(".members")).to_contain_text(new["姓名"])
    expect(own_town.panel).to_contain_text("430499********")

    own_town.page.locator("#rail a[data-nav=import]").click()
    sheet.sheet.get_by_role("link", name=clean_register.name).click()
    sheet.undo()
    assert own_town.api("/town")["counts"] == before
    assert newcomer(own_town, clean_register) == new


def find_and_press(town: MapPage, person: dict[str, str], house: dict[str, Any]) -> None:
    """Find the house by its address, leave it, and press its dot on the map."""
    point = house["geometry"]["coordinates"]
    found = town.search(person["现居住地址"])
    found.first.click()
    expect(town.title).to_have_text(house["properties"]["door"])
    town.settle()
    in_grid(town, house)
    # another place first, so that what the panel then shows comes from the press on the dot
    town.page.locator("#rail a[data-nav=map]").click()
    expect(town.title).not_to_have_text(house["properties"]["door"])
    town.settle()
    (dot, *_) = town.rendered("house-dot", at=point)
    assert dot["door"] == house["properties"]["door"]
    town.click_map(point)
    expect(town.page).to_have_url(f"{town.url}/#house={house['id']}")


def in_grid(town: MapPage, house: dict[str, Any]) -> None:
    """Hold what the map draws under the house to the grid that the server has for it."""
    (grid,) = town.rendered("grid-hit", at=house["geometry"]["coordinates"])
    assert grid["code"] == house["properties"]["grid"]
    assert len(grid["code"]) == 15
    assert grid["code"].startswith(house["properties"]["village"])
