"""What notes say, in words: no code of the program's own is left for an auditor to guess."""

import re

import pytest

from mapserver.domain.telling import Detail
from mapserver.roles import Role
from mapserver.services import accounts
from mapserver.services.record_reading import entries
from mapserver.services.record_words import said
from mapserver.store.record_search import Wanted
from tests.services.small_town import Town


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("how", "password", ("方式", "密码"), ("By", "Password")),
        ("role", "auditor", ("岗位", "审计员"), ("Role", "Auditor")),
        ("roles", ["police", "fire"], ("岗位", "警员、消防员"), ("Roles", "Police, Fire service")),
        ("fields", ["password"], ("改动", "密码"), ("Changed", "Password")),
        ("code", "slowed", ("原因", "登录放慢"), ("Reason", "Sign-ins slowed")),
        ("all", 3, ("共", "3"), ("In all", "3")),
        ("writes", True, ("可以写", "是"), ("May write", "Yes")),
        ("rows", 12, ("行数", "12"), ("Rows", "12")),
        (
            "session",
            "01a22893-1ae8-7154-b6e0-f7dd6ba01700",
            ("会话", "6ba01700"),
            ("Session", "6ba01700"),
        ),
    ],
)
def test_a_detail_is_told_in_the_readers_language(
    name: str, value: Detail, zh: tuple[str, str], en: tuple[str, str]
) -> None:
    for language, words in (("zh", zh), ("en", en)):
        (one,) = said({name: value}, language)
        assert (one.title, one.text) == words


def test_what_is_not_there_is_not_told():
    assert said({"until": None}, "zh") == ()


def test_what_has_no_words_is_told_as_it_stands():
    (one,) = said({"pages": 3}, "zh")
    assert (one.title, one.text) == ("pages", "3")


def test_making_and_appointing_somebody_leaves_no_word_untranslated(town: Town):
    made, _ = accounts.create(town.context, "luo.pingyun", "罗平云", "a long row of quiet words")
    accounts.appoint(town.context, made.id, Role.HEALTH, town.context.scope.town)
    page = entries(town.context, Wanted(), "zh", before=None, limit=50)
    texts = [
        text
        for line in page.lines
        if line.layer in {"account", "appointment"}
        for text in (line.layer_title, *(f.title for f in line.fields), *_words(line.said))
    ]
    assert texts
    identifiers = re.compile(r"[0-9a-f-]+")
    assert [one for one in texts if one and one.isascii() and not identifiers.fullmatch(one)] == []


def _words(details):
    return [text for one in details for text in (one.title, one.text)]
