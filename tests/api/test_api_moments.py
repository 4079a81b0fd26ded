"""Moments in answers have their zone (RFC 3339): a browser takes one without for local time."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapserver.roles import Role
from tests.api.walks import Walks, Who, walks

WHO: list[Who] = [
    (Role.GRID_HEAD, "own"),
    (Role.SUPERVISOR, "own"),
    (Role.INFORMATION_OFFICER, "own"),
    (Role.ADMINISTRATOR, "parent"),
    (Role.AUDITOR, "parent"),
]
MOMENT = re.compile(r'"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^"]*)"')
ZONE = re.compile(r"\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


@pytest.fixture(scope="module")
def walked(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    """Yield walks of the small town by those who are told of moments."""
    folder = tmp_path_factory.mktemp("moments") / "data"
    shutil.copytree(town_folder, folder)
    with walks(folder, WHO) as found:
        yield found


def test_every_moment_of_every_answer_has_its_zone(walked: Walks):
    told: dict[str, set[str]] = {}
    for who in WHO:
        for one in walked.of(*who):
            for moment in MOMENT.findall(one.text):
                told.setdefault(one.template, set()).add(moment)
    bare = {
        (template, one)
        for template, moments in told.items()
        for one in moments
        if not ZONE.search(one)
    }
    assert not bare
    assert {
        "/boundary-drafts",
        "/boundaries/{village}",
        "/boundaries/{village}/drafts",
        "/boundaries/{village}/drafts/{draft}",
        "/boundaries/{village}/drafts/{draft}/approval",
        "/collections/{collection}/items",
        "/imports",
        "/record",
        "/sessions",
        "/tokens",
    } <= set(told)
