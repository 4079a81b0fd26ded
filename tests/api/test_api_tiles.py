"""Vector tiles and TileJSON by HTTP, read by an independent decoder."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import mapbox_vector_tile
import pytest

from mapserver.domain.records import Change
from mapserver.roles import Role
from mapserver.services import accounts, tiles
from mapserver.store import writing
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.people import Person, person

MVT = "application/vnd.mapbox-vector-tile"
# zoom 14 over the south-western grid: x = (112.905 + 180) / 360 * 2**14
AT = (14, 6914, 13330)


def path(collection: str, at: tuple[int, int, int] = AT) -> str:
    """Return the address of a tile (zoom, row, column)."""
    return f"/collections/{collection}/tiles/WebMercatorQuad/{'/'.join(map(str, at))}"


def tilejson(town: Town, collection: str) -> dict:
    """Return a collection's TileJSON."""
    body: dict = town.get(f"/collections/{collection}/tiles/WebMercatorQuad").json()
    return body


def decoded(town: Town, address: str) -> dict:
    """Return the layers of a tile."""
    answer = town.get(address)
    assert answer.headers["content-type"] == MVT
    layers: dict = mapbox_vector_tile.decode(answer.content)
    return layers


def test_house_tile_holds_the_houses_of_its_square_with_the_fields_of_the_layer_file(town: Town):
    layers = decoded(town, path("house"))
    assert set(layers) == {"house"}
    assert layers["house"]["extent"] == 4096
    doors = {one["properties"]["door"]: one for one in layers["house"]["features"]}
    assert doors["3组20号"]["geometry"]["type"] == "Point"
    fid = town.get(f"/collections/house/items/{small.FIRST_DOOR}").json()["properties"]["fid"]
    assert doors["3组20号"]["id"] == fid
    assert "4组1号" not in doors


def test_area_tile_has_its_labels_in_a_layer_of_their_own(town: Town):
    layers = decoded(town, path("grid"))
    assert set(layers) == {"grid", "grid_label"}
    south = [one for one in layers["grid"]["features"] if one["properties"]["code"] == small.SOUTH]
    assert south[0]["geometry"]["type"] == "Polygon"
    assert south[0]["properties"]["households"] == 1
    labels = [one["properties"]["code"] for one in layers["grid_label"]["features"]]
    assert len(labels) == len(set(labels))


def test_no_tile_carries_a_field_that_its_layer_file_does_not_name(town: Town):
    for layer in town.get("/layers").json()["layers"]:
        if layer["tiles"]:
            answer = town.client.get(path(layer["id"]))
            named = {*layer["tiles"]["fields"], "tint", "n"}
            for drawn in (
                mapbox_vector_tile.decode(answer.content).values() if answer.content else ()
            ):
                for feature in drawn["features"]:
                    assert set(feature["properties"]) <= named


def test_tilejson_says_where_tiles_are_and_what_is_in_them(town: Town):
    body = tilejson(town, "grid")
    assert body["tilejson"] == "3.0.0"
    assert (body["minzoom"], body["maxzoom"]) == (8, 15)
    assert body["bounds"] == [112.9, 27.0, 112.94, 27.04]
    assert [one["id"] for one in body["vector_layers"]] == ["grid", "grid_label"]
    assert body["vector_layers"][0]["fields"] == {
        "code": "text",
        "name": "text",
        "village_name": "text",
        "households": "integer",
    }
    (template,) = body["tiles"]
    zoom, row, column = AT
    address = template.format(z=zoom, x=column, y=row)
    assert address.startswith("http://127.0.0.1:8000/")
    assert "grid" in decoded(town, address)


def test_tile_sets_link_to_the_tilejson_which_describes_itself_too(town: Town):
    """OGC 20-057, clause 8: dataType, crs and a templated link to the tiles."""
    (listed,) = town.get("/collections/house/tiles").json()["tilesets"]
    own = {link["rel"]: link["href"] for link in listed["links"]}
    body = town.get(own["self"]).json()
    for key in ("dataType", "crs", "tileMatrixSetURI", "links"):
        assert body[key] == listed[key]
    zoom, row, column = AT
    address = own["item"].format(tileMatrix=zoom, tileRow=row, tileCol=column)
    assert "house" in decoded(town, address)


def house_tiles(somebody: Person) -> str:
    """Return the address of the houses' tile as the page is told it."""
    layers = {one["id"]: one for one in somebody.asks("GET", "/layers").json()["layers"]}
    zoom, row, column = AT
    address: str = layers["house"]["tiles"]["url"].format(z=zoom, y=row, x=column)
    return address


def kept_by_a_browser(somebody: Person, address: str) -> bool:
    """Whether a browser may show what is at an address again without asking."""
    answer = somebody.client.get(address)
    assert answer.status_code in (200, 204)
    return "max-age" in answer.headers["cache-control"]


