"""Requests that nobody thought of, made by schemathesis from the API's own description.

The fourteen roles ask in turn, each with the cookie of their session. Each request is
answered, never with a failure, and only with a status that the description has for it. Requests
that keep to the description and that break it are both made; now and then what a path or a body
names is put in place of what was made up, so that routes get past "not found".
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from mapserver.roles import Role
from mapserver.services import accounts
from tests.api import town as small
from tests.api.test_api_imports import NEWCOMER, TO_DECIDE, book
from tests.support.callers import ENVIRONMENT, Callers, callers
from tests.support.server import running_server

FEW, MANY, ASKED = 5, 98, 10_000
"""Requests of one operation in a short run and a long one, and of all together in the long one."""

ENDS_SESSION = {("DELETE", "/session"), ("POST", "/session")}
KNOWN: Mapping[str, tuple[str, ...]] = {
    "collection": ("person", "house", "grid", "village", "school", "control_total"),
    "item": (small.ADULT, small.CHILD, small.FIRST_DOOR, small.SCHOOL),
    "code": (small.SOUTH, small.XINWU),
    "village": (small.XINWU, small.DONGFENG),
    "number": ("1", "2"),
    "form": ("gpkg", "dxf"),
    "kind": ("unplaced", "unassigned", "contradictions", "doubles"),
    "tile_matrix_set": ("WebMercatorQuad",),
    "tile_matrix": ("14", "0", "22"),
    "tile_row": ("6914", "0"),
    "tile_col": ("13330", "0"),
}


BODIES: Mapping[tuple[str, str], tuple[dict[str, object], ...]] = {
    ("POST", "/collections/{collection}/items/{item}/openings"): (
        {"field": "phone", "purpose": "visit"},
        {"field": "id_number", "purpose": "errand"},
        {"purpose": "guardianship", "text": "监护走访"},
    ),
    ("POST", "/lookups"): ({"number": small.ADULT_ID, "purpose": "visit"},),
    ("POST", "/boundaries/{village}/tries"): ({"acts": [small.bent(small.XINWU, 3)]},),
    ("POST", "/boundaries/{village}/pieces"): ({"acts": [], "shape": small.whole(small.XINWU)},),
    ("POST", "/boundaries/{village}/drafts"): ({"acts": [small.bent(small.XINWU, 4)]},),
    ("POST", "/tokens"): ({"title": "QGIS", "days": 3},),
    ("PUT", "/accounts/{account}"): ({"title": "改了名字"},),
    ("POST", "/accounts/{account}/password"): ({"second_factor": True},),
}
"""Bodies that would do, put in place of what was made up as often as not."""


@dataclass
class Generated:
    """A server, its description, who asks, and what it has answered to whom."""

    url: str
    schema: schemathesis.BaseSchema
    known: Mapping[str, tuple[str, ...]]
    bodies: Mapping[tuple[str, str], tuple[dict[str, object], ...]]
    callers: Callers
    session: requests.Session = field(default_factory=requests.Session)
    answered: Counter[tuple[Role, int]] = field(default_factory=Counter)
    fine: set[tuple[str, str]] = field(default_factory=set)
    turns: Iterator[Role] = field(default_factory=lambda: cycle(Role))

    def operations(self) -> list[Any]:
        """Return every operation."""
        return [result.ok() for result in self.schema.get_all_operations()]

    def of(self, who: Role) -> int:
        """Return how many requests of somebody were answered."""
        return sum(count for (role, _), count in self.answered.items() if role is who)

    def check(self, case: schemathesis.Case, who: Role) -> None:
        """Send one request and hold its answer to the description."""
        headers = dict(self.callers.headers(who))
        self.session.cookies.clear()
        answer = case.call(base_url=self.url, session=self.session, headers=headers, timeout=60)
        status, operation = answer.status_code, (case.method.upper(), case.operation.path)
        self.answered[who, status] += 1
        if operation in ENDS_SESSION and status < 300:
            self.callers.renew(who)
        if status < 300:
            self.fine.add(operation)
        assert status < 500, f"{answer.request.method} {answer.request.url}"
        case.validate_response(
            answer,
            checks=[
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ],
        )
        # what a GeoPackage is called is no leak
        body = answer.content.decode("utf-8", "replace").replace("geopackage+sqlite3", "")
        for leak in ("Traceback", "sqlalchemy", "sqlite3", "psycopg"):
            assert leak not in body

    def run(self, operation: Any, mode: schemathesis.GenerationMode, most: int) -> None:
        """Make up to `most` requests of an operation, each by the next of the roles."""
        names = st.fixed_dictionaries(
            {name: st.none() | st.sampled_from(values) for name, values in self.known.items()}
        )
        would_do = self.bodies.get((operation.method.upper(), operation.path), ())
        body = st.none() | st.sampled_from(would_do) if would_do else st.none()

        @settings(
            max_examples=most,
            phases=[Phase.generate],
            database=None,
            derandomize=most == FEW,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), names, body)
        def one(
            case: schemathesis.Case,
            names: Mapping[str, str | None],
            body: dict[str, object] | None,
        ) -> None:
            for name, value in names.items():
                if value is not None and name in case.path_parameters:
                    case.path_parameters[name] = value
            if body is not None:
                case.body, case.media_type = body, "application/json"
            self.check(case, next(self.turns))

        one()


@pytest.fixture(scope="module")
def generated(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """Yield a server of the small town that is this file's alone, with an import at hand."""
    folder = tmp_path_factory.mktemp("generated")
    shutil.copytree(town_folder, folder / "data")
    arguments = ["serve", "--data", str(folder / "data")]
    env = {"MAPSERVER_LOG_LEVEL": "warning", "MAPSERVER_OPENINGS_PER_HOUR": "1000", **ENVIRONMENT}
    with ExitStack() as stack:
        asking = stack.enter_context(callers(folder / "data"))
        server = stack.enter_context(running_server(arguments, folder / "log", env=env))
        yield _started(server.url, asking)
        assert '"failed"' not in server.printed()


