"""A town small enough to draw: one village of two grids, one community of a single grid.

::

    112.90      112.92      112.94      112.96
    +-----------+-----------+-----------+ 27.10
    | grid 001  | grid 002  | grid 001  |
    |       新屋村 (201)     | 迎宾社区   |
    |           |           |   (001)   |
    +-----------+-----------+-----------+ 27.08

Its doors and people are those of `DOORS` and `PEOPLE`; ID numbers use a prefix that is no
county's.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import select

from mapserver.domain.address import parse
from mapserver.domain.identity import id_check_digit
from mapserver.domain.problems import Problem
from mapserver.domain.records import Record
from mapserver.layers import load_layers
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.imports.decisions import Answer
from mapserver.services.imports.job import Job
from mapserver.services.imports.jobs import Imports
from mapserver.services.imports.plan import PlannedRow
from mapserver.services.imports.report import ShownRow, Teller
from mapserver.services.seeding import seed
from mapserver.shipped import shipped
from mapserver.store.scope import Scope
from mapserver.store.store import Store

TOWN, VILLAGE, COMMUNITY = "430424100", "430424100201", "430424100001"
NAMES = {VILLAGE: "新屋村", COMMUNITY: "迎宾社区"}
WEST, EAST, URBAN = f"{VILLAGE}001", f"{VILLAGE}002", f"{COMMUNITY}001"

DOORS = {
    "新屋村3组20号": (112.905, 27.09),
    "新屋村3组21号": (112.906, 27.09),
    "新屋村8组5号": (112.925, 27.09),
    "新屋村11组4号": (112.926, 27.09),
    "新屋村23组7号": (112.927, 27.09),
    "迎宾社区书香小区3栋2单元402": (112.945, 27.09),
}


def id_of(born: str, sequence: int) -> str:
    """Return an ID number: `born` as 19900503, an odd `sequence` for a man."""
    body = f"430499{born}{sequence:03d}"
    return body + id_check_digit(body)


HEAD, WIFE, NEIGHBOUR = id_of("19700101", 1), id_of("19720202", 2), id_of("19650303", 3)

PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "name": "周大山",
        "id_number": HEAD,
        "sex": "1",
        "born": date(1970, 1, 1),
        "phone": "14012345678",
        "relation": "02",
        "relation_text": "户主",
        "head_name": "周大山",
        "household_no": "201000001",
        "address": "新屋村3组20号",
    },
    {
        "name": "吴小兰",
        "id_number": WIFE,
        "sex": "2",
        "born": date(1972, 2, 2),
        "relation": "10",
        "relation_text": "妻",
        "head_name": "周大山",
        "household_no": "201000001",
        "address": "新屋村3组20号",
        "education": "70",
    },
    {
        "name": "郑老五",
        "id_number": NEIGHBOUR,
        "sex": "1",
        "born": date(1965, 3, 3),
        "relation": "02",
        "relation_text": "户主",
        "head_name": "郑老五",
        "household_no": "201000002",
        "address": "新屋村8组5号",
        "grid_claimed": EAST,
    },
)


@dataclass(slots=True)
class Town:
    """The store of the town, and what a test does with it."""

    store: Store
    context: Context
    imports: Imports

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        with self.context.read() as session:
            return session.sequence()

    def preview(self, data: bytes, name: str = "户口.xlsx", village: str | None = None) -> Job:
        """Send a file and wait until it is read."""
        job = self.imports.start(self.context, "person", name, data, village)
        self.imports.wait(60)
        return job

    def ready(self, data: bytes, name: str = "户口.xlsx", village: str | None = None) -> Job:
        """Send a file that can be read."""
        job = self.preview(data, name, village)
        assert job.state == "ready", job.problem and job.problem.zh
        return job

    def commit(self, job: Job) -> Job:
        """Commit and wait."""
        self.imports.commit(self.context, job)
        self.imports.wait(60)
        return job

    def take(self, data: bytes, name: str = "户口.xlsx", village: str | None = None) -> Job:
        """Send a file and commit it."""
        job = self.commit(self.ready(data, name, village))
        assert job.state == "committed", job.problem and job.problem.zh
        return job

    def undo(self, job: Job) -> Job:
        """Undo and wait."""
        self.imports.undo(self.context, job.id)
        self.imports.wait(60)
        return job

    def decide(
        self,
        job: Job,
        key: str,
        choice: str,
        rows: list[tuple[int, int]] | None = None,
        text: str | None = None,
    ) -> Job:
        """Decide about rows of a job."""
        self.imports.decide(self.context, job, Answer(key, choice, rows, text))
        return job

    def shown(self, job: Job, language: str = "zh") -> list[ShownRow]:
        """Return every row of a job as people see it."""
        with self.context.unmasked().read() as session:
            _, rows = Teller(session, *job.planned(), language).rows(
                attention=False, offset=0, limit=10_000
            )
        return rows

    def kept(self, layer: str) -> list[dict[str, Any]]:
        """Return the live records of a layer, secrets opened, in the order they came."""
        with self.context.read() as session:
            table = session.table(layer)
            query = select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.fid)
            return [
                session.secrets.opened(table, row.id, row._asdict())
                for row in session.connection.execute(query)
            ]

    def person(self, name: str) -> dict[str, Any]:
        """Return the one person of that name."""
        (found,) = (one for one in self.kept("person") if one["name"] == name)
        return found

    def house(self, address: str) -> dict[str, Any]:
        """Return the one house at `address`, in its first spelling."""
        (found,) = (one for one in self.kept("house") if one["address"] == address)
        return found

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that people know of the town: every live record without its stamps."""
        stamps = ("fid", "revision", "updated_at", "updated_by", "deleted_at")
        return {
            layer: [
                {name: value for name, value in row.items() if name not in stamps}
                for row in self.kept(layer)
            ]
            for layer in self.store.layers
        }

    def verify(self) -> int:
        """Walk the town's record and return how many events it holds."""
        return self.store.verify(self.context.scope, self.context.clock())