def test_addresses_of_tiles_are_others_for_who_sees_others(own_town: Town):
    """On a shared computer a browser keeps tiles by their address, whoever sits there."""
    first = person(own_town, "xie", (Role.GRID_HEAD, small.TOWN))
    second = person(own_town, "luo", (Role.GRID_HEAD, small.DONGFENG))
    peer = person(own_town, "tan", (Role.GRID_HEAD, small.TOWN))
    for one in (first, second, peer):
        one.signs_in()
    address = house_tiles(first)
    assert kept_by_a_browser(first, address)
    assert house_tiles(second) != address
    assert house_tiles(peer) == address
    # who asks for the other's all the same gets their own, which is not kept under it
    assert not kept_by_a_browser(second, address)
    version = address.rpartition("=")[2]
    heat = address.replace("/collections/house/tiles", "/heat/house")
    assert heat.endswith(version)
    assert kept_by_a_browser(first, heat)
    assert not kept_by_a_browser(second, heat)


def test_addresses_of_tiles_change_with_an_appointment(own_town: Town):
    head = person(own_town, "xie", (Role.GRID_HEAD, small.XINWU), (Role.PATROL, small.DONGFENG))
    head.signs_in()
    before = house_tiles(head)
    held = accounts.get(own_town.context, head.account).appointments
    (ended,) = (one for one in held if one.role is Role.PATROL)
    accounts.end(own_town.context, ended.id)
    assert house_tiles(head) != before
    assert not kept_by_a_browser(head, before)


def test_tile_with_nothing_in_it_has_no_body(town: Town):
    answer = town.get(path("house", (14, 0, 0)), 204)
    assert answer.content == b""
    assert "etag" in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        path("house", (14, 2**14, 0)),
        path("house", (14, 0, 2**14)),
        path("house", (17, 1, 1)),
        path("house", (3, 1, 1)),
        path("person"),
        path("pond"),
        path("house").replace("WebMercatorQuad", "WorldCRS84Quad"),
        path("house").replace("WebMercatorQuad", "xWebMercatorQuad"),
        "/collections/house/tiles/WorldCRS84Quad",
        "/collections/person/tiles",
    ],
)
def test_tile_outside_of_the_matrix_or_of_no_layer_is_not_found(town: Town, address: str):
    assert town.get(address, 404).json()["code"] == "not-found"


@pytest.mark.parametrize(
    "at", ["23/0/0", "-1/0/0", "14/-1/0", "a/b/c", "14/1e3/0", "14/1/99999999999999999999"]
)
def test_tile_address_that_is_no_number_is_refused(town: Town, at: str):
    answer = town.client.get(f"/collections/house/tiles/WebMercatorQuad/{at}")
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_tile_is_kept_only_at_the_address_that_names_its_version(own_town: Town):
    """An address with an old number, or none, is asked about again each time."""
    address = tilejson(own_town, "house")["tiles"][0].format(z=AT[0], x=AT[2], y=AT[1])
    kept, asked = "private, max-age=86400", "private, no-cache"
    assert own_town.get(address).headers["cache-control"] == kept
    assert own_town.get(path("house")).headers["cache-control"] == asked
    assert own_town.get(path("house") + "?v=1").headers["cache-control"] == asked
    assert own_town.get(path("house") + "?v=99999").headers["cache-control"] == asked
    with own_town.context.write() as session:
        writing.change(session, "house", [Change(small.FIRST_DOOR, {"door": "新门牌"})])
    answer = own_town.get(address)
    assert answer.headers["cache-control"] == asked
    doors = {
        one["properties"]["door"]
        for one in mapbox_vector_tile.decode(answer.content)["house"]["features"]
    }
    assert "新门牌" in doors and "3组20号" not in doors
    assert tilejson(own_town, "house")["tiles"][0] not in address


def test_tile_that_the_reader_has_is_not_sent_again(own_town: Town):
    tag = own_town.get(path("house")).headers["etag"]
    assert own_town.get(path("house"), 304, if_none_match=tag).content == b""
    with own_town.context.write() as session:
        writing.remove(session, "house", [small.OTHER_DOOR])
    assert own_town.get(path("house"), if_none_match=tag).headers["etag"] != tag


def test_tile_that_several_ask_for_at_once_is_made_once(town: Town, monkeypatch):
    made = []
    encode, together = tiles._encode, Barrier(4)

    def counted(*given):
        made.append(given)
        return encode(*given)

    monkeypatch.setattr(tiles, "_encode", counted)
    maker = tiles.TileMaker()
    sequence = maker.sequence(town.context, "house")

    def ask(_: int) -> bytes:
        together.wait()
        return maker.tile(town.context, "house", sequence, (AT[0], AT[2], AT[1]))

    with ThreadPoolExecutor(4) as readers:
        answers = set(readers.map(ask, range(4)))
    assert len(made) == 1
    assert len(answers) == 1
    maker.forget_tiles()
    maker.tile(town.context, "house", sequence, (AT[0], AT[2], AT[1]))
    assert len(made) == 2
