"""Walks of a town by everybody of the roll, each made once and kept for all who ask of it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from mapserver.api.desk import Desk
from mapserver.roles import Role
from mapserver.services import hashing
from mapserver.services.refusals import Refusals
from tests.api.conftest import opened
from tests.api.leaks import leaks
from tests.api.roll import EVERYBODY, Other, Walker, forget_held, officers, walker
from tests.api.walk import reads
from tests.api.walk_writes import Visit, scripts
from tests.api.wire_in_process import Answer, Ask, ask

Who = tuple[Role, str]


@dataclass(frozen=True)
class Walks:
    """A served town with its people, and what each of them was told."""

    app: FastAPI
    others: Sequence[Other]
    people: dict[Who, Walker]
    told: dict[Who, list[Answer]] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        """What the server holds."""
        desk: Desk = self.app.state.desk
        return desk

    def of(self, role: Role, place: str) -> list[Answer]:
        """Return what somebody is told wherever they ask; asked once."""
        who = (role, place)
        if who not in self.told:
            self.told[who] = asyncio.run(self._whole(self.people[who]))
        return self.told[who]

    async def _whole(self, one: Walker) -> list[Answer]:
        found = [await ask(self.app, each, one.key) for each in reads(self.app, self.others)]
        for script in scripts(Visit(one, self.desk.system, self.desk.drawing, self.others)):
            answer = None
            while True:
                try:
                    each = script.send(answer) if answer else next(script)
                except StopIteration:
                    break
                answer = await ask(self.app, each, one.key)
                found.append(answer)
        return found

    def everybody(self) -> list[Answer]:
        """Return what everybody is told."""
        return [answer for who in self.people for answer in self.of(*who)]

    def reads(self, app: FastAPI, who: Who, path: str) -> list[Answer]:
        """Return what somebody is told at a path by an app that serves the same town.

        They have not made their walk, at whose end they sign out.
        """

        async def every() -> list[Answer]:
            key = self.people[who].key
            asked = [each for each in reads(app, self.others) if each.path == path]
            return [await ask(app, each, key) for each in asked]

        return asyncio.run(every())

    def ask(self, each: Ask, who: Who) -> Answer:
        """Return what somebody is told who has not made their walk."""
        return asyncio.run(ask(self.app, each, self.people[who].key))

    def stranger(self, each: Ask) -> Answer:
        """Return what somebody is told who names nobody."""
        return asyncio.run(ask(self.app, each))

    def leaks(self, who: Who, answers: Sequence[Answer]) -> list[str]:
        """Return what the answers tell that is not theirs to know."""
        return leaks(answers, self.people[who].scope, self.desk.store.layers, self.others)


@contextmanager
def walks(
    place: Path | str, people: Sequence[Who] = EVERYBODY, **settings: object
) -> Iterator[Walks]:
    """Yield the walks of a town in a folder or a database.

    For as long passwords are hashed quickly and refusals not written, each of which would be the
    longest part of a request: what is walked is who may see what.
    """
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch, opened(place, **settings) as town:
        patch.setattr(hashing, "_HASHES", quick)
        patch.setattr(Refusals, "write", lambda *_: None)
        app = town.client.app
        assert isinstance(app, FastAPI)
        others = list(officers(app))
        for one in others:
            forget_held(app.state.desk.imports, one.kept)
        # those who end what they held come last: somebody must be left who may appoint
        ordered = sorted(people, key=lambda who: who[1] == "ended")
        yield Walks(app, others, {who: walker(town.context, *who) for who in ordered})
