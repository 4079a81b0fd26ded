"""What no answer may hold, unless the caller may see it: looked for in all that is told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote

from mapserver.layers import Layer
from mapserver.roles import Duty, Right
from mapserver.store.scope import Scope
from tests.api import town as small
from tests.api.roll import Other
from tests.api.wire_in_process import Answer

Layers = Mapping[str, Layer]
Allowed = Callable[[Scope, Layers, Answer], bool]
BORN = "2015-03-09"


@dataclass(frozen=True, slots=True)
class Canary:
    """A word, and whether somebody may be told it in an answer."""

    word: str
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: what its reader must reach."""

    layer: str
    village: str
    grid: str | None

    def reached(self, scope: Scope, layers: Layers, right: Right) -> bool:
        """Whether somebody holds a right over the record."""
        return scope.holds(right, layers[self.layer], self.village, self.grid)


_NEAR = Place("house", small.XINWU, small.SOUTH)
_OLD = Place("dispute", small.XINWU, small.SOUTH)
_NEW = Place("dispute", small.DONGFENG, small.FAR)
_SCHOOL = Place("school", small.XINWU, small.NORTH)
_SHOP = Place("house", small.DONGFENG, small.EAST)
_ADULT = Place("person", small.XINWU, small.SOUTH)
_GUEST = Place("person", small.DONGFENG, small.EAST)
_ELSEWHERE = Place("house", small.DONGFENG, None)

PUBLIC: Mapping[Place, Sequence[str]] = {
    _NEAR: (small.FIRST_DOOR, "组20号"),
    Place("house", small.XINWU, small.NORTH): (small.OTHER_DOOR, "组21号"),
    Place("house", small.XINWU, None): (small.UNPLACED, "4组1号"),
    # the door on the edge is of the village next to the grid that it lies in
    Place("house", small.XINWU, small.EAST): (small.ON_EDGE, "组22号"),
    _ELSEWHERE: (small.OUTSIDE, "东风社区5号"),
    _SHOP: (small.SHOP, "东风社区6号"),
    _ADULT: (small.ADULT, small.CHILD),
    _GUEST: (small.GUEST,),
    _SCHOOL: (small.SCHOOL, "新屋小学"),
    _OLD: (small.OLD_DISPUTE,),
    _NEW: (small.NEW_DISPUTE,),
}
PERSONAL: Mapping[Place, Sequence[str]] = {
    _NEAR: ("房主",),
    _ADULT: ("张三", "1990-05-03", "常年在外"),
    _GUEST: ("王五",),
    _SCHOOL: ("校长",),
    _OLD: ("宅基地边界",),
    _NEW: ("排水",),
}
SECRET: Mapping[Place, Mapping[str, str]] = {
    _ADULT: {small.ADULT_ID: small.ADULT, small.ADULT_PHONE: small.ADULT},
    _NEAR: {small.OWNER_PHONE: small.FIRST_DOOR},
    _SCHOOL: {small.SCHOOL_PHONE: small.SCHOOL},
}
"""Told where they are opened, of the record with this id."""

OF_CHILD = ("张小宝", BORN)
"""Told where the whole record of the child is opened, and nowhere else."""

NEVER = (small.OWNER_ID, small.CHILD_ID)
"""Nobody opens them in the walk, so nobody may be told."""

TITLES, EXAMPLES = ("房主", "校长"), ("组20号", "张三", "1990-05-03", small.ADULT_ID)
IN_TITLES = ("/layers", "/record", "/record/events", "/collections/{collection}/queryables")
IN_EXAMPLES = "/collections/{collection}/template.xlsx"
"""Titles of fields, and examples in templates, are in the layer files: the same for all."""

SENT = "组20号"
"""Stands in the file that the walkers themselves send, and is told of their own import."""

_RECORD = ("/record", "/record/events")


def canaries(others: Iterable[Other]) -> list[Canary]:
    """Return every word that is looked for."""
    found = [
        *_told_of(PUBLIC, Right.READ),
        *_told_of(PERSONAL, Right.PERSONAL),
        *(
            Canary(word, _opened(place, item))
            for place, words in SECRET.items()
            for word, item in words.items()
        ),
        *(Canary(word, _opened(_ADULT, small.CHILD)) for word in OF_CHILD),
        *(Canary(word, _nobody) for word in NEVER),
    ]
    return found + list(chain.from_iterable(_of_other(one) for one in others))


