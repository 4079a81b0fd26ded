"""100,000 household rows, from the file to the committed, assigned, visible state.

Beside it: pandas with openpyxl doing no more than reading the same file. Both are whole
processes, start-up included, and take turns.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import towns
from benchmarks.measure import Row, Run, in_turn, median, python, run

PEOPLE = 100_000
_READ = "import sys, pandas; pandas.read_excel(sys.argv[1], dtype=str, engine='openpyxl')"


def measure(folder: Path, times: int) -> Iterator[Row]:
    """Yield time and memory of the import."""
    town, file = towns.demo(folder), towns.register(folder, PEOPLE)

    def ours() -> Run:
        data = towns.copy(town, "importing")
        command = ("-m", "mapserver.cli", "import", "person", str(file), "--data", str(data))
        return run(python(*command))

    mine, theirs = in_turn(ours, lambda: run(python("-c", _READ, str(file))), times)
    ratio = median([a.cpu_s / b.cpu_s for a, b in zip(mine, theirs, strict=True)])
    yield Row(
        f"import of {PEOPLE:,} rows, CPU",
        f"{median([one.cpu_s for one in mine]):.1f} s",
        f"pandas + openpyxl, reading only: {median([one.cpu_s for one in theirs]):.1f} s",
        f"{ratio:.2f}",
        "at most 1",
    )
    walls = median([a.wall_s / b.wall_s for a, b in zip(mine, theirs, strict=True)])
    yield Row(
        f"import of {PEOPLE:,} rows, wall clock",
        f"{median([one.wall_s for one in mine]):.1f} s",
        f"pandas + openpyxl, reading only: {median([one.wall_s for one in theirs]):.1f} s",
        f"{walls:.2f}",
        "at most 1",
    )
    peak = max(one.peak_mib for one in mine)
    yield Row("its peak memory", f"{peak:.0f} MiB", "", "", "under 600 MB")
