"""Every door for files, with files that nobody made: nothing crashes, nothing half-writes.

Real files of every kind that the import reads are changed at random: their bytes, or the XML
inside an archive that stays whole, which gets further. Each is sent to a server of its own. It
must be read or refused with a reason that somebody foresaw, and the store stays as it was; what
was read is committed and undone, and then the store tells what it told before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import town as small
from tests.api.test_api_imports import NEWCOMER, REFUSED, TO_DECIDE, book
from tests.formats import builders
from tests.support.mutations import Change, changes, mutated
from tests.support.server import Server, running_server

FEW, MANY = 60, 2000
WAIT_S = 60
POINTS = [["学校名称", "办学类型", "经度", "纬度"], ["村小", "小学", "112.91", "27.01"]]


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Return real files, by the layer they are for."""
    people = [["姓名", "与户主关系", "公民身份号码", "联系电话", "现居住地址"], NEWCOMER[:5]]
    workbook = book(NEWCOMER, TO_DECIDE, REFUSED)
    return (
        ("person", workbook),
        ("person", builders.in_other_spelling(workbook)),
        ("person", builders.by_xlwt(people)),
        ("person", builders.as_csv(people)),
        ("person", builders.as_csv(people, "gb18030", "\t")),
        ("person", builders.as_csv(people, "utf-16")),
        ("person", builders.encrypted_xls()),
        ("person", builders.archive(xl__workbook_dot_xml="<w/>")),
        ("school", builders.by_openpyxl(POINTS)),
        ("school", builders.as_csv(POINTS)),
    )


@dataclass(frozen=True, slots=True)
class Door:
    """The door for files, and what the store behind it tells."""

    server: Server
    client: httpx2.Client

    def told(self) -> tuple[object, ...]:
        """Return what a half-write would change."""
        paths = ("/town", "/worklists/unplaced", "/worklists/unassigned")
        paths += ("/collections/person/items?limit=100", "/collections/school/items?limit=100")
        return tuple(_lasting(self.client.get(path).json()) for path in paths)

    def sequence(self) -> int:
        """Return the number of the last event."""
        number: int = self.client.get("/town").json()["sequence"]
        return number

    def send(self, layer: str, data: bytes) -> dict:
        """Send a file and return the import once it was read."""
        form = {"layer": layer, **({"datum": "cgcs2000"} if layer == "school" else {})}
        answer = self.client.post("/imports", files={"file": ("a.xlsx", data)}, data=form)
        assert answer.status_code == 202, answer.text
        return self.settled(answer.json()["id"])

    def settled(self, identifier: str) -> dict:
        """Return the import once it is no longer at work."""
        deadline = monotonic() + WAIT_S
        while monotonic() < deadline:
            body: dict = self.client.get(f"/imports/{identifier}").json()
            if body["state"] not in ("reading", "committing", "undoing"):
                return body
            sleep(0.002)
        raise AssertionError(f"still {body['state']}")

    def does(self, identifier: str, what: str) -> str:
        """Commit or undo, and return how that ended."""
        answer = self.client.post(f"/imports/{identifier}/{what}")
        assert answer.status_code == 202, answer.text
        state: str = self.settled(identifier)["state"]
        return state


def _lasting(body: dict) -> object:
    """Return what an import that was undone leaves as it was."""
    features = body.get("features")
    if features is not None:
        return [{**one, "properties": None} for one in features]
    return {name: value for name, value in body.items() if name != "sequence"}


@pytest.fixture(scope="module")
def door(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Yield a server of the small town that is this file's alone."""
    import shutil

    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(town_folder, folder / "data")
    arguments = ["serve", "--data", str(folder / "data")]
    env = {"MAPSERVER_LOG_LEVEL": "warning"}
    with (
        running_server(arguments, folder / "server.log", env=env) as server,
        httpx2.Client(
            base_url=server.url, timeout=WAIT_S, headers=small.signed_in(folder / "data")
        ) as client,
    ):
        yield Door(server, client)


def holds(door: Door, layer: str, data: bytes) -> None:
    """Check one file."""
    before = door.told()
    sequence = door.sequence()  # later: who reads much is in the record, too
    read = door.send(layer, data)
    assert door.sequence() == sequence, "something was written before anybody said so"
    assert read["state"] in ("ready", "failed")
    if read["state"] == "failed":
        assert read["problem"]["code"] != "error", read["problem"]
    elif read["counts"]["added"] or read["counts"]["updated"]:
        assert door.does(read["id"], "commit") == "committed"
        assert door.does(read["id"], "undo") == "undone"
    assert door.told() == before
    assert door.server.process.poll() is None
    assert '"error"' not in door.server.printed()


@pytest.mark.parametrize("number", range(10))
def test_files_that_are_changed_are_read_or_refused_by_themselves(door: Door, number: int):
    layer, data = seeds()[number]
    holds(door, layer, data)


@settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(10)), changes, st.booleans())
def test_changed_file_is_read_or_refused_and_never_half_written(
    door: Door, number: int, steps: list[Change], inside: bool
):
    layer, data = seeds()[number]
    holds(door, layer, mutated(data, steps, inside=inside))


@pytest.mark.torture
@settings(max_examples=MANY, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(10)), changes, st.booleans())
def test_two_thousand_changed_files_are_read_or_refused_and_never_half_written(
    door: Door, number: int, steps: list[Change], inside: bool
):
    layer, data = seeds()[number]
    holds(door, layer, mutated(data, steps, inside=inside))
