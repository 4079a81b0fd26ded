"""Registers that are taken away by reading them are in the record, and bounded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from mapserver.errors import StoreBusy, TooManyReads
from mapserver.roles import Role
from mapserver.services import bulk_reads, record
from mapserver.services.bulk_reads import BulkReads
from mapserver.services.context import Context
from mapserver.store import events, items
from mapserver.store.items import Item
from mapserver.store.scope import Grant, Scope
from tests.services.small_town import COMMUNITY, TOWN, VILLAGE, Town

ROUTE = "/collections/{collection}/items"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


class Reader:
    """Somebody who reads people, at a clock of their own."""

    def __init__(self, town: Town, role: Role, area: str) -> None:
        self.now, self.reads, self.town = NOW, BulkReads(), town
        scope = Scope("reader", TOWN, (Grant(role, area),))
        self.context: Context = replace(town.context, scope=scope, clock=lambda: self.now)

    def read(self, rows: int, village: str = VILLAGE, layer: str = "person") -> None:
        """Read so many records at once."""
        item = Item("x", 1, None, village, {}, 1, NOW, {})
        self.reads.note(self.context, self.context.store.layer(layer), (item,) * rows, ROUTE)

    def told(self) -> list[dict[str, Any]]:
        """Return what the record says of it."""
        with self.town.context.read() as session:
            kept = events.between(
                session.connection, session.table("event"), TOWN, 1, session.sequence()
            )
        return [orjson.loads(one.data)["note"] for one in kept if one.action == "export"]


@pytest.fixture
def officer(town: Town) -> Reader:
    return Reader(town, Role.INFORMATION_OFFICER, TOWN)


def test_a_large_answer_is_noted_at_once_with_layer_rows_and_route(officer: Reader):
    officer.read(100)
    assert officer.told() == []
    officer.read(101)
    assert officer.told() == [{"kind": "records", "rows": 201, "route": ROUTE}]


def test_many_small_answers_are_one_event(officer: Reader):
    for _ in range(400):
        officer.read(1)
    assert [one["rows"] for one in officer.told()] == [301]


def test_what_follows_is_told_as_a_sum_after_a_pause_and_at_the_end(officer: Reader):
    officer.read(200)
    for _ in range(5):
        officer.read(1000)
    assert [one["rows"] for one in officer.told()] == [200]
    officer.now += bulk_reads.PAUSE
    officer.read(1)
    assert [one["rows"] for one in officer.told()] == [200, 5001]
    officer.read(7)
    officer.reads.close()
    assert [one["rows"] for one in officer.told()] == [200, 5001, 7]


@pytest.mark.parametrize("step", [bulk_reads.HOUR, -timedelta(days=800)])
def test_an_hour_later_the_count_begins_anew_and_the_rest_is_told(officer: Reader, step: timedelta):
    officer.read(200)
    officer.read(50)
    officer.now += step
    officer.read(10)
    assert [one["rows"] for one in officer.told()] == [200, 50]


def test_layers_that_tell_of_nobody_are_read_without_a_trace(town: Town):
    officer = Reader(town, Role.INFORMATION_OFFICER, TOWN)
    officer.read(5000, layer="grid")
    leader = Reader(town, Role.LEADER, TOWN)
    leader.read(5000, layer="house")
    assert officer.told() == []


def test_who_has_no_duty_to_export_reads_no_register(town: Town):
    head = Reader(town, Role.GRID_HEAD, TOWN)
    head.read(bulk_reads.WITHOUT_DUTY)
    with pytest.raises(TooManyReads) as refused:
        head.read(1)
    assert refused.value.details["retry_after_s"] == 3600
    head.now += bulk_reads.HOUR
    head.read(1)


def test_the_duty_to_export_reaches_as_far_as_its_area(town: Town):
    officer = Reader(town, Role.INFORMATION_OFFICER, VILLAGE)
    officer.read(10_000)
    with pytest.raises(TooManyReads):
        officer.read(bulk_reads.WITHOUT_DUTY + 1, COMMUNITY)


def test_nothing_leaves_that_the_record_cannot_tell(officer: Reader, monkeypatch):
    def busy(*_: object, **__: object) -> int:
        raise StoreBusy("忙。", "Busy.")

    with monkeypatch.context() as patched:
        patched.setattr(record, "note", busy)
        for _ in range(2):
            with pytest.raises(StoreBusy):
                officer.read(101)
    officer.read(101)
    assert [one["rows"] for one in officer.told()] == [303]


def test_an_export_leaves_the_layer_as_it_was(officer: Reader):
    before = officer.context.sequences()
    officer.read(500)
    assert officer.context.sequences() == before


def test_items_know_the_village_that_they_are_counted_by(town: Town):
    with town.context.read() as session:
        found = items.page(session, "person", items.Query()).items
    assert {one.village for one in found} == {VILLAGE}