def row(job: Job, number: int, sheet: int = 0) -> PlannedRow:
    """Return what is planned for the row that the spreadsheet numbers so."""
    plan, _ = job.planned()
    (found,) = (one for one in plan.rows if one.row.number == number and one.row.sheet == sheet)
    return found


def codes(planned: PlannedRow) -> list[str]:
    """Return the codes of a row's problems, in order."""
    return [problem.code for problem in planned.problems]


def problem(planned: PlannedRow, code: str) -> Problem:
    """Return the one problem of that code."""
    (found,) = (one for one in planned.problems if one.code == code)
    return found


def open_town(place: str, key_file: Path | None = None) -> Town:
    """Open the town that is kept at `place`."""
    layers = load_layers(shipped("layers"))
    store = Store.open(place, layers, key_file=key_file)
    return Town(store, Context(store, Scope.of_town("测试员", TOWN), _clock()), Imports())


def _clock() -> Any:
    """Return a clock that goes a second further at each look."""
    moment = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def now() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return now


def build_town(place: str, key_file: Path | None = None) -> Town:
    """Make the town at `place`, a folder or a postgresql:// address."""
    town = open_town(place, key_file)
    seed(town.context, _records(), synthetic=True, progress=lambda *_: None)
    return town


def _records() -> dict[str, list[Record]]:
    houses = {address: _house(address) for address in DOORS}
    areas = {
        "town": [_area(112.90, 112.96, None, {"code": TOWN, "name": "洣水镇"})],
        "village": [
            _area(112.90, 112.94, VILLAGE, _village(VILLAGE, "village")),
            _area(112.94, 112.96, COMMUNITY, _village(COMMUNITY, "community")),
        ],
        "grid": [
            _area(112.90, 112.92, VILLAGE, {"code": WEST, "name": "新屋村第1网格"}),
            _area(112.92, 112.94, VILLAGE, {"code": EAST, "name": "新屋村第2网格"}),
            _area(112.94, 112.96, COMMUNITY, {"code": URBAN, "name": "迎宾社区第1网格"}),
        ],
    }
    return areas | {
        "house": list(houses.values()),
        "person": [_person(values, houses[values["address"]]) for values in PEOPLE],
    }


def _area(west: float, east: float, village: str | None, values: dict[str, Any]) -> Record:
    return Record(new_id(), shapely.box(west, 27.08, east, 27.10), village, values)


def _village(code: str, kind: str) -> dict[str, Any]:
    return {"code": code, "name": NAMES[code], "short_name": NAMES[code][:2], "kind": kind}


def _house(address: str) -> Record:
    read = parse(address, NAMES.values())
    code = next(code for code, name in NAMES.items() if name == read.village)
    values = {
        "address": address,
        "address_key": read.key(code),
        "door": read.door(),
        **({"group": read.group} if read.group else {}),
    }
    return Record(new_id(), shapely.Point(DOORS[address]), code, values)


def _person(values: dict[str, Any], house: Record) -> Record:
    household = f"{house.village}-{values['household_no']}"
    more = {"house": house.id, "household": household, "population": "01"}
    group = {"group": house.values["group"]} if "group" in house.values else {}
    return Record(new_id(), None, house.village, {**values, **more, **group})


def moved(town: Town, at: Any) -> Town:
    """Return the town with another clock."""
    return replace(town, context=replace(town.context, clock=at))
