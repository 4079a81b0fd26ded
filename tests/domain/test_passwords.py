"""Which passwords will do: length, and not being among the first to be tried."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.password_pieces import pieces_of
from mapserver.domain.passwords import LONGEST, normal, weakness

COMMON = frozenset(["password", "woaini", "letmein", "correcthorsebattery"])
OWNER = ("wangfang", "王芳", "mapserver")


def refused(password: str, least: int = 12) -> str | None:
    return weakness(password, COMMON, OWNER, least=least)


@pytest.mark.parametrize(
    "password",
    [
        "春江水暖鸭先知，蒌蒿满地",
        "correct horse battery",
        "tuesday we walk to the dam",
        "k7mq-2xwp-9htr-c4vz",
        "Sunset over Hengshan",
        "vTq8#mPz!4Rw",
        "no capital no digit here",
        "dashen 19850612 zai hubian diaoyu",
    ],
)
def test_a_password_of_its_own_will_do_whatever_it_is_made_of(password: str):
    assert refused(password) is None


@pytest.mark.parametrize("password", ["", "short", "elevenchars"])
def test_a_password_below_the_length_is_short(password: str):
    assert refused(password) == "short"


def test_a_password_is_measured_in_characters_of_any_script():
    assert refused("衡东县洣水镇新屋村第三网格") is None
    assert refused("衡东县洣水镇新屋村第三") == "short"


def test_a_password_may_be_long_but_not_without_end():
    sentence = "这是一句很长的话，我每天走到水库边上再回来。Xq3" * 12
    assert refused(sentence[:LONGEST]) is None
    assert refused(sentence[: LONGEST + 1]) == "long"


@pytest.mark.parametrize(
    "password",
    [
        "correcthorsebattery",
        "woaini1314520",
        "WoAiNi5201314",
        "woainiwoainiwoaini",
        "passwordpassword",
        "password123456",
        "zhangwei19850612",
        "ZhangWei1985-06-12",
        "19850612lixiaohong",
        "liuyang850612",
        "1985年6月12日1985年6月12日",
        "111111111111",
        "123123123123",
        "qwertyuiop[]",
        "qwertyuiop12345",
        "abcdefghijkl",
        "52013141314520",
        "asdfghjkl1234567890",
        "１２３４５６７８９０１２３４５６",
    ],
)
def test_what_is_tried_first_is_common(password: str):
    assert refused(password) == "common"


@pytest.mark.parametrize(
    "password", ["wangfang王芳", "王芳19850612", "mapserver2026", "MapServer王芳"]
)
def test_little_more_than_a_name_of_the_owner_or_the_service_is_refused(password: str):
    assert refused(password, least=8) == "named"


def test_another_persons_name_is_another_matter():
    """Mapserver is no pinyin: without the name nothing speaks against it."""
    assert weakness("mapserver2026", COMMON, (), least=12) is None


def test_what_stands_in_something_longer_does_not_matter():
    assert refused("password") == "short"
    assert refused("my password is a boat!") is None


@given(st.text(min_size=12, max_size=40))
def test_the_form_in_which_it_is_typed_does_not_matter(text: str):
    composed = unicodedata.normalize("NFC", text)
    apart = unicodedata.normalize("NFD", text)
    assert normal(composed) == normal(apart)
    assert refused(composed) == refused(apart)


@given(st.lists(st.sampled_from(sorted(COMMON)), min_size=1, max_size=3))
def test_few_known_pieces_are_found_and_many_are_not_held_against_anybody(pieces: list[str]):
    text = "".join(pieces)
    found = pieces_of(text, COMMON, frozenset(), most=2)
    different = [piece for n, piece in enumerate(pieces) if n == 0 or piece != pieces[n - 1]]
    if len(different) <= 2:
        assert found is not None
        assert len(found) <= len(different)
    if found is not None:
        assert text.startswith(found[0])
        assert text.endswith(found[-1])
