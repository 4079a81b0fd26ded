"""What each walker writes: every operation that changes something, with a body that would do.

Each is a generator: it yields a request, and is given the answer. What is another's is asked for
by everybody who may not have it; what somebody may change is their own, or made for it before.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyotp

from mapserver.roles import Duty
from mapserver.services.boundaries import drafts
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.context import Context
from tests.api import town as small
from tests.api.people import PASSWORD
from tests.api.roll import Other, Walker
from tests.api.test_api_imports import NEWCOMER, TO_DECIDE, book
from tests.api.wire_in_process import Answer, Ask

Script = Generator[Ask, Answer, None]
NEW_PASSWORD = "four geese behind the mill"
VISIT = {"purpose": "visit", "text": "入户核对"}
GUARD = {"purpose": "guardianship", "text": "监护走访"}
OPENINGS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("person", small.ADULT, {**VISIT, "field": "id_number"}),
    ("person", small.ADULT, {**VISIT, "field": "phone"}),
    ("person", small.CHILD, GUARD),
    ("person", small.GUEST, {**VISIT, "field": "phone"}),
    ("house", small.FIRST_DOOR, {**VISIT, "field": "owner_phone"}),
    ("house", small.SHOP, {**VISIT, "field": "owner_phone"}),
    ("school", small.SCHOOL, {**VISIT, "field": "head_phone"}),
    ("person", small.ident(999), {**VISIT, "field": "phone"}),
)
BUSY = ("reading", "committing", "undoing")
_WAITED = 20_000
"""How often an import is asked for before it counts as stuck; each time takes a millisecond."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who walks, in which town, and whose things they meet."""

    walker: Walker
    context: Context
    drawing: Drawing
    others: Sequence[Other]

    def code(self, factor: str, steps: int = 0) -> str:
        """Return the code that a phone shows, so many half minutes from now."""
        return pyotp.TOTP(factor).at(self.context.clock() + timedelta(seconds=30 * steps))

    def has(self, duty: Duty) -> bool:
        """Whether the walker has a duty anywhere."""
        return bool(self.walker.scope.areas_of(duty))


def scripts(visit: Visit) -> Iterable[Script]:
    """Return everything that is written in one visit, in order; the last signs out."""
    yield openings()
    yield accounts(visit)
    yield of_others(visit)
    yield boundaries(visit)
    yield register(visit)
    yield dropped(visit)
    yield keys(visit)
    yield own_account(visit)


def openings() -> Script:
    """Open secrets, and ask who has a number."""
    for layer, item, body in OPENINGS:
        yield Ask("POST", f"/collections/{layer}/items/{item}/openings", body)
    for number in (small.ADULT_ID, small.CHILD_ID):
        yield Ask("POST", "/lookups", {**VISIT, "number": number})
    for person in (small.ADULT, small.ident(999)):
        yield Ask("POST", "/worklists/doubles/decisions", {"lives": person})


def accounts(visit: Visit) -> Script:
    """Do all that administrators do, to somebody new, or else to another who is there."""
    name = f"new.{visit.walker.name}"
    made = yield Ask("POST", "/accounts", {"name": name, "title": name})
    somebody = made.json()["id"] if made.status == 201 else visit.others[0].account
    place = f"/accounts/{somebody}"
    yield Ask("GET", place)
    yield Ask("PUT", place, {"title": "改了名字"})
    yield Ask("POST", f"{place}/password", {"second_factor": True})
    yield Ask("PUT", f"{place}/identity", {"subject": "42"})
    yield Ask("DELETE", f"{place}/identity")
    today = visit.context.today()
    wanted = {"account": somebody, "role": "patrol", "area": small.TOWN, "since": f"{today}"}
    given = yield Ask("POST", "/appointments", wanted)
    held = given.json()["id"] if given.status == 201 else visit.others[0].appointment
    yield Ask("DELETE", f"/appointments/{held}")
    yield Ask("DELETE", place)
    yield Ask("POST", f"{place}/reopen")


def of_others(visit: Visit) -> Script:
    """Reach for what is another's: of imports nobody may who does not import for the town."""
    for one in visit.others:
        yield Ask("DELETE", f"/sessions/{one.session}")
        yield Ask("DELETE", f"/tokens/{one.token}")
        if small.TOWN in visit.walker.scope.areas_of(Duty.IMPORT):
            continue
        for identifier in (one.held, one.kept):
            yield Ask("POST", f"/imports/{identifier}/decisions", {"code": "x", "choice": "y"})
            yield Ask("POST", f"/imports/{identifier}/commit")
            yield Ask("POST", f"/imports/{identifier}/undo")
            yield Ask("DELETE", f"/imports/{identifier}")


