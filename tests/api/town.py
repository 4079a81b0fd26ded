"""A town small enough to check by eye: four grids, six doors, three people.

112.90          112.92          112.94
27.04    +---------------+---------------+
| 201002 北片   | 002002 北片   |
27.02    +---------------+---------------+     * 外面: in no grid
| 201001 南片   | 002001 南片   |
27.00    +---------------+---------------+
新屋村          东风社区
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from shapely import Point, box
from shapely.geometry import mapping

from mapserver.domain.address import parse
from mapserver.domain.records import Record
from mapserver.layers import load_layers
from mapserver.services.context import Context
from mapserver.services.seeding import seed
from mapserver.shipped import shipped
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.support.accounts import token_in

TOWN, XINWU, DONGFENG = "430424100", "430424100201", "430424100002"
SOUTH, NORTH, EAST, FAR = (
    "430424100201001",
    "430424100201002",
    "430424100002001",
    "430424100002002",
)

# 430499 is no county's number, and no operator was given 199
ADULT_ID, CHILD_ID, OWNER_ID = "43049919900503001X", "430499201503090031", "430499199207110026"
ADULT_PHONE, OWNER_PHONE, SCHOOL_PHONE = "19900001111", "19900002222", "19900003333"
SECRETS = (ADULT_ID, CHILD_ID, OWNER_ID, ADULT_PHONE, OWNER_PHONE, SCHOOL_PHONE)


def ident(number: int) -> str:
    """Return an identifier that can be read in a failing test."""
    return f"01900000-0000-7000-8000-{number:012d}"


FIRST_DOOR, OTHER_DOOR, UNPLACED, OUTSIDE, ON_EDGE, SHOP = map(ident, range(101, 107))
ADULT, CHILD, GUEST = map(ident, range(201, 204))
SCHOOL = ident(301)
OLD_DISPUTE, NEW_DISPUTE = ident(401), ident(402)

DOORS = (FIRST_DOOR, OTHER_DOOR, UNPLACED, OUTSIDE, ON_EDGE, SHOP)


_BENDS = count(1)


def bent(village: str, turn: int) -> dict[str, object]:
    """Return an act by which the edge between a village's grids is bent a little.

    No two bend it alike, so each changes something on whatever was approved before.
    """
    lon = {XINWU: 112.90, DONGFENG: 112.92}[village] + 0.0191 - 0.0003 * (turn % 50)
    lat = 27.02 + 1e-7 * (next(_BENDS) % 500)
    return {"kind": "bend", "at": [lon, 27.02], "to": [lon, lat], "reach_m": 50.0}


def whole(village: str) -> dict[str, object]:
    """Return the area of a village as GeoJSON."""
    west = {XINWU: 112.90, DONGFENG: 112.92}[village]
    area: dict[str, object] = mapping(box(west, 27.00, west + 0.02, 27.04))
    return area


def drawn(village: str) -> bytes:
    """Return a file of one grid that fills a village."""
    return json.dumps({"type": "Feature", "geometry": whole(village), "properties": {}}).encode()


TOKEN_FILE = "token"
"""Beside the store: a token of somebody who sees it all, good in every copy."""


class Clock:
    """A clock that stands until it is pushed."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now

    def push(self, **by: float) -> None:
        """Move on, by days, hours or minutes."""
        self.now += timedelta(**by)


def build(place: Path | str, key_file: Path | None = None) -> None:
    """Make the town in a data folder or a database."""
    store = Store.open(str(place), load_layers(shipped("layers")), key_file=key_file)
    context = Context(store, Scope.of_town("test", TOWN), Clock())
    seed(context, records(), synthetic=True, progress=lambda *_: None)
    token = token_in(context)
    if key_file is None:
        (Path(place) / TOKEN_FILE).write_text(token)
    store.close()


def records() -> Mapping[str, Sequence[Record]]:
    """Return every record of the town, by layer."""
    return {**_areas(), "house": _houses(), "person": _people(), **_rest()}


