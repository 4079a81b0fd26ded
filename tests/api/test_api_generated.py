"""Requests that nobody thought of, made by schemathesis from the API's own description.

Each is answered, never with a failure, and only as the description foresees. Those that keep to
the description and those that break it are both made; now and then what a path names is put in
place of what was made up, so that routes get past "not found".
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from tests.api import town as small
from tests.api.test_api_imports import NEWCOMER, TO_DECIDE, book
from tests.support.callers import callers
from tests.support.server import running_server

FEW, MANY, ASKED = 8, 300, 10_000
KNOWN: Mapping[str, tuple[str, ...]] = {
    "collection": ("person", "house", "grid", "village", "school", "control_total"),
    "item": (small.ADULT, small.CHILD, small.FIRST_DOOR, small.SCHOOL),
    "code": (small.SOUTH, small.XINWU),
    "kind": ("unplaced", "unassigned", "contradictions", "doubles"),
    "tile_matrix_set": ("WebMercatorQuad",),
    "tile_matrix": ("14", "0", "22"),
    "tile_row": ("6914", "0"),
    "tile_col": ("13330", "0"),
}


@dataclass
class Generated:
    """A server, its description, and how many requests it has answered."""

    url: str
    schema: schemathesis.BaseSchema
    known: Mapping[str, tuple[str, ...]]
    callers: Mapping[str, Mapping[str, str]]
    session: requests.Session = field(default_factory=requests.Session)
    answered: int = 0

    def operations(self) -> Iterator[Any]:
        """Yield every operation."""
        for result in self.schema.get_all_operations():
            yield result.ok()

    def check(self, case: schemathesis.Case, names: Mapping[str, str | None], who: str) -> None:
        """Send one request and hold its answer to the description."""
        for name, value in names.items():
            if value is not None and name in case.path_parameters:
                case.path_parameters[name] = value
        answer = case.call(
            base_url=self.url, session=self.session, headers=dict(self.callers[who]), timeout=30
        )
        self.answered += 1
        assert answer.status_code < 500, f"{answer.request.method} {answer.request.url}"
        case.validate_response(
            answer,
            checks=[
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ],
        )
        body = answer.content.decode("utf-8", "replace")
        for leak in ("Traceback", "sqlalchemy", "sqlite3", "psycopg"):
            assert leak not in body

    def run(self, operation: Any, mode: schemathesis.GenerationMode, who: str, most: int) -> None:
        """Make up to `most` requests of an operation, and check each."""
        names = st.fixed_dictionaries(
            {name: st.none() | st.sampled_from(values) for name, values in self.known.items()}
        )

        @settings(
            max_examples=most,
            phases=[Phase.generate],
            database=None,
            derandomize=most == FEW,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), names)
        def one(case: schemathesis.Case, names: Mapping[str, str | None]) -> None:
            self.check(case, names, who)

        one()


@pytest.fixture(scope="module")
def generated(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """Yield a server of the small town that is this file's alone, with an import at hand."""
    folder = tmp_path_factory.mktemp("generated")
    shutil.copytree(town_folder, folder / "data")
    asking = callers(folder / "data")
    arguments = ["serve", "--data", str(folder / "data")]
    env = {"MAPSERVER_LOG_LEVEL": "warning"}
    with running_server(arguments, folder / "server.log", env=env) as server:
        file = {"file": ("a.xlsx", book(NEWCOMER, TO_DECIDE))}
        headers = next(iter(asking.values()))
        sent = requests.post(f"{server.url}/imports", files=file, headers=headers, timeout=30)
        started = sent.json()
        document = requests.get(f"{server.url}/api", headers=headers, timeout=30).json()
        known = {**KNOWN, "import_id": (started["id"],)}
        schema = schemathesis.openapi.from_dict(document)
        yield Generated(server.url, schema, known, asking)
        assert '"failed"' not in server.printed()


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_answers_as_described_whatever_is_asked(
    generated: Generated, mode: schemathesis.GenerationMode
):
    before = generated.answered
    operations = list(generated.operations())
    for number, operation in enumerate(operations):
        # each by another role, or the short run would be a long one
        who = list(generated.callers)[number % len(generated.callers)]
        generated.run(operation, mode, who, FEW)
    assert generated.answered - before > 2 * len(operations)


@pytest.mark.torture
def test_ten_thousand_requests_are_answered_as_described(generated: Generated):
    before = generated.answered
    operations = list(generated.operations())
    while generated.answered - before < ASKED:
        for who in generated.callers:
            for mode in schemathesis.GenerationMode:
                for operation in operations:
                    generated.run(operation, mode, who, MANY // len(generated.callers))
                print(f"{generated.answered - before} requests")  # noqa: T201
