"""What of an event may be shown: names, and what was written to be shown; never a value."""

import string

from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.telling import covered, told

VALUES = {"id": "x", "name": "张三", "phone": "19900001111"}


def test_a_write_tells_the_names_of_its_fields():
    assert told({"after": VALUES, "revision": 1}).fields == ("name", "phone")
    assert told({"before": VALUES}).fields == ("name", "phone")
    change = told({"before": {"name": "张三"}, "after": {"name": None, "note": "a"}, "revision": 2})
    assert change.fields == ("name", "note")


def test_what_is_neither_a_name_nor_a_note_is_not_told():
    found = told({"after": VALUES, "secret": "19900001111", "revision": 3, "note": None})
    assert (found.fields, found.details) == (("name", "phone"), {})


def test_a_note_is_told_with_the_numbers_that_somebody_typed_covered():
    found = told({"note": {"field": "phone", "text": "核对 199 0000 1111", "events": 19900001111}})
    assert found.fields == ("phone",)
    assert found.details == {"text": "核对 " + "*" * 13, "events": 19900001111}


def test_numbers_are_covered_however_they_are_written():
    assert covered("张三，43049919900503001X，急") == "张三，" + "*" * 18 + "，急"
    assert covered("电话１９９００００１１１１") == "电话" + "*" * 11
    assert covered("430499-1990-0503-0010 核") == "*" * 21 + " 核"


def test_doors_days_and_years_stay_readable():
    assert covered("3组20号，11月24日，2026年") == "3组20号，11月24日，2026年"


@given(st.text(string.digits + " -Xx号、", max_size=40))
def test_no_six_digits_in_a_row_are_left(text: str):
    shown = covered(text)
    assert len(shown) == len(text)
    runs = "".join(one if one.isdigit() else " " for one in shown).split()
    assert all(len(run) < 6 for run in runs)
