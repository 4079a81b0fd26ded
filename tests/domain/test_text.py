"""Text from cells, brought to one form."""

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.text import clean_text, plain_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (None, ""),
        ("  张三\u3000", "张三"),
        ("张\u00a0 三", "张 三"),
        ("张\u200b三\ufeff", "张三"),
        ("'430499", "430499"),
        ("＇430499", "430499"),
        ("’430499", "430499"),
        ("‘五保’户", "‘五保’户"),
        ("１３８ａＢ", "138aB"),
        ("８组（新屋）", "8组(新屋)"),
        ("姓\n名", "姓名"),
        ("踏庄村\r\n 8组", "踏庄村8组"),
        ("430499\n1990", "430499 1990"),
        ("John \n Smith", "John Smith"),
        ('="0430499"', "0430499"),
        ("\ud800张", "张"),
        ("120㎡", "120m2"),
        (11, "11"),
        (11.0, "11"),
        (1.5, "1.5"),
        (True, "是"),
        (datetime.date(1990, 5, 3), "1990-05-03"),
        (datetime.datetime(1990, 5, 3), "1990-05-03"),
    ],
)
def test_what_people_type_is_brought_to_one_form(raw: object, clean: str):
    assert clean_text(raw) == clean


def test_kept_text_loses_its_wide_letters_but_not_its_chinese_punctuation():
    assert plain_text("８组２０号（新屋），\u00a0Ａ座；") == "8组20号（新屋）， A座；"


@given(st.text())
def test_clean_text_is_nfkc_without_odd_spaces_and_cleaning_twice_changes_nothing(raw: str):
    clean = clean_text(raw)
    assert clean == clean.strip()
    assert not {"\n", "\u00a0", "\u200b", "\u3000"} & set(clean)
    assert "  " not in clean
    assert unicodedata.is_normalized("NFKC", clean)


@given(st.text(alphabet=st.characters(categories=["L", "Nd", "P", "Z"])))
def test_both_forms_of_a_text_compare_equal(raw: str):
    """What is kept and shown must still be found by what is compared."""
    assert clean_text(plain_text(raw)) == clean_text(raw)
