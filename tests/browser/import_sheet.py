"""The import as a person does it: drop or choose, look, decide, commit, undo."""

import base64
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.map_page import MapPage

BUSY_MS = 120_000

DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name));
    const over = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    for (const type of ["dragenter", "dragover", "drop"])
        over.dispatchEvent(new DragEvent(type, {
            dataTransfer: carried, bubbles: true, cancelable: true,
        }));
}"""


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """The import sheet of the page."""

    map: MapPage

    @property
    def sheet(self) -> Locator:
        """All of it."""
        return self.map.page.locator("#imports")

    def button(self, name: str) -> Locator:
        """Return a button by a part of its name."""
        return self.sheet.get_by_role("button", name=name)

    def drop(self, file: Path) -> None:
        """Let go of a file over the page."""
        content = base64.b64encode(file.read_bytes()).decode()
        self.map.page.evaluate(DROP, [file.name, content])

    def choose(self, file: Path) -> None:
        """Choose a file through the browser's own dialogue."""
        self.map.page.locator("#rail a[data-nav=import]").click()
        with self.map.page.expect_file_chooser() as chooser:
            self.sheet.locator("label.drop").click()
        chooser.value.set_files(file)

    @property
    def outcomes(self) -> Locator:
        """The table of outcomes."""
        return self.sheet.locator("table.out")

    def until_ready(self) -> None:
        """Wait until every row has its outcome."""
        expect(self.outcomes).to_be_visible(timeout=BUSY_MS)

    def counts(self) -> dict[str, int]:
        """Return the figures by their words."""
        pairs = self.sheet.locator("dl.outs > div")
        return {
            pair.locator("dt").inner_text(): int(pair.locator("dd").inner_text().replace(",", ""))
            for pair in pairs.all()
        }

    def commit(self) -> None:
        """Commit, and wait until it is written."""
        self.sheet.locator("footer .btn.primary").click()
        expect(self.button("撤销本批")).to_be_visible(timeout=BUSY_MS)

    def undo(self) -> None:
        """Take the whole batch back, and wait until it is undone."""
        self.button("撤销本批").click()
        expect(self.sheet).to_contain_text("这一批已退回", timeout=BUSY_MS)

    def rows_saying(self, reason: str) -> Locator:
        """Return the rows with that reason."""
        return self.outcomes.locator("tbody tr", has_text=reason)
