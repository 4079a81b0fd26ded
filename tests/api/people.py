"""People of the small town with accounts of their own, each at a browser of their own."""

from dataclasses import dataclass

import httpx2
import pyotp
from fastapi.testclient import TestClient

from mapserver.roles import Role
from mapserver.services import accounts
from tests.api.conftest import Town

PASSWORD = "three ducks on the pond"
# over TLS, as the cookie asks; a browser takes this machine for as safe
ORIGIN = "https://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser."""

    town: Town
    name: str
    account: str
    client: TestClient

    def asks(
        self, method: str, path: str, body: object = None, status: int = 200
    ) -> httpx2.Response:
        """Ask for something and hold the answer to `status`."""
        answer = self.client.request(method, path, json=body)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:400]}"
        return answer

    def signs_in(
        self, password: str = PASSWORD, code: str = "", status: int = 200
    ) -> httpx2.Response:
        """Sign in, or try to."""
        body = {"name": self.name, "password": password, "code": code}
        return self.asks("POST", "/session", body, status)

    def elsewhere(self) -> "Person":
        """Return the same person at another browser."""
        return Person(self.town, self.name, self.account, browser(self.town))

    def code(self, secret: str) -> str:
        """Return the code that a phone with this secret shows now."""
        return pyotp.TOTP(secret).at(self.town.clock())


def browser(town: Town) -> TestClient:
    """Return a browser that nobody has used."""
    return TestClient(town.client.app, base_url=ORIGIN)


def person(town: Town, name: str, *held: tuple[Role, str]) -> Person:
    """Return somebody with an account who holds these roles."""
    made, _ = accounts.create(town.context, name, f"{name}的主人", PASSWORD)
    for role, area in held:
        accounts.appoint(town.context, made.id, role, area)
    return Person(town, name, made.id, browser(town))
