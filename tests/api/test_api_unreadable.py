"""What is wrong with a parameter is told in one plain sentence, in Chinese without English."""

import re

import pytest

from tests.api import town as small
from tests.api.conftest import Town

PROPOSALS, TRIES = (f"/boundaries/{small.XINWU}/{one}" for one in ("proposals", "tries"))


def drawn(**more: object) -> dict[str, object]:
    """Return one act."""
    return {"acts": [{"kind": "add", **more}]}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (PROPOSALS, {"grids": "x"}, "参数 grids 要是整数。"),
        (PROPOSALS, {"grids": 1.5}, "参数 grids 要是整数。"),
        (PROPOSALS, {"grids": 0}, "参数 grids 不能小于 1。"),
        (PROPOSALS, {}, "参数 grids 没有填。"),
        (PROPOSALS, {"grids": 2, "whole_groups": "x"}, "参数 whole_groups 要是 true 或 false。"),
        (PROPOSALS, {"grids": 2, "colour": "red"}, "没有参数 colour。"),
        (PROPOSALS, [], "请求正文要是对象。"),
        (TRIES, drawn(reach_m="x"), "参数 acts.0.reach_m 要是数。"),
        (TRIES, drawn(reach_m=5000), "参数 acts.0.reach_m 不能大于 1000。"),
        (TRIES, drawn(at=[1e7, 2]), "参数 acts.0.at.0 不能大于 1000000。"),
        (TRIES, drawn(names={"1": ""}), "参数 acts.0.names.1 至少 1 个字。"),
        (TRIES, drawn(shape={"type": "Polygon", "coordinates": 5}),
         "参数 acts.0.shape.coordinates 要是列表。"),
        (TRIES, drawn(shape={"type": "Point", "coordinates": [[[1, 2]]]}),
         "参数 acts.0.shape.type 只能是 'Polygon'、'MultiPolygon' 或 'LineString'。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_parameter_is_one_plain_sentence(
    town: Town, path: str, body: object, said: str
):
    answer = town.client.post(path, json=body)
    assert (answer.status_code, answer.json()["detail"]) == (400, said)
    english = town.client.post(f"{path}?lang=en", json=body).json()["detail"]
    assert not re.search("[\u4e00-\u9fff]|\\[", english)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/boundaries?as_of=2026-13-01", "参数 as_of 要写成日期，例如 2026-11-01。"),
        ("/imports?limit=x", "这个地址没有参数 limit。"),
        ("/search?limit=51", "参数 limit 不能大于 50。"),
        ("/boundaries/12", "参数 village 写法不对。"),
        (
            f"/boundaries/{small.XINWU}/files/pdf",
            "参数 form 只能是 'geojson'、'gpkg'、'shp'、'kml'、'dxf' 或 'gpx'。",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_one_plain_sentence(town: Town, path: str, said: str):
    assert town.get(path, 400).json()["detail"] == said


def test_an_unknown_datum_is_told_which_there_are(town: Town):
    sent = {"files": {"file": ("a.geojson", b"{}")}, "data": {"datum": "mars"}}
    answer = town.client.post(f"/boundaries/{small.XINWU}/files", **sent)
    assert answer.json()["detail"] == "参数 datum 只能是 'cgcs2000'、'wgs84'、'gcj02' 或 'bd09'。"
