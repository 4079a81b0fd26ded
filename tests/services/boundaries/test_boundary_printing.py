"""Boundaries on paper: A3 pages that tell what a reader may know."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from mapserver.domain.appointments import Appointment, Period
from mapserver.errors import NotFound
from mapserver.roles import Role
from mapserver.services.boundaries.printing import printed
from mapserver.services.identifiers import new_id
from mapserver.store import accounts, appointments
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import EAST, TOWN, VILLAGE, WEST

A3_PT = (1190.55, 841.89)


def read(content: bytes) -> list[str]:
    """Return the words of each page."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        assert page.get_size() == pytest.approx(A3_PT, abs=0.1)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return texts


def appoint(workshop: Workshop, title: str, area: str) -> None:
    """Make somebody head of the grids of an area."""
    with workshop.town.context.write() as session:
        account, name = new_id(), f"head{area[-3:]}"
        accounts.add(session, account, name, title)
        since = Period(datetime(2026, 1, 1, tzinfo=UTC).date())
        one = Appointment(new_id(), account, Role.GRID_HEAD, area, since)
        appointments.add(session, one)


def paper(workshop: Workshop, grid: str | None = None, language: str = "zh", **who) -> list[str]:
    """Return the words of the pages that somebody prints."""
    context = workshop.as_(**who) if who else workshop.head
    return read(printed(context, workshop.drawing, VILLAGE, grid, language))


def test_a_village_has_a_page_of_its_own_and_one_of_each_grid(any_workshop: Workshop):
    village, west, east = paper(any_workshop)
    assert "新屋村" in village
    assert "第1网格" in west.replace("\r\n", "")
    assert "430424 100 201 002" in east
    for page in (village, west, east):
        assert "比例尺 1:" in page
        assert "中央经线 114°E" in page
        assert "打印" in page


def test_a_grid_names_its_neighbours_on_the_side_they_lie_on(workshop: Workshop):
    (page,) = paper(workshop, WEST)
    told = page.replace("\r\n", " ")
    assert re.search("东至 *新屋村第2网格 *南至 *镇外 *西至 *镇外 *北至 *镇外", told), told


def test_its_own_head_is_named_and_else_that_of_the_village(workshop: Workshop):
    appoint(workshop, "谭村长", VILLAGE)
    appoint(workshop, "罗䶮平", EAST)
    assert "谭村长" in paper(workshop, WEST)[0]
    east = paper(workshop, EAST)[0]
    assert "谭村长" not in east
    assert "罗〓平" in east, "a character that the font lacks is seen to be missing"


def test_who_may_not_read_the_whole_village_gets_the_map_without_counts(workshop: Workshop):
    member = {"role": Role.GRID_MEMBER, "area": WEST}
    counted, uncounted = paper(workshop, EAST)[0], paper(workshop, EAST, **member)[0]
    assert "房屋" in counted
    assert "房屋" not in uncounted
    assert "周长" in uncounted
    assert "11组4号" not in uncounted


def test_nobody_is_named_on_paper_but_heads(workshop: Workshop):
    everything = "".join(paper(workshop))
    for person in workshop.town.kept("person"):
        assert person["name"] not in everything


def test_in_english_nothing_is_left_in_chinese_but_names(workshop: Workshop):
    (page,) = paper(workshop, WEST, "en")
    for word in (
        "Grid 1",
        "households",
        "Geodesic area",
        "Perimeter",
        "East",
        "beyond the town",
        "Scale",
    ):
        assert word in page
    for word in ("网格", "椭球面积", "周长", "比例尺", "打印"):
        assert word not in page


def test_a_grid_that_is_not_there_is_said(workshop: Workshop):
    with pytest.raises(NotFound, match="009"):
        paper(workshop, f"{VILLAGE}009")
    with pytest.raises(NotFound):
        printed(workshop.head, workshop.drawing, f"{TOWN}999", None, "zh")


def test_the_same_day_gives_the_same_bytes(workshop: Workshop):
    first, second = (printed(workshop.head, workshop.drawing, VILLAGE, None, "zh") for _ in "ab")
    assert first == second


def test_who_is_appointed_elsewhere_finds_no_village_though_others_just_looked_at_it(
    workshop: Workshop,
):
    assert paper(workshop)
    for ask in (
        workshop.drawing.ground,
        lambda *who: printed(who[0], workshop.drawing, VILLAGE, None, "zh"),
    ):
        with pytest.raises(NotFound):
            ask(workshop.as_(Role.GRID_HEAD, "430424101"), VILLAGE)
