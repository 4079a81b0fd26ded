"""From 360 px to 1920 px: nothing beyond the edge, everything large enough for a finger."""

import pytest

from tests.browser.map_page import MapPage
from tests.browser.states import Look, reading_states
from tests.support.browser import Watch

BEYOND = "() => document.documentElement.scrollWidth - innerWidth"
# controls whose 44 px round their middle are not theirs; half-scrolled ones are left out, and
# those within a sentence (WCAG 2.2, 2.5.8)
SMALL = """() => {
    const at = (x, y) => document.elementFromPoint(x, y);
    const whole = (one, box) => {
        for (let up = one.parentElement; up; up = up.parentElement) {
            const edge = up.getBoundingClientRect();
            if (getComputedStyle(up).overflow !== "visible" && (box.left < edge.left
                || box.right > edge.right || box.top < edge.top + 8
                || box.bottom > edge.bottom - 8)) return false;
        }
        return true;
    };
    return [...document.querySelectorAll("a[href], button, select, input, summary")]
        .map((one) => one.closest("label, .search") ?? one)
        .filter((one) => {
            const box = one.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const holds = (dx, dy) => one.contains(at(x + dx, y + dy));
            const covered = (dx, dy) => at(x + dx, y + dy)?.closest(".pop");
            if (one.closest("p") || !holds(0, 0) || !whole(one, box)) return false;
            return ![[-21, 0], [21, 0], [0, -21], [0, 21]]
                .every(([dx, dy]) => holds(dx, dy) || covered(dx, dy) && !one.closest(".pop"));
        })
        .map((one) => one.outerHTML.slice(0, 160));
}"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("viewport", ["phone", "wide"], indirect=True)
def test_page_fits_its_window_and_controls_fit_a_finger(
    town: MapPage, watch: Watch, viewport: str, lang: str
) -> None:
    watch.allow("404")
    faults: dict[str, object] = {}
    for state in reading_states(town, Look(viewport, lang, "light")):
        if beyond := town.page.evaluate(BEYOND):
            faults[f"{state} is too wide"] = beyond
        if small := town.page.evaluate(SMALL):
            faults[f"{state} has small controls"] = small
    assert faults == {}