def _areas() -> dict[str, list[Record]]:
    villages = [
        (XINWU, "新屋村", "village", box(112.90, 27.00, 112.92, 27.04)),
        (DONGFENG, "东风社区", "community", box(112.92, 27.00, 112.94, 27.04)),
    ]
    grids = [
        (SOUTH, "南片", XINWU, box(112.90, 27.00, 112.92, 27.02)),
        (NORTH, "北片", XINWU, box(112.90, 27.02, 112.92, 27.04)),
        (EAST, "南片", DONGFENG, box(112.92, 27.00, 112.94, 27.02)),
        (FAR, "北片", DONGFENG, box(112.92, 27.02, 112.94, 27.04)),
    ]
    names = {code: name for code, name, _, _ in villages}
    whole = {"code": TOWN, "name": "大浦镇", "name_en": "Dapu"}
    return {
        "town": [Record(ident(1), box(112.90, 27.00, 112.94, 27.04), None, whole)],
        "village": [
            Record(ident(10 + k), shape, code, {"code": code, "name": name, "kind": kind})
            for k, (code, name, kind, shape) in enumerate(villages)
        ],
        "grid": [
            Record(
                ident(20 + k),
                shape,
                village,
                {"code": code, "name": name, "village_name": names[village]},
            )
            for k, (code, name, village, shape) in enumerate(grids)
        ],
    }


def _houses() -> list[Record]:
    def house(identifier: str, at: Point | None, village: str, door: str, **more: object) -> Record:
        name = {XINWU: "新屋村", DONGFENG: "东风社区"}[village]
        parsed = parse(name + door, (name,))
        values = {
            "address": name + door,
            "address_key": parsed.key(village),
            "door": door,
            "group": parsed.group,
            **more,
        }
        return Record(identifier, at, village, values)

    return [
        house(
            FIRST_DOOR,
            Point(112.905, 27.005),
            XINWU,
            "3组20号",
            owner_name="房主",
            owner_id=OWNER_ID,
            owner_phone=OWNER_PHONE,
            storeys=2,
            area_m2=120.5,
            let=False,
            use="dwelling",
            confirmed_on=date(2026, 5, 1),
        ),
        house(OTHER_DOOR, Point(112.915, 27.035), XINWU, "3组21号", storeys=3, let=True),
        house(UNPLACED, None, XINWU, "4组1号"),
        house(OUTSIDE, Point(112.95, 27.03), DONGFENG, "5号"),
        house(ON_EDGE, Point(112.92, 27.01), XINWU, "3组22号", grid_claimed=NORTH),
        house(SHOP, Point(112.93, 27.01), DONGFENG, "6号", use="business", storeys=2),
    ]


def _people() -> list[Record]:
    adult = {
        "name": "张三",
        "id_number": ADULT_ID,
        "sex": "1",
        "born": date(1990, 5, 3),
        "phone": ADULT_PHONE,
        "house": FIRST_DOOR,
        "relation": "02",
        "note": "常年在外",
    }
    child = {
        "name": "张小宝",
        "id_number": CHILD_ID,
        "sex": "1",
        "born": date(2015, 3, 9),
        "house": FIRST_DOOR,
        "relation": "20",
    }
    return [
        Record(ADULT, None, XINWU, adult),
        Record(CHILD, None, XINWU, child),
        Record(GUEST, None, DONGFENG, {"name": "王五", "house": SHOP}),
    ]


def _rest() -> dict[str, list[Record]]:
    school = {"name": "新屋小学", "kind": "primary", "head": "校长", "head_phone": SCHOOL_PHONE}
    old = {"name": "宅基地边界", "happened_on": date(2025, 3, 1)}
    new = {"name": "排水", "happened_on": date(2026, 11, 2)}
    return {
        "school": [Record(SCHOOL, Point(112.91, 27.03), XINWU, school)],
        "dispute": [
            Record(OLD_DISPUTE, Point(112.906, 27.006), XINWU, old),
            Record(NEW_DISPUTE, Point(112.931, 27.031), DONGFENG, new),
        ],
        "control_total": [
            Record(ident(501), None, XINWU, {"group": "3", "people": 2, "households": 1})
        ],
    }


def signed_in(folder: Path) -> dict[str, str]:
    """Return the headers of somebody who sees the whole of a town in this folder."""
    return {"Authorization": f"Bearer {(folder / TOKEN_FILE).read_text()}"}
