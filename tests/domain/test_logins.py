"""Login names: one form for all ways to type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.logins import LONGEST, login_of, title_of


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王芳", "王芳"),
        (" WangFang ", "wangfang"),
        ("ＷａｎｇＦａｎｇ２", "wangfang2"),
        ("wang.fang@mishui-2", "wang.fang@mishui-2"),
    ],
)
def test_every_way_to_type_a_name_is_one_name(typed: str, name: str):
    assert login_of(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "a", " ", "wang fang", "-wang", "_w", "a\0b", "a\nb", "王" * (LONGEST + 1), "a/b"]
)
def test_other_texts_are_no_names(typed: str):
    assert login_of(typed) is None


@given(st.text(max_size=50))
def test_a_name_in_its_one_form_stays_as_it_is(typed: str):
    name = login_of(typed)
    if name is not None:
        assert login_of(name) == name


@pytest.mark.parametrize("text", ["", "  ", "a\u202eb", "王" * 61, "a\ud800"])
def test_what_cannot_be_shown_is_no_title(text: str):
    assert title_of(text) is None


def test_a_title_loses_needless_room():
    assert title_of("  王  芳 ") == "王 芳"