def _started(url: str, asking: Callers) -> Generated:
    officer = asking.headers(Role.INFORMATION_OFFICER)
    file = {"file": ("a.xlsx", book(NEWCOMER, TO_DECIDE))}
    sent = requests.post(f"{url}/imports", files=file, headers=officer, timeout=30)
    document = requests.get(f"{url}/api", timeout=30).json()
    victim, _ = accounts.create(asking.context, "somebody", "某人")
    held = accounts.appoint(asking.context, victim.id, Role.PATROL, small.TOWN)
    known = {
        **KNOWN,
        "import_id": (sent.json()["id"],),
        "account": (victim.id,),
        "appointment": (held.id,),
    }
    wanted = {"account": victim.id, "role": "fire", "area": small.XINWU}
    bodies = {**BODIES, ("POST", "/appointments"): (wanted,)}
    schema = schemathesis.openapi.from_dict(document)
    return Generated(url, schema, known, bodies, asking)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_answers_as_described_whatever_is_asked(
    generated: Generated, mode: schemathesis.GenerationMode
):
    before = generated.answered.total()
    operations = generated.operations()
    for operation in operations:
        generated.run(operation, mode, FEW)
    assert generated.answered.total() - before > 2 * len(operations)
    assert all(generated.of(role) for role in Role)


@pytest.mark.torture
def test_ten_thousand_requests_are_answered_as_described(generated: Generated):
    """Seven of each operation by each role; the figures are printed."""
    before = generated.answered.total()
    while generated.answered.total() - before < ASKED:
        for mode in schemathesis.GenerationMode:
            for operation in generated.operations():
                generated.run(operation, mode, MANY)
    for who in Role:
        statuses = {status: n for (role, status), n in generated.answered.items() if role is who}
        print(f"{who}: {generated.of(who)} {dict(sorted(statuses.items()))}")  # noqa: T201
    print(f"{generated.answered.total()} requests, {len(generated.fine)} operations with 2xx")  # noqa: T201