def boundaries(visit: Visit) -> Script:
    """Draw in both villages: try, keep, hand in, take back, send back, approve."""
    for turn, other in enumerate(visit.others, start=len(visit.walker.name)):
        place = f"/boundaries/{other.village}"
        acts = {"acts": [small.bent(other.village, turn)]}
        yield Ask("POST", f"{place}/tries", acts)
        yield Ask("POST", f"{place}/pieces", {**acts, "shape": small.whole(other.village)})
        yield Ask("POST", f"{place}/proposals", {"grids": 1})
        yield Ask("POST", f"{place}/groups", acts)
        yield Ask("POST", f"{place}/group-moves", {**acts, "group": "3", "to": None})
        file = ("grids.geojson", small.drawn(other.village))
        yield Ask("POST", f"{place}/files", file=file, fields={"datum": "cgcs2000"})
        made = yield Ask("POST", f"{place}/drafts", acts)
        drafts_ = f"{place}/drafts"
        draft = f"{drafts_}/{made.json()['id'] if made.status == 201 else other.draft}"
        yield Ask("GET", draft)
        yield Ask("PUT", draft, {**acts, "revision": 1})
        yield Ask("POST", f"{draft}/submission", {"revision": 2})
        yield Ask("POST", f"{draft}/withdrawal", {"revision": 3})
        yield Ask("DELETE", f"{draft}?revision=4")
        waiting = f"{drafts_}/{submitted(visit, other.village, turn)}"
        yield Ask("POST", f"{waiting}/return", {"revision": 2, "remark": "再看看"})
        waiting = f"{drafts_}/{submitted(visit, other.village, turn)}"
        yield Ask("POST", f"{waiting}/approval", {"revision": 2})


def submitted(visit: Visit, village: str, turn: int) -> str:
    """Return a draft that waits for approval, drawn by nobody of the roll."""
    drawing = visit.drawing
    on = drawing.ground(visit.context, village)
    one = drafts.begin(visit.context, on, [small.bent(village, turn)])
    return drafts.submit(visit.context, drawing, on, one.id, one.revision).id


def register(visit: Visit) -> Script:
    """Import a household register: look, decide, write, take back."""
    file = ("登记表.xlsx", book(NEWCOMER, TO_DECIDE)) if visit.has(Duty.IMPORT) else ("a.csv", b"a")
    sent = yield Ask("POST", "/imports", file=file, fields={"layer": "person"})
    if sent.status != 202:
        return
    place = sent.header(b"location")[0]
    yield from _settled(place)
    told = yield Ask("GET", f"{place}/rows?show=all")
    yield Ask("GET", f"{place}/points")
    waiting = [row["decision"] for row in told.json()["rows"] if row["decision"]]
    if waiting:
        choice = waiting[0]["options"][0]["id"]
        yield Ask("POST", f"{place}/decisions", {"code": waiting[0]["key"], "choice": choice})
    yield Ask("POST", f"{place}/commit")
    yield from _settled(place)
    yield Ask("GET", f"{place}/outcomes.xlsx")
    yield Ask("GET", "/imports")
    yield Ask("POST", f"{place}/undo")
    yield from _settled(place)


def dropped(visit: Visit) -> Script:
    """Send a file and drop it."""
    file = ("登记表.xlsx", book(NEWCOMER))
    sent = yield Ask("POST", "/imports", file=file, fields={"layer": "person"})
    place = sent.header(b"location")[0] if sent.status == 202 else f"/imports/{small.ident(999)}"
    yield from _settled(place)
    yield Ask("DELETE", place)


def _settled(place: str) -> Script:
    for _ in range(_WAITED):
        answer = yield Ask("GET", place)
        if answer.status != 200 or answer.json()["state"] not in BUSY:
            return
    raise AssertionError(f"{place} is stuck")


def keys(visit: Visit) -> Script:
    """Sign in beside, end that, and make a token and revoke it."""
    walker = visit.walker
    body = {"name": walker.name, "password": PASSWORD}
    # the code of this half minute was used when the phone was set up
    body |= {"code": visit.code(walker.factor, 1)} if walker.factor else {}
    yield Ask("POST", "/session", body, alone=True)
    told = yield Ask("GET", "/sessions")
    others = [one["id"] for one in told.json()["sessions"] if not one["current"]]
    for one in others[:1]:
        yield Ask("DELETE", f"/sessions/{one}")
    made = yield Ask("POST", "/tokens", {"title": "QGIS", "days": 3, "writes": True})
    yield Ask("GET", "/tokens")
    yield Ask("DELETE", f"/tokens/{made.json()['id']}")
    yield Ask("DELETE", "/sessions")


def own_account(visit: Visit) -> Script:
    """Set a phone up, do without it, change the password, sign out; then nothing is told."""
    confirmed = {"password": PASSWORD}
    begun = yield Ask("POST", "/account/totp", confirmed)
    yield Ask("PUT", "/account/totp", {"code": visit.code(begun.json()["secret"])})
    yield Ask("POST", "/account/recovery-codes", confirmed)
    yield Ask("POST", "/account/totp/stop", confirmed)
    yield Ask("PUT", "/account/password", {"old": PASSWORD, "new": NEW_PASSWORD})
    yield Ask("DELETE", "/session")
    yield Ask("GET", "/town")
