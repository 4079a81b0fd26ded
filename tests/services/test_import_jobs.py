"""Imports while others write, while the store fails, and while the server answers others."""

import threading
import time
from dataclasses import replace

import pytest

from mapserver.errors import Conflict, NotFound, StoreFull
from mapserver.roles import Role
from mapserver.services.identifiers import new_id
from mapserver.services.imports import commit as committing
from mapserver.services.imports import jobs, work
from mapserver.services.imports.jobs import Imports
from mapserver.store import batches
from mapserver.store.scope import Grant, Scope
from tests.services.registers import register
from tests.services.small_town import HEAD, id_of, row

MAN = {"name": "陈新来", "id_number": id_of("19900503", 1), "address": "新屋村8组77号"}
KNOWN = {"name": "周大山", "relation": "户主", "id_number": HEAD, "phone": "14000000002"}


def many(count: int) -> bytes:
    """Return a register of `count` people, five behind each new door."""
    return register(
        *(
            {
                "name": f"新{n}",
                "id_number": id_of(f"{1930 + n // 999}0101", n % 999 + 1),
                "address": f"新屋村8组{n // 5 + 100}号",
            }
            for n in range(count)
        )
    )


def test_a_town_that_changed_after_the_preview_is_planned_anew(town):
    early, late = town.ready(register(MAN)), town.ready(register({**MAN, "phone": "14000000001"}))
    assert row(late, 2).outcome == "added"
    town.commit(early)
    town.commit(late)
    assert (late.state, row(late, 2).outcome) == ("committed", "updated")
    assert late.summary["counts"]["added"] == 0
    assert town.person("陈新来")["phone"] == "14000000001"


def test_choices_hold_when_the_town_changed(town):
    job = town.ready(register({**MAN, "born": "1990-05-04"}))
    town.decide(job, "born-contradicts-id:born", "cell")
    town.take(register(KNOWN))
    town.commit(job)
    assert town.person("陈新来")["born"].isoformat() == "1990-05-04"


@pytest.mark.parametrize("layer", ["house", "person"])
def test_a_failure_in_the_middle_writes_nothing_and_may_be_tried_again(town, monkeypatch, layer):
    before, sequence = town.content(), town.sequence
    job = town.ready(register(MAN, KNOWN))
    write = committing.writing.add

    def fail(session, layer_id, records, batch=None):
        write(session, layer_id, records, batch)
        if layer_id == layer:
            raise StoreFull("磁盘满了。", "The disk is full.")

    monkeypatch.setattr(committing.writing, "add", fail)
    town.commit(job)
    assert (job.state, job.problem and job.problem.code) == ("ready", "store-full")
    assert (town.content(), town.sequence) == (before, sequence)
    monkeypatch.undo()
    town.commit(job)
    assert (job.state, job.problem) == ("committed", None)
    assert town.person("陈新来")["house"] == town.house("新屋村8组77号")["id"]
    assert town.verify() == town.sequence


def test_what_is_at_work_or_committed_cannot_be_decided_or_committed_again(town):
    job = town.take(register(MAN))
    with pytest.raises(Conflict):
        town.imports.commit(town.context, job)
    with pytest.raises(Conflict):
        town.decide(job, "two-heads:relation", "0")


def test_an_import_is_undone_once(town):
    job = town.take(register(MAN))
    town.undo(job)
    with pytest.raises(Conflict):
        town.imports.undo(town.context, job.id)


def test_a_dropped_import_is_gone_and_leaves_nothing(town):
    sequence = town.sequence
    job = town.ready(register(MAN))
    town.imports.drop(job)
    assert (job.read, job.plan, town.sequence) == (None, None, sequence)
    with pytest.raises(NotFound):
        town.imports.get(town.context, job.id)


def test_an_import_that_a_restarted_server_no_longer_holds_can_be_undone(town):
    before = town.content()
    job = town.take(register(MAN, KNOWN))
    town.imports = Imports()
    town.undo(job)
    assert town.content() == before
    with town.context.read() as session:
        assert batches.get(session, job.id).state == "undone"


def test_the_hash_of_the_file_is_kept_through_decisions(town):
    job = town.ready(register({**MAN, "born": "1990-05-04"}))
    digest = job.summary["sha256"]
    town.decide(job, "born-contradicts-id:born", "id")
    town.commit(job)
    with town.context.read() as session:
        assert batches.get(session, job.id).summary["sha256"] == digest


def test_only_the_latest_imports_stay_in_memory(town, monkeypatch):
    monkeypatch.setattr(jobs, "KEPT", 4)
    sent = [town.ready(register({**MAN, "name": f"新{n}"})) for n in range(7)]
    held = town.imports.held(town.context)
    assert sent[-1] in held and sent[0] not in held
    assert sum(job.plan is not None for job in held) <= 5