def _told_of(places: Mapping[Place, Sequence[str]], right: Right) -> Iterable[Canary]:
    for place, words in places.items():
        for word in words:
            yield Canary(word, _reached(place, right))


def _of_other(other: Other) -> Iterable[Canary]:
    # the school that they imported is a record like another; it lies in the south of its village
    grid = {small.XINWU: small.SOUTH, small.DONGFENG: small.EAST}[other.village]
    school = Place("school", other.village, grid)
    imported = _either(_reached(school, Right.READ), _imports_for_all)
    yield Canary(other.school, imported)
    for word in (other.held, other.kept, other.file, other.newcomer):
        yield Canary(word, _imports_for_all)
    for word in (other.account, other.title, other.appointment):
        yield Canary(word, _looks_after_accounts)
    yield Canary(other.name, _either(_looks_after_accounts, _imports_for_all))
    for word in (other.session, other.token):
        yield Canary(word, _nobody)
    yield Canary(other.number, _returned)


def _nobody(*_: object) -> bool:
    return False


def _either(one: Allowed, two: Allowed) -> Allowed:
    return lambda *asked: one(*asked) or two(*asked)


def _reached(place: Place, right: Right) -> Allowed:
    return lambda scope, layers, _: place.reached(scope, layers, right)


def _opened(place: Place, item: str) -> Allowed:
    def allowed(scope: Scope, layers: Layers, answer: Answer) -> bool:
        asked_for = answer.ask.path.endswith(f"/items/{item}/openings")
        return asked_for and place.reached(scope, layers, Right.OPEN)

    return allowed


def _imports_for_all(scope: Scope, _: Layers, answer: Answer) -> bool:
    return small.TOWN in scope.areas_of(Duty.IMPORT) and answer.template.startswith("/imports")


def _returned(scope: Scope, layers: Layers, answer: Answer) -> bool:
    """Whether a file is given back as it was sent, to somebody who imports for the whole town."""
    return answer.template.endswith("/outcomes.xlsx") and _imports_for_all(scope, layers, answer)


def _looks_after_accounts(scope: Scope, _: Layers, answer: Answer) -> bool:
    mine = small.TOWN in scope.areas_of(Duty.ACCOUNTS)
    return mine and answer.template.startswith(("/accounts", "/appointments"))


def _audited(scope: Scope, answer: Answer) -> bool:
    """Whether an auditor reads the record of the town: ids and names of accounts, no values."""
    return small.TOWN in scope.areas_of(Duty.RECORD) and answer.template in _RECORD


def _is_no_record(word: str, answer: Answer, others: Sequence[Other]) -> bool:
    """Whether a word is told that no record of the town has given."""
    if answer.template == IN_EXAMPLES:
        return word in (*TITLES, *EXAMPLES)
    of_others = any(one in answer.ask.path for other in others for one in (other.held, other.kept))
    own_import = answer.template.startswith("/imports/{import_id}") and not of_others
    return (word in TITLES and answer.template in IN_TITLES) or (word == SENT and own_import)


def in_record(others: Iterable[Other]) -> set[str]:
    """Return what stands in the record: who did what to which id, never what it holds."""
    ids = {word for words in PUBLIC.values() for word in words if word.startswith("0190")}
    every = [(o.held, o.kept, o.account, o.appointment, o.session, o.token, o.name) for o in others]
    return ids.union(*every)


def leaks(
    answers: Iterable[Answer], scope: Scope, layers: Layers, others: Sequence[Other]
) -> list[str]:
    """Return what the answers tell that is not theirs to know, a line each."""
    looked_for, recorded = canaries(others), in_record(others)
    found = []
    for answer in answers:
        asked, told = unquote(answer.ask.path), answer.text
        for one in looked_for:
            if one.word not in told or one.word in asked or one.allowed(scope, layers, answer):
                continue
            recorded_only = one.word in recorded and _audited(scope, answer)
            if not recorded_only and not _is_no_record(one.word, answer, others):
                found.append(f"{answer.ask.method} {answer.ask.path}: {one.word}")
    return found


def told(answers: Iterable[Answer], others: Sequence[Other]) -> set[str]:
    """Return the words that somebody was told."""
    words = {one.word for one in canaries(others)}
    return {word for answer in answers for word in words if word in answer.text}
