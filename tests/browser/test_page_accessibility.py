"""axe-core finds nothing on any state of the page, in both languages, themes and sizes."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look, importing_states, reading_states, written_states
from tests.support.browser import Watch, violations

each_look = pytest.mark.parametrize(
    ("viewport", "look"),
    [(look.size, look) for look in LOOKS],
    ids=map(str, LOOKS),
    indirect=["viewport"],
)


def faults(town: MapPage, states: Iterable[str]) -> list[str]:
    """Return what axe-core finds in each state."""
    return [f"{state}: {fault}" for state in states for fault in violations(town.page)]


@each_look
def test_what_one_looks_at_has_no_violations(town: MapPage, watch: Watch, look: Look) -> None:
    watch.allow("404")  # one of the states is a house that does not exist
    assert faults(town, reading_states(town, look)) == []


@each_look
def test_import_preview_has_no_violations(
    town: MapPage, irregular_register: Path, look: Look
) -> None:
    assert faults(town, importing_states(town, irregular_register, look)) == []


def test_committed_and_undone_import_have_no_violations(
    own_town: MapPage, clean_register: Path
) -> None:
    assert faults(own_town, written_states(own_town, clean_register, LOOKS[0])) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_api_page_has_no_violations(town: MapPage, lang: str) -> None:
    for theme in ("light", "dark"):
        town.page.goto(f"{town.url}/docs?lang={lang}&theme={theme}")
        town.page.locator("section.group").first.wait_for()
        assert violations(town.page) == []