def test_large_imports_push_older_ones_out_sooner(town, monkeypatch):
    monkeypatch.setattr(jobs, "KEPT_ROWS", 250)
    first, second, third = (town.ready(many(100)) for _ in range(3))
    assert first in town.imports.held(town.context)
    town.ready(many(100))
    assert [
        first in town.imports.held(town.context),
        second in town.imports.held(town.context),
    ] == [False, True]
    assert third in town.imports.held(town.context)


def test_progress_is_told_stage_by_stage(town):
    told = []
    job = town.ready(many(2000))
    job.listener = lambda stage, done, total: told.append((stage, done, total))
    town.commit(job)
    writes = [done for stage, done, _ in told if stage == "write"]
    assert writes == sorted(writes) and writes[-1] == 2000


def test_others_are_answered_while_a_large_file_is_imported(town):
    """A thread that sleeps 5 ms at a time stands for a server that answers requests.

    No pause of it may be a large part of the import, whatever the speed of the machine.
    """
    data = many(20_000)
    pauses: list[float] = []
    done = threading.Event()

    def beat() -> None:
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.005)
            now = time.perf_counter()
            pauses.append(now - last)
            last = now

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        job = town.take(data)
    finally:
        done.set()
        heart.join()
    assert job.summary["counts"]["added"] == 20_000
    assert max(pauses) < sum(pauses) / 8


def test_deciding_about_one_import_keeps_no_other_waiting(town, monkeypatch):
    asks = town.ready(register({**MAN, "born": "1990-05-04"}))
    plan_for, entered, go_on = work.plan_for, threading.Event(), threading.Event()

    def slow(session, job, read):
        if job is asks:
            entered.set()
            assert go_on.wait(20)
        return plan_for(session, job, read)

    monkeypatch.setattr(work, "plan_for", slow)
    deciding = threading.Thread(target=lambda: town.decide(asks, "born-contradicts-id:born", "id"))
    deciding.start()
    assert entered.wait(20)
    other = town.take(register(KNOWN))
    assert other.state == "committed"
    go_on.set()
    deciding.join(20)
    assert row(asks, 2).outcome == "added"


def test_an_import_that_is_dropped_while_it_is_read_stops_and_is_gone(town, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()
    read_rows = work.read_rows

    def slow(*given):
        reached.set()
        go_on.wait(10)
        return read_rows(*given)

    monkeypatch.setattr(work, "read_rows", slow)
    job = town.imports.start(town.context, "person", "户口.xlsx", register(MAN))
    assert reached.wait(10)
    town.imports.drop(job)
    go_on.set()
    town.imports.wait(10)
    assert (job.state, job.plan, job.problem) == ("discarded", None, None)
    with pytest.raises(NotFound):
        town.imports.get(town.context, job.id)


def test_a_failure_of_the_program_is_told_and_logged_without_what_the_file_holds(
    town, monkeypatch, caplog, capfd
):
    def broken(*_):
        raise RuntimeError(f"row with {HEAD}")

    monkeypatch.setattr(work, "read_rows", broken)
    job = town.preview(register(MAN))
    assert (job.state, "程序出错" in job.problem.zh) == ("failed", True)
    assert "RuntimeError" in caplog.text
    assert "broken" in caplog.text
    assert HEAD not in caplog.text + "".join(capfd.readouterr())


def test_an_import_is_its_owners_and_theirs_who_import_for_the_whole_town(town, monkeypatch):
    job = town.take(register(MAN))
    village = town.context.scope.town + "201"

    def as_one(name, area):
        grants = (Grant(Role.INFORMATION_OFFICER, area),)
        return replace(town.context, scope=Scope(name, town.context.scope.town, grants))

    assert town.imports.held(as_one("another", village)) == []
    with pytest.raises(NotFound):
        town.imports.get(as_one("another", village), job.id)
    with pytest.raises(NotFound):
        town.imports.undo(as_one("another", village), job.id)
    assert town.imports.committed(as_one("another", village)) == []
    everybodys = as_one("another", town.context.scope.town)
    assert town.imports.held(everybodys) == [job]
    assert [one.id for one in town.imports.committed(everybodys)] == [job.id]
    monkeypatch.setattr(jobs, "RECENT", 1)
    owner = as_one(job.by, village)
    with everybodys.write() as session:
        of_others = replace(batches.get(session, job.id), id=new_id(), actor="another")
        batches.add(session, of_others, [])
    assert [one.id for one in town.imports.committed(owner)] == [job.id]
