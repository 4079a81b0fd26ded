"""Measure the project beside its peers, in one run: `make bench`, or `python -m benchmarks`.

What is built for it is kept in a folder of the system's temporary folder, or in the one
that `--folder` names. `--times` is how often each is run; `--write` writes the tables into
benchmarks/RESULTS.md.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import (
    assigning,
    auditing,
    editing,
    finding,
    importing,
    proposing,
    repairing,
    results,
    serving,
    shifting,
    streaming,
    stroking,
    tile_serving,
    tiling,
)

PARTS = {
    "importing": importing.measure,
    "serving": serving.measure,
    "assigning": assigning.measure,
    "editing": editing.measure,
    "auditing": auditing.measure,
    "finding": finding.measure,
    "streaming": streaming.measure,
    "tiling": tiling.measure,
    "tile-serving": tile_serving.measure,
    "repairing": repairing.measure,
    "proposing": proposing.measure,
    "stroking": stroking.measure,
    "shifting": shifting.measure,
}


def main() -> None:
    """Measure what is named, or everything, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.gettempdir()) / "mapserver-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    for part in given.part or PARTS:
        lines = []
        for line in results.table(part, PARTS[part](folder, given.times), given.times):
            print(line, flush=True)
            lines.append(line)
        if given.write:
            results.write(part, lines)


if __name__ == "__main__":
    main()
