"""A secret is opened one at a time, for a purpose, and the record tells who and why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from mapserver.domain.purposes import LONGEST, Purpose, purpose
from mapserver.domain.records import Record
from mapserver.errors import InvalidRequest, NotAllowed, NotFound, TooManyOpenings
from mapserver.roles import Role
from mapserver.services.opening_limit import OpeningLimit
from mapserver.services.opening_secrets import Opened, Wanted, look_up, open_secret
from mapserver.store import events, writing
from mapserver.store.scope import Grant
from tests.services.small_town import HEAD, Town, id_of
from tests.store.town import uid

VISIT = Purpose("visit", "核实住址")
STATED = {"purpose": "visit", "text": "核实住址"}
CARE = purpose("guardianship", "入学证明")
CHILD, CHILD_NUMBER = uid(900), id_of("20200901", 3)


@pytest.fixture
def limit() -> OpeningLimit:
    """Return a limit of three openings an hour."""
    return OpeningLimit(3)


@pytest.fixture
def child(town: Town) -> str:
    """Return the id of a record of somebody under 14."""
    values = {"name": "周小宝", "born": date(2020, 9, 1), "id_number": CHILD_NUMBER, "sex": "1"}
    with town.context.write() as session:
        writing.add(session, "person", [Record(CHILD, None, None, values)])
    return CHILD


def notes(town: Town) -> list[tuple[str | None, str | None, dict[str, Any]]]:
    with town.context.read() as session:
        rows = events.between(
            session.connection, session.table("event"), session.town, 1, session.sequence()
        )
    return [
        (row.layer, row.item, orjson.loads(row.data)["note"])
        for row in rows
        if row.action == "open"
    ]


def opened(town: Town, limit: OpeningLimit, field: str | None, why: Purpose = VISIT) -> Opened:
    who = town.person("周大山")["id"]
    return open_secret(town.context, limit, Wanted("person", who, field), why)


@dataclass(frozen=True)
class Opener:
    """Somebody who opens a phone at minutes of a day, two an hour at most."""

    town: Town
    actor: str = "opener"
    day: datetime = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def scope(self, actor: str) -> "Opener":
        """Return somebody else."""
        return replace(self, actor=actor)

    def clock(self, minutes: float) -> Callable[[], datetime]:
        """Return a clock that stands."""
        return lambda: self.day + timedelta(minutes=minutes)

    def at(self, minutes: float) -> None:
        """Open it."""
        scope = replace(self.town.context.scope, actor=self.actor)
        context = replace(self.town.context, scope=scope, clock=self.clock(minutes))
        wanted = Wanted("person", self.town.person("周大山")["id"], "phone")
        open_secret(context, OpeningLimit(2), wanted, VISIT)

    def waits(self, minutes: float) -> int:
        """Return how long they are told to wait."""
        with pytest.raises(TooManyOpenings) as caught:
            self.at(minutes)
        return int(caught.value.details["retry_after_s"])


def test_one_field_is_opened_and_noted(town: Town, limit: OpeningLimit):
    before = town.context.sequences()
    found = opened(town, limit, "id_number", purpose("other", "  补办 社保卡 "))
    assert found.values == {"id_number": HEAD}
    said = {"fields": ["id_number"], "purpose": "other", "text": "补办 社保卡"}
    assert notes(town) == [("person", found.id, said)]
    assert town.context.sequences() == before
    town.verify()


def test_a_date_of_birth_is_opened_like_a_secret(town: Town, limit: OpeningLimit):
    assert opened(town, limit, "born").values == {"born": date(1970, 1, 1)}


@pytest.mark.parametrize("field", ["name", "no_such_field", None])
def test_only_secrets_are_opened_and_one_at_a_time(
    town: Town, limit: OpeningLimit, field: str | None
):
    with pytest.raises(InvalidRequest):
        opened(town, limit, field)
    assert notes(town) == []


def test_what_is_not_there_and_what_is_elsewhere_are_told_alike(town: Town, limit: OpeningLimit):
    who = town.person("周大山")["id"]
    elsewhere = replace(town.context.scope, grants=(Grant(Role.GRID_HEAD, "430424100999"),))
    said = set()
    for context, item in (
        (town.context, uid(12345)),
        (replace(town.context, scope=elsewhere), who),
    ):
        with pytest.raises(NotFound) as caught:
            open_secret(context, limit, Wanted("person", item, "phone"), VISIT)
        said.add((caught.value.zh, caught.value.en, str(caught.value.details)))
    assert len(said) == 1
    assert notes(town) == []


@pytest.mark.parametrize(("role", "may"), [(Role.GRID_HEAD, True), (Role.SUPERVISOR, False)])
def test_only_roles_that_open_secrets_do(town: Town, limit: OpeningLimit, role: Role, may: bool):
    scope = replace(town.context.scope, grants=(Grant(role, town.context.scope.town),))
    theirs = replace(town.context, scope=scope)
    wanted = Wanted("person", town.person("周大山")["id"], "phone")
    assert len(look_up(theirs, limit, HEAD, VISIT)) == may
    if may:
        assert open_secret(theirs, limit, wanted, VISIT).values == {"phone": "14012345678"}
        return
    with pytest.raises(NotAllowed):
        open_secret(theirs, limit, wanted, VISIT)


def test_a_childs_record_is_opened_whole_for_guardianship_alone(
    town: Town, limit: OpeningLimit, child: str
):
    for field in (None, "id_number"):
        with pytest.raises(InvalidRequest, match="guardianship"):
            open_secret(town.context, limit, Wanted("person", child, field), VISIT)
    limit = OpeningLimit(3)
    whole = open_secret(town.context, limit, Wanted("person", child, None), CARE).values
    assert (whole["name"], whole["born"]) == ("周小宝", date(2020, 9, 1))
    assert whole["id_number"] == f"{CHILD_NUMBER[:6]}********{CHILD_NUMBER[-4:]}"
    number = open_secret(town.context, limit, Wanted("person", child, "id_number"), CARE)
    assert number.values == {"id_number": CHILD_NUMBER}
    assert [said["fields"] for _, _, said in notes(town)] == [["*"], ["id_number"]]


def test_nobody_opens_more_than_so_many_an_hour(town: Town, limit: OpeningLimit):
    for _ in range(3):
        opened(town, limit, "phone")
    with pytest.raises(TooManyOpenings) as caught:
        opened(town, limit, "phone")
    assert 0 < caught.value.details["retry_after_s"] <= 3600
    assert len(notes(town)) == 3
    other = replace(town.context, scope=replace(town.context.scope, actor="another"))
    who = town.person("周大山")["id"]
    assert open_secret(other, limit, Wanted("person", who, "phone"), VISIT).values


def test_an_hour_later_one_may_go_on(town: Town):
    opens = Opener(town)
    opens.at(0)
    opens.at(30)
    assert [opens.waits(minutes) for minutes in (30, 59)] == [1800, 60]
    opens.at(60)
    assert opens.waits(61) == 1740


def test_a_restart_forgets_nothing(town: Town):
    Opener(town).at(0)
    Opener(town).at(1)
    assert Opener(town).waits(2) == 3480


def test_a_clock_that_jumped_back_keeps_nobody_waiting_for_more_than_an_hour(town: Town):
    """What is dated in the future counts as done when the record first tells of the past."""
    opens, back = Opener(town), -800 * 24 * 60
    opens.at(0)
    opens.at(1)
    assert opens.waits(back) == 3600
    with replace(town.context, clock=opens.clock(back + 10)).write() as session:
        session.append([events.Event("open", None, None, None, {})])
    opens.scope("another").at(back + 20)
    assert opens.waits(back + 30) == 2400
    opens.at(back + 71)
    opens.at(back + 72)
    assert opens.waits(back + 73) > 0


@pytest.mark.parametrize("written", [HEAD, f" {HEAD[:6]} {HEAD[6:14]} {HEAD[14:]}"])
def test_who_has_a_number_is_found_masked_and_noted(town: Town, limit: OpeningLimit, written: str):
    (found,) = look_up(town.context, limit, written, VISIT)
    assert (found.layer, found.values["name"]) == ("person", "周大山")
    assert found.values["id_number"] == f"{HEAD[:6]}********{HEAD[-4:]}"
    assert notes(town) == [("person", found.id, {"looked_up": "id_number", **STATED})]


def test_a_phone_is_looked_up_too_and_nobody_is_noted(town: Town, limit: OpeningLimit):
    assert [one.values["name"] for one in look_up(town.context, limit, "14012345678", VISIT)] == [
        "周大山"
    ]
    assert look_up(town.context, limit, "14000009999", VISIT) == []
    assert notes(town)[-1] == (None, None, {"looked_up": "phone", **STATED})


def test_no_child_is_found_by_a_number(town: Town, limit: OpeningLimit, child: str):
    assert look_up(town.context, limit, CHILD_NUMBER, VISIT) == []


@pytest.mark.parametrize("number", ["", "周大山", HEAD[:-1], "43049", "140****5678", "1401234567"])
def test_part_of_a_number_finds_nothing(town: Town, limit: OpeningLimit, number: str):
    with pytest.raises(InvalidRequest):
        look_up(town.context, limit, number, VISIT)


def test_looking_up_counts_like_opening(town: Town, limit: OpeningLimit):
    for _ in range(3):
        look_up(town.context, limit, HEAD, VISIT)
    with pytest.raises(TooManyOpenings):
        opened(town, limit, "phone")


@pytest.mark.parametrize(
    ("reason", "words", "parameter"),
    [
        ("", "", "purpose"),
        ("curiosity", "好奇", "purpose"),
        ("other", "", "text"),
        ("other", " 　\n", "text"),
        ("guardianship", "", "text"),
        *((reason, " 核　", "text") for reason in ("visit", "errand", "mediation")),
        ("visit", "核" * (LONGEST + 1), "text"),
        ("visit", HEAD, "text"),
        ("visit", "４３０４９９１９", "text"),
        ("visit", "他的电话 140-1234-5678", "text"),
    ],
)
def test_a_purpose_that_says_nothing_or_too_much_is_refused(
    reason: str, words: str, parameter: str
):
    with pytest.raises(InvalidRequest) as caught:
        purpose(reason, words)
    assert caught.value.details == {"parameter": parameter}
    assert not words.strip() or words.strip() not in caught.value.zh + caught.value.en
