"""Families whose ages, names and relations can be true, whatever the chance."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.demo import families
from mapserver.demo.families import (
    DAUGHTER,
    GRANDCHILD,
    GRANDPARENT,
    HEAD,
    MARRIED,
    OTHER,
    PARENT,
    REMARRIED,
    SON,
    SPOUSE,
    Member,
    age_on,
    family,
)

some_family = st.builds(
    lambda seed, rural, full: family(Random(seed), rural, full),
    st.integers(0, 2**64),
    st.booleans(),
    st.booleans(),
)


def of(members: list[Member], *relations: str) -> list[Member]:
    return [member for member in members if member.relation in relations]


def older(parent: Member, child: Member) -> int:
    """Return how old the parent was when the child was born."""
    return age_on(parent.born, child.born)


@given(some_family)
def test_the_first_is_the_head_and_an_adult(members):
    assert [member.relation for member in of(members, HEAD)] == [HEAD]
    assert members[0].relation == HEAD
    assert members[0].age >= 18
    assert not members[0].deceased


@given(some_family)
def test_spouses_are_of_both_sexes_and_near_in_age(members):
    for spouse in of(members, SPOUSE):
        assert spouse.sex != members[0].sex
        assert abs((spouse.born - members[0].born).days) < 10 * 365.25
        assert min(spouse.age, members[0].age) >= 20


@given(some_family)
def test_parents_are_18_to_45_years_older_than_their_children(members):
    for child in of(members, SON, DAUGHTER):
        for parent in of(members, HEAD, SPOUSE):
            assert 18 <= older(parent, child) <= 45
    for parent in of(members, PARENT):
        assert 18 <= older(parent, members[0]) <= 45


@given(some_family)
def test_grandchildren_are_children_of_the_married_son_and_his_wife(members):
    for grandchild in of(members, GRANDCHILD):
        (bride,) = of(members, OTHER)
        (son,) = [m for m in of(members, SON) if m.marital == MARRIED]
        for parent in (son, bride):
            assert 18 <= older(parent, grandchild) <= 45
        assert grandchild.surname in (son.surname, bride.surname)


@given(some_family)
def test_a_grandparent_is_a_generation_above_the_parents(members):
    for grandparent in of(members, GRANDPARENT):
        father, _ = of(members, PARENT)
        assert 18 <= older(grandparent, father) <= 45


@given(some_family)
def test_children_carry_a_parents_surname_where_both_parents_are_there(members):
    parents = of(members, HEAD, SPOUSE)
    if len(parents) == 2:
        names = {parent.surname for parent in parents}
        assert {child.surname for child in of(members, SON, DAUGHTER)} <= names
    for parent in of(members, PARENT)[:1]:
        assert members[0].surname == parent.surname or parent.sex == "2"


@given(some_family)
def test_brothers_and_sisters_share_a_name_and_come_one_after_another(members):
    children = sorted(of(members, SON, DAUGHTER), key=lambda child: child.born)
    assert len({child.surname for child in children}) <= 1
    for elder, younger in pairwise(children):
        assert (younger.born - elder.born).days > 365


@given(some_family)
def test_words_say_the_order_within_the_sex(members):
    sons = sorted(of(members, SON), key=lambda son: son.born)
    order = ["长子", "次子", "三子", "四子", "五子"]
    assert [son.word for son in sons] == [w for w in order if w in {s.word for s in sons}]


@given(some_family)
def test_nobody_is_yet_to_be_born_or_too_old(members):
    assert all(0 <= member.age <= 108 for member in members)


@given(some_family)
def test_a_married_head_lives_with_the_spouse(members):
    married = members[0].marital in (MARRIED, REMARRIED)
    spouses = [spouse for spouse in of(members, SPOUSE) if not spouse.deceased]
    assert married == bool(spouses)


def test_left_behind_children_live_with_grandparents_while_their_parents_are_away():
    found = [families._left_behind(Random(n)) for n in range(60)]
    with_children = [members for members in found if of(members, GRANDCHILD)]
    assert len(with_children) > 20
    for members in with_children:
        away = [member for member in members if member.away]
        assert sorted(member.sex for member in away) == ["1", "2"]
        assert not members[0].away


@pytest.mark.parametrize(("day", "age"), [((2026, 3, 4), 25), ((2026, 3, 5), 26)])
def test_a_year_is_full_on_the_birthday(day, age):
    import datetime

    assert age_on(datetime.date(2000, 3, 5), datetime.date(*day)) == age
