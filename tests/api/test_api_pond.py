"""A township adds layers/pond.toml, restarts, and has ponds everywhere: no code."""

import io
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import openpyxl
import pyogrio
import pytest
from shapely import Point

from mapserver.domain.records import Record
from mapserver.services.assignment import place_all
from mapserver.store import writing
from tests.api import town as small
from tests.api.conftest import Town, opened

POND = """\
# layers/pond.toml: fish ponds.
title = {zh = "鱼塘", en = "Ponds"}
geometry = "point"
match = ["name"]

[style]
order = 45
on = true
color = "#2277aa"
shape = "hex"
label = "name"

[tiles]
minzoom = 9
maxzoom = 16
fields = ["name", "depth_m"]

[[field]]
name = "name"
title = {zh = "名称", en = "Name"}
required = true
length = 50
search = true
headings = ["名称", "鱼塘名称"]

[[field]]
name = "depth_m"
title = {zh = "水深（米）", en = "Depth (m)"}
type = "number"
minimum = 0
maximum = 50
headings = ["水深"]

[[field]]
name = "water"
title = {zh = "水源", en = "Water"}
type = "code"
headings = ["水源"]
codes = {spring = "泉水", river = "河水"}

[[field]]
name = "owner_phone"
title = {zh = "塘主电话", en = "Owner\\u2019s phone"}
type = "phone"
privacy = "secret"
headings = ["塘主电话"]
"""
PHONE = "19900005555"
ITEMS = "/collections/pond/items"


def add_layer(folder: Path) -> None:
    """Put the file where a township puts it."""
    (folder / "layers").mkdir()
    (folder / "layers" / "pond.toml").write_text(POND, "utf-8")


@pytest.fixture
def with_ponds(own_folder: Path) -> Iterator[Town]:
    """Yield the town after its restart, with one pond."""
    with opened(own_folder) as before:
        before.get(ITEMS, 404)
    add_layer(own_folder)
    with opened(own_folder) as town:
        assert town.get(ITEMS).json()["numberMatched"] == 0
        values = {"name": "月亮塘", "depth_m": 2.5, "water": "spring", "owner_phone": PHONE}
        pond = Record(small.ident(701), Point(112.906, 27.006), small.XINWU, values)
        with town.context.write() as session:
            writing.add(session, "pond", place_all(session, [pond]))
        yield town


def test_pond_is_a_collection_with_queryables_and_its_features_lie_in_grids(with_ponds: Town):
    assert with_ponds.get("/collections/pond?lang=en").json()["title"] == "Ponds"
    asked = with_ponds.get("/collections/pond/queryables").json()["properties"]
    assert asked["depth_m"] == {"type": "number", "title": "水深（米）"}
    assert asked["water"]["enum"] == ["spring", "river"]
    assert "owner_phone" not in asked
    for query in ("depth_m=2.5", "water=spring", f"grid={small.SOUTH}", "bbox=112,27,113,27.01"):
        (pond,) = with_ponds.get(f"{ITEMS}?{query}").json()["features"]
        assert pond["properties"]["name"] == "月亮塘"
        assert pond["properties"]["owner_phone"] == "199****5555"
    with_ponds.get(f"{ITEMS}?depth_m=deep", 400)


def test_nobody_keeps_what_was_true_before_the_layer_files_changed(own_folder: Path):
    """No record changes at the restart, and yet every kept answer is asked for anew."""
    shown = ("/layers", "/collections", "/collections/house/tiles/WebMercatorQuad")
    with opened(own_folder) as town:
        tags = {path: town.get(path).headers["etag"] for path in shown}
        tile = _tile_of_houses(town)
        assert town.get(tile).headers["cache-control"] == "private, max-age=86400"
    with opened(own_folder) as town:
        for path, tag in tags.items():
            town.get(path, 304, if_none_match=tag)
        assert _tile_of_houses(town) == tile
    add_layer(own_folder)
    with opened(own_folder) as town:
        for path, tag in tags.items():
            assert town.get(path, 200, if_none_match=tag).headers["etag"] != tag
        assert _tile_of_houses(town) != tile
        assert town.get(_tile_of_houses(town)).headers["cache-control"] == "private, max-age=86400"
        assert town.get(tile).headers["cache-control"] == "private, no-cache"


