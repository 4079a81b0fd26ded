"""The page of results: one table a subject, each with the day and the machine it was made on."""

import os
import platform
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import shapely

from benchmarks.measure import Row

PAGE = Path(__file__).with_name("RESULTS.md")
TITLES = {
    "importing": "Import of a register",
    "serving": "Start and tiles of a served town",
    "assigning": "Assignment",
    "editing": "Assignment while boundaries are drawn",
    "auditing": "Audit of a coverage",
    "finding": "Defects put in, and found",
    "streaming": "Assignment of files",
    "tiling": "Tiles of points, and heat tiles",
    "tile-serving": "Tiles by HTTP",
    "repairing": "Repair of a coverage",
    "proposing": "Proposals of grids",
    "stroking": "Strokes in the workshop",
    "shifting": "Shifted datums",
}
PEERS = (
    "numpy",
    "numba",
    "geopandas",
    "pandas",
    "openpyxl",
    "duckdb",
    "sedonadb",
    "datashader",
    "tipg",
    "maup",
    "spopt",
)
_HEAD = """\
# Results

Written by `make bench ARGS="--write"`, which measures what it is told to and leaves the other
tables as they are. What is measured, how, and what the figures mean is in
[docs/benchmarks.md](../docs/benchmarks.md). A peer that is not there is named in its row.
"""


def table(part: str, rows: Iterable[Row], times: int) -> Iterator[str]:
    """Yield the lines of a subject's table."""
    day = datetime.now(UTC).date().isoformat()
    yield f"## {TITLES[part]}"
    yield ""
    yield f"{day}, median of {times}, the sides in turn. {_machine()} {_versions()}"
    yield ""
    yield "| what | this project | beside it | ratio | to hold |"
    yield "| --- | --- | --- | --- | --- |"
    for row in rows:
        yield f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.bound} |"


def write(part: str, lines: Iterable[str]) -> None:
    """Put a subject's table in its place on the page."""
    old = PAGE.read_text("utf-8") if PAGE.exists() else ""
    kept = dict(re.findall(r"<!-- (\S+) -->\n(.*?)\n<!-- end -->", old, re.DOTALL))
    kept[part] = "\n".join(lines)
    tables = (f"<!-- {one} -->\n{kept[one]}\n<!-- end -->\n" for one in TITLES if one in kept)
    PAGE.write_text("\n".join([_HEAD, *tables]), "utf-8")


def _machine() -> str:
    return f"{os.cpu_count()} cores of {_processor()}, Python {platform.python_version()}."


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _versions() -> str:
    geos = ".".join(map(str, shapely.geos_version))
    named = [f"shapely {shapely.__version__} (GEOS {geos})"]
    for name in PEERS:
        try:
            named.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            named.append(f"{name} absent")
    return ", ".join(named) + "."
