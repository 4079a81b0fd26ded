"""A database that goes away and returns: said in words, half-written nothing, no restart."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver.app import create_app
from mapserver.errors import StoreUnreachable
from mapserver.services.imports import commit
from mapserver.settings import Settings
from tests.services.small_town import Town, build_town
from tests.support.postgres import Machine
from tests.torture.writer import ROWS, given


@pytest.fixture
def town(machine: Machine, tmp_path: Path) -> Town:
    """Return a town in a database that can be stopped."""
    return build_town(machine.cluster.url("town"), tmp_path / "town.key")


def test_reading_and_writing_say_so_and_go_on_when_it_is_back(machine: Machine, town: Town):
    one, another = given(2), given(4)
    town.take(one.data, one.name)
    before, sequence, layers = town.content(), town.sequence, town.context.sequences()
    job = town.ready(another.data, another.name)
    machine.stop()
    for asked in (town.content, town.context.sequences, town.verify):
        with pytest.raises(StoreUnreachable) as caught:
            asked()
        assert caught.value.code == "store-unreachable"
    town.commit(job)
    assert (job.state, type(job.problem)) == ("ready", StoreUnreachable)
    machine.start()
    assert (town.content(), town.sequence, town.context.sequences()) == (before, sequence, layers)
    town.commit(job)
    assert (job.state, job.problem) == ("committed", None)
    assert job.summary["counts"]["added"] == ROWS
    assert town.verify() == town.sequence > sequence
    town.store.close()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_import_in_whose_midst_it_goes_leaves_nothing_half_written(
    machine: Machine, town: Town, end: str, monkeypatch: pytest.MonkeyPatch
):
    one = given(2)
    before, sequence = town.content(), town.sequence
    job = town.ready(one.data, one.name)
    write = commit.writing.add

    def go_away(session, layer, records, batch=None):
        write(session, layer, records, batch)
        if layer == "person":
            # everything is written, nothing committed
            getattr(machine, end)()

    with monkeypatch.context() as patch:
        patch.setattr(commit.writing, "add", go_away)
        town.commit(job)
    assert (job.state, type(job.problem)) == ("ready", StoreUnreachable)
    machine.start()
    assert (town.content(), town.sequence) == (before, sequence)
    town.commit(job)
    assert job.state == "committed"
    assert town.verify() == town.sequence
    town.store.close()


def test_the_door_answers_503_while_it_is_gone_and_as_before_when_it_is_back(
    machine: Machine, town: Town, tmp_path: Path
):
    settings = Settings(data=machine.cluster.url("town"), key_file=tmp_path / "town.key")
    app = create_app(settings, town.store)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as door:
        assert door.get("/health").status_code == 200
        machine.stop()
        answer = door.get("/health", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (503, "store-unreachable")
        # neither where the database is nor as whom it is asked
        assert str(machine.home) not in answer.text and "mapserver@" not in answer.text
        machine.start()
        assert door.get("/health").json()["status"] == "ok"
