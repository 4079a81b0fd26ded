"""A town's code names its province, city and county."""

import pytest

from mapserver.domain.divisions import home


def test_the_code_of_a_town_says_where_it_lies():
    assert home("430424100", "洣水镇") == ("湖南省", "衡阳市", "衡东县", "洣水镇")


def test_a_county_that_was_renamed_is_called_by_its_name_of_today():
    assert home("130430100", "新马头镇") == ("河北省", "邯郸市", "邱县", "新马头镇")


@pytest.mark.parametrize("code", ["430499100", "999999100", "110105001"])
def test_nothing_is_said_of_what_the_table_has_not(code):
    assert home(code, "某镇") is None
