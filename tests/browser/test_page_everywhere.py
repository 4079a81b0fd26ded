"""Every state of the page holds in both languages, themes and sizes.

axe-core finds nothing, nothing is beyond the edge, every control fits a finger, and the English
page has no Chinese but names and other data, which are marked as such.
"""

from pathlib import Path

import pytest

from tests.browser.checks import chinese, faults
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look, importing_states, reading_states, written_states
from tests.support.browser import Watch, violations

WIDE = Look("wide", "zh", "light")


def each_look(*looks: Look) -> pytest.MarkDecorator:
    """Run a test once for each look."""
    cases = [(look.size, look) for look in looks]
    return pytest.mark.parametrize(
        ("viewport", "look"), cases, ids=map(str, looks), indirect=["viewport"]
    )


@each_look(*LOOKS, WIDE)
def test_what_one_looks_at_is_without_fault(town: MapPage, watch: Watch, look: Look) -> None:
    watch.allow("404")  # one of the states is a house that does not exist
    assert faults(town, reading_states(town, look), look) == []


@each_look(*LOOKS)
def test_import_preview_is_without_fault(
    town: MapPage, irregular_register: Path, look: Look
) -> None:
    assert faults(town, importing_states(town, irregular_register, look), look) == []


@each_look(LOOKS[0], LOOKS[3])
def test_committed_and_undone_import_is_without_fault(
    own_town: MapPage, clean_register: Path, look: Look
) -> None:
    assert faults(own_town, written_states(own_town, clean_register, look), look) == []


@pytest.mark.parametrize(("lang", "title"), [("zh", "接口说明"), ("en", "The API")])
def test_api_page_is_without_fault(town: MapPage, lang: str, title: str) -> None:
    for theme in ("light", "dark"):
        town.page.goto(f"{town.url}/docs?lang={lang}&theme={theme}")
        town.page.locator("section.group").first.wait_for()
        assert town.page.locator("h1").inner_text() == title
        assert violations(town.page) == []


def test_chinese_page_is_full_of_what_the_check_of_the_english_one_looks_for(
    town: MapPage,
) -> None:
    town.open()
    assert len(chinese(town.page)) > 20
