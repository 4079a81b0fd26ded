"""Refusals are in the record, and whoever is refused again and again does not fill it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mapserver.errors import StoreBusy
from mapserver.services import record, refusals
from mapserver.services.context import Context
from mapserver.services.refusals import Refusals, Refused
from mapserver.store.scope import Scope
from tests.services.small_town import Town

EXPORT = Refused("not-allowed", "GET", "/record")
OTHER = Refused("not-allowed", "GET", "/accounts")


@dataclass
class Clock:
    """A clock that stands until it is pushed."""

    now: datetime = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now

    def push(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(town: Town, clock: Clock) -> Context:
    somebody = Scope("clerk", town.context.scope.town, ())
    return replace(town.context, scope=somebody, clock=clock)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what is written, and write it all the same."""
    seen: list[dict[str, Any]] = []
    write = record.note

    def note(context: Context, action: Any, **details: Any) -> int:
        seen.append({"actor": context.scope.actor, **details})
        return write(context, action, **details)

    monkeypatch.setattr(record, "note", note)
    return seen


def test_a_refusal_is_noted_at_once(town: Town, context: Context, noted: list):
    before = town.sequence
    Refusals().note(context, EXPORT)
    assert noted == [
        {
            "actor": context.scope.actor,
            "code": "not-allowed",
            "method": "GET",
            "route": "/record",
            "more": None,
        }
    ]
    assert town.verify() == before + 1


def test_a_thousand_refusals_in_a_minute_are_two_events(
    town: Town, context: Context, clock: Clock, noted: list
):
    before, seen = town.sequence, Refusals()
    for _ in range(1000):
        seen.note(context, EXPORT)
        clock.push(0.05)
    clock.push(60)
    seen.note(context, EXPORT)
    assert [one["more"] for one in noted] == [None, 999]
    assert town.sequence == before + 2


def test_refusals_of_another_kind_or_person_are_their_own(context: Context, noted: list):
    seen = Refusals()
    somebody = replace(context, scope=replace(context.scope, actor="somebody"))
    for who, what in ((context, EXPORT), (context, OTHER), (somebody, EXPORT)):
        seen.note(who, what)
        seen.note(who, what)
    assert [(one["actor"], one["route"]) for one in noted] == [
        (context.scope.actor, "/record"),
        (context.scope.actor, "/accounts"),
        ("somebody", "/record"),
    ]


def test_refusals_of_strangers_are_one_kind_whatever_they_ask_for(context: Context, noted: list):
    """They may ask for a thousand addresses; what they were refused for is a short list."""
    seen = Refusals()
    strangers = replace(context, scope=Scope.of_town("system", context.scope.town))
    for what in (EXPORT, OTHER, replace(OTHER, code="sign-in-needed"), EXPORT):
        seen.note(strangers, what)
    seen.close()
    assert [(one["code"], one["route"], one["more"]) for one in noted] == [
        ("not-allowed", "/record", None),
        ("sign-in-needed", "/accounts", None),
        ("not-allowed", "/record", 1),
    ]


def test_what_was_counted_is_told_when_the_server_ends(context: Context, noted: list):
    seen = Refusals()
    for _ in range(5):
        seen.note(context, EXPORT)
    seen.note(context, OTHER)
    seen.close()
    assert [(one["route"], one["more"]) for one in noted] == [
        ("/record", None),
        ("/accounts", None),
        ("/record", 3),
    ]
    seen.close()
    assert len(noted) == 3


def test_what_is_pushed_out_of_memory_is_told(
    context: Context, noted: list, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(refusals, "MOST", 1)
    seen = Refusals()
    for what in (EXPORT, EXPORT, EXPORT, OTHER):
        seen.note(context, what)
    assert [(one["route"], one["more"]) for one in noted] == [
        ("/record", None),
        ("/accounts", None),
        ("/record", 1),
    ]


def test_a_clock_that_jumps_back_silences_nobody(context: Context, clock: Clock, noted: list):
    seen = Refusals()
    seen.note(context, EXPORT)
    clock.push(-3600)
    seen.note(context, EXPORT)
    assert len(noted) == 2


def test_a_store_that_cannot_be_written_is_no_reason_to_fail(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def busy(*_: Any, **__: Any) -> int:
        raise StoreBusy("忙", "busy")

    monkeypatch.setattr(record, "note", busy)
    Refusals().note(context, EXPORT)
    assert "store-busy" in caplog.text
