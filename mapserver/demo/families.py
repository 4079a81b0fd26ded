"""Families: who lives together, how they are related, and ages that can be true.

Parents are 18 to 45 years older than their children, spouses are near in age, every child
carries a parent's surname (the father's, now and then the mother's), and a head is an adult.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from mapserver.demo.names import given, surname
from mapserver.demo.records import AS_OF

YEAR = 365.2425

HEAD, SPOUSE, SON, DAUGHTER, GRANDCHILD, PARENT, GRANDPARENT, SIBLING, OTHER = (
    "02", "10", "20", "30", "40", "50", "60", "70", "90",
)  # fmt: skip
SINGLE, MARRIED, REMARRIED, WIDOWED, DIVORCED = "10", "21", "22", "30", "40"
MALE, FEMALE = "1", "2"

_ORDER = ("长", "次", "三", "四", "五", "六")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a family; `relation` is a code, `word` what a register writes for it."""

    surname: str
    given: str
    sex: str
    born: datetime.date
    relation: str
    word: str
    marital: str = SINGLE
    away: bool = False
    deceased: bool = False

    @property
    def name(self) -> str:
        """Surname and given name."""
        return self.surname + self.given

    @property
    def age(self) -> int:
        """Full years on the day the register stands."""
        return age_on(self.born, AS_OF)


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Return the full years between birth and `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


Family = list[Member]


def family(random: Random, rural: bool, full: bool = False) -> Family:
    """Return one family, the head first; a `full` one has children."""
    kinds, shares = _FULL if full else _RURAL if rural else _URBAN
    return random.choices(kinds, cum_weights=shares)[0](random)


def _day(years_ago: float) -> datetime.date:
    return AS_OF - datetime.timedelta(days=max(3, round(years_ago * YEAR)))


def _person(sex: str, born: datetime.date, random: Random, name: str | None = None) -> Member:
    return Member(name or surname(random), given(sex, born.year, random), sex, born, HEAD, "户主")


def _couple(random: Random, youngest: float, oldest: float) -> tuple[Member, Member]:
    """Return husband and wife; `youngest` and `oldest` bound his age."""
    his = random.uniform(youngest, oldest)
    hers = max(20.5, his - min(8.0, max(-3.0, random.gauss(2.2, 2.2))))
    marital = REMARRIED if random.random() < 0.05 else MARRIED
    husband = replace(_person(MALE, _day(his), random), marital=marital)
    wife = replace(_person(FEMALE, _day(hers), random), marital=marital)
    return husband, replace(wife, relation=SPOUSE, word="妻")


def _headed(husband: Member, wife: Member, random: Random) -> Family:
    """Return the couple with its head first: he, or one time in seven she."""
    if random.random() < 0.86:
        return [husband, wife]
    return [
        replace(wife, relation=HEAD, word="户主"),
        replace(husband, relation=SPOUSE, word="夫"),
    ]


def _children(random: Random, father: Member, mother: Member, number: int) -> Family:
    """Return up to `number` children, eldest first, born while both parents were of the age."""
    name = father.surname if random.random() < 0.97 else mother.surname
    born = mother.born + datetime.timedelta(days=round(random.uniform(20.2, 30) * YEAR))
    earliest = father.born + datetime.timedelta(days=round(20 * YEAR))
    born = max(born, earliest)
    children: Family = []
    while len(children) < number and born < AS_OF and _may_bear(father, mother, born):
        children.append(_person(random.choice((MALE, FEMALE)), born, random, name))
        born += datetime.timedelta(days=round(random.uniform(1.3, 5.5) * YEAR))
    return _worded(children)


def _may_bear(father: Member, mother: Member, born: datetime.date) -> bool:
    return age_on(father.born, born) < 45 and age_on(mother.born, born) < 43


def _worded(children: Sequence[Member]) -> Family:
    """Return the children with their words: 长子, 次女, by order within their sex."""
    count = {MALE: 0, FEMALE: 0}
    worded: Family = []
    for child in children:
        relation, word = (SON, "子") if child.sex == MALE else (DAUGHTER, "女")
        worded.append(replace(child, relation=relation, word=_ORDER[count[child.sex]] + word))
        count[child.sex] += 1
    return worded


def _at_home(children: Sequence[Member], oldest: float) -> Family:
    return [child for child in children if child.age <= oldest]


def _parents_of(child: Member, random: Random) -> tuple[Member, Member]:
    """Return father and mother of a grown child, who carries the father's name."""
    mother_was = random.uniform(20.2, 31)
    father_was = min(40.0, max(20.2, mother_was + random.gauss(2, 2)))
    years = (AS_OF - child.born).days / YEAR
    father = _person(MALE, _day(years + father_was), random, child.surname)
    mother = _person(FEMALE, _day(years + mother_was), random)
    return (
        replace(father, relation=PARENT, word="父亲", marital=MARRIED),
        replace(mother, relation=PARENT, word="母亲", marital=MARRIED),
    )


def _elder_alone(random: Random) -> Family:
    """Return one widowed elder; in some registers the late spouse still stands."""
    husband, wife = _couple(random, 66, 90)
    left, late = (wife, husband) if random.random() < 0.64 else (husband, wife)
    head = replace(left, relation=HEAD, word="户主", marital=WIDOWED)
    if random.random() > 0.2:
        return [head]
    word = "夫" if late.sex == MALE else "妻"
    return [head, replace(late, relation=SPOUSE, word=word, deceased=True)]


def _adult_alone(random: Random) -> Family:
    sex = MALE if random.random() < 0.68 else FEMALE
    one = _person(sex, _day(random.uniform(23, 62)), random)
    return [replace(one, marital=DIVORCED if random.random() < 0.3 else SINGLE)]


def _elders(random: Random) -> Family:
    return _headed(*_couple(random, 58, 86), random)


def _newly_wed(random: Random) -> Family:
    return _headed(*_couple(random, 23, 34), random)


def _with_children(random: Random) -> Family:
    husband, wife = _couple(random, 27, 55)
    children = _children(random, husband, wife, random.choices((1, 2, 3), (36, 50, 14))[0])
    return _headed(husband, wife, random) + _at_home(children, 27)


def _lone_parent(random: Random) -> Family:
    husband, wife = _couple(random, 29, 50)
    children = _children(random, husband, wife, random.choice((1, 1, 2)))
    stays = wife if random.random() < 0.6 else husband
    marital = WIDOWED if random.random() < 0.25 else DIVORCED
    return [replace(stays, relation=HEAD, word="户主", marital=marital), *_at_home(children, 24)]


def _head_with_parents(random: Random) -> Family:
    """Return a couple with children, one or both of his parents, now and then a brother."""
    husband, wife = _couple(random, 27, 46)
    father, mother = _parents_of(husband, random)
    if random.random() < 0.35 or father.age > 82:
        late = father if random.random() < 0.7 or father.age > 82 else mother
        elders = [replace(p, marital=WIDOWED) for p in (father, mother) if p is not late]
    else:
        elders = [father, mother]
    children = _children(random, husband, wife, random.choice((1, 2, 2, 3)))
    others = _brother(random, husband) if random.random() < 0.05 else []
    return [husband, wife, *_at_home(children, 26), *elders, *others]


def _brother(random: Random, head: Member) -> Family:
    born = head.born + datetime.timedelta(days=round(random.uniform(1.5, 6) * YEAR))
    if age_on(born, AS_OF) < 19:
        return []
    return [replace(_person(MALE, born, random, head.surname), relation=SIBLING, word="弟")]


def _head_with_grandchildren(random: Random, away: bool = False) -> Family:
    """Return an elder couple with a married son, his wife and their children."""
    husband, wife = _couple(random, 52, 72)
    children = _children(random, husband, wife, random.choice((1, 2, 3)))
    grown = [child for child in children if child.sex == MALE and child.age >= 24]
    if not grown:
        return _headed(husband, wife, random) + _at_home(children, 30)
    son = replace(grown[0], marital=MARRIED, away=away)
    bride = _bride(random, son)
    young = _children(random, son, bride, random.choices((1, 2, 3), (40, 48, 12))[0])
    home = [child for child in children if child is not grown[0] and child.age <= 25]
    grand = [
        replace(child, relation=GRANDCHILD, word="孙子" if child.sex == MALE else "孙女")
        for child in young
    ]
    return [*_headed(husband, wife, random), son, replace(bride, away=away), *grand, *home]


def _bride(random: Random, son: Member) -> Member:
    years = (AS_OF - son.born).days / YEAR
    hers = max(21.0, years - min(7.0, max(-2.0, random.gauss(1.6, 1.8))))
    bride = _person(FEMALE, _day(hers), random)
    return replace(bride, relation=OTHER, word="儿媳", marital=MARRIED)


def _left_behind(random: Random) -> Family:
    """Return the same, with the middle generation working far away."""
    return _head_with_grandchildren(random, away=True)


def _four_generations(random: Random) -> Family:
    """Return a couple with children, his parents and a grandmother."""
    husband, wife = _couple(random, 26, 36)
    father, mother = _parents_of(husband, random)
    _, grandmother = _parents_of(father, random)
    elder = replace(grandmother, relation=GRANDPARENT, word="祖母", marital=WIDOWED)
    children = _children(random, husband, wife, random.choice((1, 2)))
    return [husband, wife, *children, father, mother, elder]


Kind = Callable[[Random], Family]


def _shares(*kinds: tuple[Kind, float]) -> tuple[tuple[Kind, ...], tuple[float, ...]]:
    return tuple(kind for kind, _ in kinds), tuple(accumulate(share for _, share in kinds))


_RURAL = _shares(
    (_elder_alone, 9),
    (_adult_alone, 7),
    (_elders, 17),
    (_newly_wed, 3),
    (_with_children, 20),
    (_lone_parent, 4),
    (_head_with_parents, 13),
    (_head_with_grandchildren, 10),
    (_left_behind, 12),
    (_four_generations, 1),
)
_URBAN = _shares(
    (_elder_alone, 7),
    (_adult_alone, 12),
    (_elders, 15),
    (_newly_wed, 7),
    (_with_children, 38),
    (_lone_parent, 6),
    (_head_with_parents, 8),
    (_head_with_grandchildren, 4),
    (_left_behind, 1),
)
_FULL = _shares((_with_children, 3), (_head_with_parents, 3), (_left_behind, 2))
