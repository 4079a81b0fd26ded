"""Measure the project beside its peers, in one run: `make bench`, or `python -m benchmarks`.

What is built for it is kept in a folder of the system's temporary folder, or in the one
that `--folder` names. `--times` is how often each is run; `--write` writes the table into
docs/benchmarks.md.
"""

import argparse
import os
import platform
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import auditing, importing, serving, streaming
from benchmarks.measure import Row

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PARTS = {
    "importing": importing.measure,
    "serving": serving.measure,
    "auditing": auditing.measure,
    "streaming": streaming.measure,
}


def main() -> None:
    """Measure what is named, or everything, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.gettempdir()) / "mapserver-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(_table(given.part or list(PARTS), folder, given.times))
    print("\n".join(lines))
    if given.write:
        text = PAGE.read_text("utf-8")
        marked = re.compile(r"(<!-- measured -->\n).*?(\n<!-- end -->)", re.DOTALL)
        PAGE.write_text(marked.sub(lambda m: m[1] + "\n".join(lines) + m[2], text), "utf-8")


def _table(parts: list[str], folder: Path, times: int) -> Iterator[str]:
    day = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    yield f"{day}, {machine}, Python {platform.python_version()},"
    yield f"median of {times}, the two sides in turn.\n"
    yield "| what | this project | beside it | ratio | to hold |"
    yield "| --- | --- | --- | --- | --- |"
    for part in parts:
        for row in PARTS[part](folder, times):
            yield _line(row)


def _line(row: Row) -> str:
    return f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.bound} |"


if __name__ == "__main__":
    main()