def _tile_of_houses(town: Town) -> str:
    """Return the address of one tile, the same in /layers and in TileJSON."""
    (house,) = [one for one in town.get("/layers").json()["layers"] if one["id"] == "house"]
    told = town.get("/collections/house/tiles/WebMercatorQuad").json()["tiles"][0]
    assert told.endswith(house["tiles"]["url"])
    return house["tiles"]["url"].format(z=14, x=13330, y=6914)


def test_pond_is_drawn_from_its_own_style_and_tiles(with_ponds: Town):
    layers = {one["id"]: one for one in with_ponds.get("/layers").json()["layers"]}
    pond = layers["pond"]
    assert pond["style"]["color"] == "#2277aa"
    assert (pond["style"]["shape"], pond["style"]["label"], pond["count"]) == ("hex", "name", 1)
    order = list(layers)
    assert order.index("dispute") < order.index("pond") < order.index("person")
    address = pond["tiles"]["url"].format(z=14, x=13330, y=6914)
    tile = mapbox_vector_tile.decode(with_ponds.get(address).content)
    (drawn,) = tile["pond"]["features"]
    assert drawn["properties"] == {"name": "月亮塘", "depth_m": 2.5}
    told = with_ponds.get("/collections/pond/tiles/WebMercatorQuad").json()
    assert told["vector_layers"][0]["fields"] == {"name": "text", "depth_m": "number"}


def test_pond_is_found_by_name_and_not_by_its_secret(with_ponds: Town):
    (found,) = with_ponds.get("/search?q=月亮塘").json()["results"]
    assert (found["layer"], found["id"]) == ("pond", small.ident(701))
    assert with_ponds.get(f"/search?q={PHONE}").json()["results"] == []


def test_ponds_can_be_filled_in_and_imported(with_ponds: Town):
    """The template's own headings are understood, and a wrong cell is refused with its reason."""
    from tests.api.test_api_imports import poll, post, rows, send

    template = with_ponds.get("/collections/pond/template.xlsx").content
    workbook = openpyxl.load_workbook(io.BytesIO(template))
    sheet = workbook.active
    headings = [cell.value for cell in sheet[1]]
    filled = [
        {"名称": "新塘", "水深（米）": 3, "水源": "河水", "经度": 112.931, "纬度": 27.031},
        {"名称": "深塘", "水深（米）": 51, "经度": 112.931, "纬度": 27.032},
    ]
    for line in filled:
        sheet.append([line.get(heading) for heading in headings])
    out = io.BytesIO()
    workbook.save(out)
    sent = send(with_ponds, out.getvalue(), "鱼塘.xlsx", layer="pond", datum="cgcs2000")
    body = poll(with_ponds, sent["id"])
    assert body["state"] == "ready", body["problem"]
    outcomes = {row["name"]: row for row in rows(with_ponds, sent["id"])}
    assert outcomes["新塘"]["outcome"] == "added"
    assert any(one["code"] == "out-of-range" for one in outcomes["深塘"]["problems"])
    post(with_ponds, f"/imports/{sent['id']}/commit", 202)
    assert poll(with_ponds, sent["id"])["state"] == "committed"
    (pond,) = with_ponds.get(f"{ITEMS}?name=新塘").json()["features"]
    assert pond["properties"]["water"] == "river"
    assert pond["properties"]["grid"] == small.FAR
    assert pond["geometry"]["coordinates"] == pytest.approx([112.931, 27.031])


def test_pond_is_a_table_of_the_geopackage_that_others_read(with_ponds: Town):
    file = with_ponds.folder / "town.gpkg"
    frame = pyogrio.read_dataframe(file, layer="pond", columns=["name"])
    assert list(frame["name"]) == ["月亮塘"]
    assert frame.geometry.iloc[0].equals(Point(112.906, 27.006))
