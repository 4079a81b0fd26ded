"""Layers are switched on and off, and a layer of the township's own needs no code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import signed_in
from tests.browser.import_sheet import ImportSheet
from tests.browser.map_page import MapPage
from tests.browser.states import item
from tests.support.server import Server

DOCS = Path(__file__).parents[2] / "docs" / "layers.md"
POINT = (112.9295, 27.0493)  # in the fields, where no other badge covers it
PONDS = f"塘名,水深,经度,纬度\n月光塘,2.5,{POINT[0]},{POINT[1]}\n"


def test_layer_is_drawn_only_while_it_is_on(town: MapPage) -> None:
    place = item(town, "facility")["geometry"]["coordinates"]
    town.open()
    town.look_at(place, 17)
    drawn = {layer: town.rendered(f"{layer}-badge") for layer in ("facility", "footprint")}
    town.open_layers()
    for layer in ("facility", "house"):
        switch = town.switch(layer)
        shown = "house-dot" if layer == "house" else f"{layer}-badge"
        was_on = switch.get_attribute("aria-checked") == "true"
        for on in (not was_on, was_on):
            switch.click()
            town.settle()
            expect(switch).to_have_attribute("aria-checked", str(on).lower())
            assert bool(town.rendered(shown)) == on
    assert town.rendered("facility-badge") == drawn["facility"]


def test_choice_of_layers_is_kept(town: MapPage) -> None:
    town.open()
    town.open_layers()
    town.switch("house").click()
    town.settle()
    assert town.rendered("house-dot") == []
    town.page.reload()
    town.settle()
    assert town.rendered("house-dot") == []


def test_pressing_a_badge_opens_what_it_stands_for(town: MapPage) -> None:
    # outside the dense streets no other badge covers it
    school = item(town, "school", village="430424100204")
    place, name = school["geometry"]["coordinates"], school["properties"]["name"]
    town.open()
    town.look_at(place, 17)
    assert [badge["name"] for badge in town.rendered("school-badge", at=place)] == [name]
    town.click_map(place)
    expect(town.title).to_have_text(name)


@pytest.fixture
def pond_town(own_folder: Path, serve: Callable[[Path], Server], page: Page) -> MapPage:
    """Return the page of a town that has ponds by a file of its own, the one in the docs."""
    example = DOCS.read_text("utf-8").split("```toml\n# layers/pond.toml\n")[1].split("```")[0]
    (own_folder / "layers").mkdir()
    (own_folder / "layers" / "pond.toml").write_text(example, "utf-8")
    return signed_in(MapPage(page, serve(own_folder).url), own_folder)


def test_layer_of_the_township_is_imported_listed_drawn_and_opened(
    pond_town: MapPage, tmp_path: Path
) -> None:
    ponds = tmp_path / "山塘.csv"
    ponds.write_text(PONDS, "utf-8")
    pond_town.open("import")
    sheet = ImportSheet(pond_town)
    sheet.sheet.get_by_label("表里登记的是").select_option("pond")
    sheet.sheet.get_by_label("坐标用的是").select_option("cgcs2000")
    sheet.drop(ponds)
    sheet.until_ready()
    sheet.commit()
    sheet.button("去看地图").click()
    pond_town.open_layers()
    expect(pond_town.switch("pond")).to_contain_text("水塘1")
    pond_town.look_at(POINT, 17)
    (pond,) = pond_town.rendered("pond-badge", at=POINT)
    assert pond["name"] == "月光塘"
    pond_town.click_map(POINT)
    expect(pond_town.title).to_have_text("月光塘")
    expect(pond_town.panel).to_contain_text("水深（米）2.5")
