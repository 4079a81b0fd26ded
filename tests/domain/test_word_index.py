"""Words in texts, beside a look at every text."""

from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.word_index import WordIndex

ADDRESSES = {7: ("大桥村3组12号", "12号"), 9: ("大桥村13组12号", None), 4: ("新屋村A栋", "a栋")}


def held(rows, *words, most=100):
    found = WordIndex(rows.items()).holding(words, most)
    return None if found is None else found.tolist()


def test_a_word_may_begin_anywhere_in_a_text():
    assert held(ADDRESSES, "3组12") == [7, 9]
    assert held(ADDRESSES, "村3组") == [7]


def test_every_word_must_be_there_in_whichever_text():
    assert held(ADDRESSES, "12号", "13组") == [9]
    assert held(ADDRESSES, "12号", "新屋") == []


def test_case_is_not_minded():
    assert held(ADDRESSES, "a栋") == held(ADDRESSES, "A栋") == [4]


def test_a_word_that_is_nearly_everywhere_is_left_to_who_reads_every_row():
    assert held(ADDRESSES, "村", most=2) is None
    assert held(ADDRESSES, "村", most=3) == [7, 9, 4]


letters = st.text("ab号", max_size=4)
tables = st.dictionaries(st.integers(0, 99), st.lists(letters | st.none(), max_size=3), max_size=8)


@given(tables, st.lists(st.text("ab号", min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_rows_are_those_of_a_look_at_every_text(rows, words):
    assert held(rows, *words, most=1000) == [
        number
        for number, texts in rows.items()
        if all(any(word in (text or "") for text in texts) for word in words)
    ]
