"""Writers that live until they are killed: each import that returned is acknowledged.

`python -m tests.torture.writer PLACE KEY_FILE` loads the program once and forks a writer
for every line it reads, so that one lives within milliseconds. It prints ``pid N`` of each,
the writer ``ack BATCH ROWS`` after every import that returned, and in the end ``ended``.
"""

import itertools
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from mapserver.services.imports.batch import Given, import_file
from tests.services.registers import as_csv, cells, fields_of
from tests.services.small_town import id_of, open_town

ROWS = 4
_GROUPS = (3, 8, 11, 23)
_CHARACTERS = "安宝昌达恩发广海家康乐明年平青荣善泰万新雅正志中洲"


def people(number: int) -> bytes:
    """Return a register of people that no other number has, each behind a new door."""
    rows = []
    for k in range(ROWS):
        nth = number * ROWS + k
        born = date(1940, 1, 1) + timedelta(days=nth // 400)
        first, second = divmod(nth % 625, 25)
        rows.append(
            {
                "name": f"王{_CHARACTERS[first]}{_CHARACTERS[second]}",
                "id_number": id_of(f"{born:%Y%m%d}", 2 * (nth % 400) + 1),
                "address": f"新屋村{_GROUPS[nth % 4]}组{nth + 1000}号",
            }
        )
    return as_csv(cells(fields_of(*rows), *rows), "utf-8-sig")


def schools(number: int) -> bytes:
    """Return a list of schools that no other number has, each at a point."""
    rows = [["学校名称", "办学类型", "村", "经度", "纬度"]]
    for k in range(ROWS):
        nth = number * ROWS + k
        lon, lat = 112.901 + nth % 97 * 5e-4, 27.081 + nth % 89 * 2e-4
        rows.append([f"青禾第{nth}小学", "小学", "新屋村", f"{lon:.6f}", f"{lat:.6f}"])
    return as_csv(rows, "utf-8-sig")


def given(number: int) -> Given:
    """Return the import of that number."""
    if number % 2:
        return Given("school", "学校.csv", schools(number), None, "cgcs2000")
    return Given("person", "户口.csv", people(number))


def write_for_ever(place: str, key_file: Path, first: int) -> None:
    """Import again and again, and acknowledge what returned."""
    town = open_town(place, key_file)
    for number in itertools.count(first):
        done = import_file(town.context, given(number), "en", lambda *_: None, every_row=False)
        counts = done.summary["counts"]
        assert counts["added"] == ROWS, (counts, list(done.lines()))
        os.write(1, f"ack {done.batch} {ROWS}\n".encode())


def _fork(place: str, key_file: Path, first: int) -> None:
    child = os.fork()
    if child == 0:
        try:
            write_for_ever(place, key_file, first)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(1)
    os.write(1, f"pid {child}\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"ended\n")


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line


if __name__ == "__main__":
    for line in _lines():
        _fork(sys.argv[1], Path(sys.argv[2]), int(line))
