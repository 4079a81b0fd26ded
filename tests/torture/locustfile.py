"""What locust does to a served town: imports of five schools each, tokens, or what people look at.

`LOAD` says which, `RATE` how many tasks a second from all users together, `TOKEN` and `COOKIE` by
what they are let in. `SENT` names a file that takes the name of whatever is sent, `WRITTEN` one for
what was accepted, and `SENDS_S` after how many seconds nothing more is written. In a mixed load one
task in 21 writes.
"""

import itertools
import math
import os
import random
import time
from pathlib import Path

from locust import FastHttpUser, constant_throughput, task

USERS = int(os.environ.get("USERS", "20"))
RATE = float(os.environ.get("RATE", "50"))
LOAD = os.environ.get("LOAD", "reads")
BEARER = {"Authorization": f"Bearer {os.environ.get('TOKEN', '')}"}
COOKIE = os.environ.get("COOKIE", "")
ROWS = 5
POLL_S = 0.3
"""How often somebody who waits for an import asks, as the page does."""
CLOSEST = {"house": 16, "grid": 15, "village": 14}
"""To which zoom a layer has tiles; beyond that the page draws them larger."""

STARTED, SENDS_S = time.monotonic(), float(os.environ.get("SENDS_S", "inf"))
TILE = "WebMercatorQuad/{z}/{y}/{x}"
_numbers = itertools.count(int(os.environ.get("FIRST", "1")))


class Town(FastHttpUser):
    """Somebody who is signed in."""

    abstract = True
    wait_time = constant_throughput(RATE / USERS)
    # a token makes no tokens: for that one is signed in
    default_headers = {"Cookie": COOKIE} if LOAD == "tokens" else BEARER
    connection_timeout = network_timeout = 60.0


def over() -> bool:
    """Whether nothing more is sent: what is under way at the end shall come to its own."""
    return time.monotonic() - STARTED > SENDS_S


def note(which: str, names: list[str]) -> None:
    """Keep names in the file that a setting names."""
    with Path(os.environ[which]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}\n" for name in names)


class Writer(Town):
    """An officer who imports a few schools at a time, and commits them."""

    abstract = LOAD != "writes"

    @task
    def write(self) -> None:
        """Send, wait until it is read, commit, wait until it is written."""
        if over():
            return
        first = next(_numbers) * ROWS
        names = [f"载荷第{first + k}小学" for k in range(ROWS)]
        note("SENT", names)
        began = time.perf_counter()
        fault: Exception | None = None
        try:
            self._import(names)
        except Exception as error:
            fault = error
        self.environment.events.request.fire(
            request_type="WRITE",
            name="import",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=fault,
            context={},
        )

    def _import(self, names: list[str]) -> None:
        lines = ["学校名称,办学类型,村,经度,纬度"]
        lines += [f"{name},小学,{os.environ['VILLAGE']},112.95,27.1" for name in names]
        sent = self.client.post(
            "/imports",
            files={"file": ("学校.csv", "\n".join(lines).encode("utf-8-sig"), "text/csv")},
            data={"layer": "school", "datum": "cgcs2000"},
            name="/imports",
        )
        where = sent.headers["Location"]
        self._wait_for(where, "ready")
        self.client.post(f"{where}/commit", name="/imports/{id}/commit")
        counts = self._wait_for(where, "committed")["counts"]
        if counts["added"] != ROWS:
            raise RuntimeError(f"not added: {counts}")
        note("WRITTEN", names)

    def _wait_for(self, where: str, state: str) -> dict[str, dict[str, int]]:
        for _ in range(200):
            told = self.client.get(where, name="/imports/{id}").json()
            if told.get("state") == state:
                return told  # type: ignore[no-any-return]
            if told.get("problem"):
                raise RuntimeError(told["problem"]["code"])
            time.sleep(POLL_S)
        raise RuntimeError(f"not {state}")


class Maker(Town):
    """Somebody who is signed in and makes tokens: each is one transaction, with its event."""

    abstract = LOAD != "tokens"

    @task
    def make(self) -> None:
        """Make one token."""
        if over():
            return
        title = f"载荷 {next(_numbers)}"
        note("SENT", [title])
        body = {"title": title, "days": 3}
        with self.client.post("/tokens", json=body, name="token", catch_response=True) as made:
            if made.status_code == 201:
                note("WRITTEN", [title])
            else:
                made.failure(f"{made.status_code}")


class Reader(Town):
    """Somebody who moves the map, looks people's houses up, and searches; some write."""

    abstract = LOAD not in ("reads", "mixed")

    def on_start(self) -> None:
        """Learn what there is to look at."""
        west, south, east, north = self.client.get("/town").json()["bounds"]
        self.box = (west, south, east, north)
        houses = self.client.get("/collections/house/items?limit=200").json()["features"]
        self.houses = [house["id"] for house in houses]
        self.chance = random.Random(id(self))

    def _spot(self) -> tuple[float, float]:
        west, south, east, north = self.box
        return self.chance.uniform(west, east), self.chance.uniform(south, north)

    def _tile(self, zoom: int) -> str:
        lon, lat = self._spot()
        side = 1 << zoom
        x = int((lon + 180) / 360 * side)
        # the town is small: a degree of latitude is as good as a line in Mercator's chart

        radians = math.radians(lat)
        y = int((1 - math.asinh(math.tan(radians)) / math.pi) / 2 * side)
        return TILE.format(z=zoom, x=x, y=y)

    @task(8)
    def tile(self) -> None:
        """Look at a tile of houses, grids or villages."""
        layer = self.chance.choice(("house", "house", "grid", "village"))
        path = self._tile(self.chance.randint(11, CLOSEST[layer]))
        self.client.get(f"/collections/{layer}/tiles/{path}", name="tile")

    @task(2)
    def heat(self) -> None:
        """Look at a heat map."""
        path = self._tile(self.chance.randrange(11, 15))
        self.client.get(f"/heat/person/{path}?cells=64", name="heat")

    @task(4)
    def items(self) -> None:
        """List the houses of a part of the town."""
        lon, lat = self._spot()
        box = f"{lon:.5f},{lat:.5f},{lon + 0.01:.5f},{lat + 0.01:.5f}"
        self.client.get(f"/collections/house/items?limit=50&bbox={box}", name="items")

    @task(3)
    def house(self) -> None:
        """Open one house."""
        self.client.get(f"/collections/house/items/{self.chance.choice(self.houses)}", name="item")

    @task(2)
    def search(self) -> None:
        """Search for a door."""
        words = f"{self.chance.randrange(1, 20)}组{self.chance.randrange(1, 99)}号"
        self.client.get("/search", params={"q": words}, name="search")

    @task(1 if LOAD == "mixed" else 0)
    def write(self) -> None:
        """Open a house owner's phone for a visit, which is a write in the record."""
        where = f"/collections/house/items/{self.chance.choice(self.houses)}/openings"
        body = {"field": "owner_phone", "purpose": "visit", "text": "入户核对"}
        self.client.post(where, json=body, name="write")

    @task(1)
    def town(self) -> None:
        """Look at the town."""
        self.client.get(
            self.chance.choice(("/town", "/layers", "/worklists/unplaced")), name="town"
        )
