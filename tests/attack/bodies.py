"""The requests that write, as sqlmap is given them: a star behind each value to attack."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from mapserver.roles import Role
from tests.api import town as small

STAR = "*"
JSON = {"Content-Type": "application/json"}
EDGE = "a-part-of-a-form"
SPREAD = ("--tamper", "xforwardedfor")
"""Guesses are counted by where they come from: so each comes from elsewhere."""


@dataclass(frozen=True, slots=True)
class Door:
    """One request with stars, the status that it is answered with, and what sqlmap is told."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""
    expected: int = 200
    arguments: tuple[str, ...] = field(default=())

    @property
    def stars(self) -> int:
        """How many values are attacked."""
        return (self.body + "".join(self.headers.values())).count(STAR)

    def request(self, url: str) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {urlsplit(url).netloc}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()

    def answers(self, url: str) -> int:
        """Return the status of the request as it is, without stars."""
        headers = {name: value.replace(STAR, "") for name, value in self.headers.items()}
        return requests.request(
            self.method,
            url + self.path,
            data=self.body.replace(STAR, "").encode(),
            headers=headers,
            timeout=60,
        ).status_code


def doors(given: Mapping[str, str], headers: Callable[[Role], Mapping[str, str]]) -> list[Door]:
    """Return every kind of body, and the places where a request says who asks."""

    def json_door(role: Role, method: str, path: str, body: dict, status: int) -> Door:
        starred = {name: f"{value}{STAR}" for name, value in body.items()}
        text = json.dumps(starred, ensure_ascii=False)
        refused = ("--ignore-code", str(status)) if status >= 400 else ()
        return Door(method, path, {**headers(role), **JSON}, text, status, refused)

    officer, clerk = Role.INFORMATION_OFFICER, Role.ADMINISTRATOR
    act = small.bent(small.XINWU, 3) | {"grids": [f"a{STAR}"], "names": {"a": f"b{STAR}"}}
    tries = json.dumps({"acts": [act]})
    openings = f"/collections/person/items/{small.ADULT}/openings"
    stated = {"purpose": "visit", "text": "calling at the house"}
    guess = json.dumps({"name": f"a{STAR}", "password": "b", "code": ""})
    return [
        # of one name no more than a few passwords and codes are looked at, so they are not tried
        Door("POST", "/session", JSON, guess, 401, ("--ignore-code", "401,429", *SPREAD)),
        json_door(officer, "POST", openings, {"field": "phone", **stated}, 200),
        json_door(officer, "POST", "/lookups", {"number": small.ADULT_ID, **stated}, 200),
        json_door(
            officer,
            "POST",
            f"/imports/{given['import_id']}/decisions",
            {"code": "relation", "choice": "x", "text": "a"},
            400,
        ),
        json_door(clerk, "PUT", f"/accounts/{given['account']}", {"title": "某人"}, 204),
        Door(
            "POST",
            f"/boundaries/{small.XINWU}/tries",
            {**headers(Role.GRID_HEAD), **JSON},
            tries,
        ),
        Door("GET", "/session", {"Cookie": f"{headers(officer)['Cookie']}{STAR}"}),
        Door("GET", "/session", {"Authorization": f"Bearer nothing{STAR}"}),
        Door(
            "POST",
            "/imports",
            {**headers(officer), "Content-Type": f"multipart/form-data; boundary={EDGE}"},
            _form({"layer": "school", "village": "新屋村", "datum": "cgcs2000"}),
            202,
        ),
    ]


def _form(fields: Mapping[str, str]) -> str:
    parts = [f'name="{name}"\r\n\r\n{value}{STAR}' for name, value in fields.items()]
    parts.append('name="file"; filename="a.csv"\r\n\r\n学校名称,办学类型')
    lines = [f"--{EDGE}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts]
    return "".join(lines) + f"--{EDGE}--\r\n"
