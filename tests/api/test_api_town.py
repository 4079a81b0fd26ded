"""The town at a glance: counted once for all who see the same, and anew after a write."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from mapserver.services import describe
from mapserver.store import writing
from tests.api import town as small
from tests.api.conftest import Town
from tests.store.town import house


def test_those_who_come_at_once_wait_for_one_count(own_town: Town, monkeypatch: pytest.MonkeyPatch):
    counted = []
    count = describe.town

    def counting(context):
        counted.append(context)
        sleep(0.05)
        return count(context)

    monkeypatch.setattr(describe, "town", counting)
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: own_town.get("/town").json(), range(8)))
    assert answers == [answers[0]] * 8
    assert len(counted) == 1
    before = answers[0]["counts"]["houses"]
    with own_town.context.write() as session:
        writing.add(session, "house", [house(900)._replace(village=None)])
    assert own_town.get("/town").json()["counts"]["houses"] == before + 1
    assert len(counted) == 2


def test_a_grid_tells_its_households_and_a_norm_where_a_setting_says_one(own_town: Town):
    grid = own_town.get(f"/grids/{small.SOUTH}").json()
    assert grid["counted"]
    assert grid["norm"] is None, "of villages no setting says one"
    assert 0 < grid["households"] <= grid["people"]
