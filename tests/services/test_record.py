"""Notes: who signed in, opened, took away; in the chain, and without a value."""

import pytest

from mapserver.services import record
from mapserver.services.record import About
from mapserver.store import record_search
from mapserver.store.record_search import Entry, Wanted
from tests.services.registers import register
from tests.services.small_town import Town
from tests.services.test_import_end_to_end import NEW

ITEM = "01900000-0000-7000-8000-000000000001"


def newest(town: Town) -> Entry:
    with town.context.read() as session:
        found, _ = record_search.events(session, Wanted(), None, 1)
    return found[0]


def test_a_note_is_an_event_of_the_chain(town: Town):
    before = town.sequence
    seq = record.note(town.context, "open", About("person", ITEM), field="phone", text="核对")
    assert seq == before + 1 == town.verify()
    entry = newest(town)
    assert (entry.action, entry.layer, entry.item) == ("open", "person", ITEM)
    assert entry.actor == town.context.scope.actor
    assert (entry.told.fields, entry.told.details) == (("phone",), {"text": "核对"})


def test_who_signs_in_is_named_though_the_program_notes_it(town: Town):
    record.note(town.context, "sign-in", actor="chen", via="session")
    assert (newest(town).actor, newest(town).told.details) == ("chen", {"via": "session"})


def test_a_note_goes_with_the_transaction_of_what_it_tells(town: Town):
    before = town.sequence
    with pytest.raises(RuntimeError), town.context.write() as session:
        record.note_in(session, "export", About("house"), rows=3)
        raise RuntimeError
    assert town.sequence == before


def test_what_a_note_leaves_out_is_not_told(town: Town):
    record.note(town.context, "export", format=None, rows=0)
    assert newest(town).told.details == {"rows": 0}


def test_an_undo_is_told_beside_what_it_took_back(town: Town):
    job = town.take(register(NEW))
    town.undo(job)
    entry = newest(town)
    assert (entry.action, entry.layer, entry.batch) == ("undo", "person", job.id)
    assert entry.told.details["events"] >= 1
