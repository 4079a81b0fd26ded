"""What is another's is looked for as what there is not: by the same SQL, so in the same time.

Time itself is no proof on a machine that does other things too. What takes time here is the SQL,
so it is counted: the same statements in the same order, whichever of the two is asked for, and
answers that differ in nothing but the id.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from mapserver.roles import Role
from tests.api import town as small
from tests.api.roll import Other
from tests.api.walk_writes import GUARD, VISIT
from tests.api.walks import Walks, Who, walks
from tests.api.wire_in_process import Answer, Ask

HEAD: Who = (Role.GRID_HEAD, "own")
OFFICER: Who = (Role.INFORMATION_OFFICER, "own")
NOBODY = small.ident(999)


@pytest.fixture(scope="module")
def asked(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    """Yield a served town in which a grid head and an officer of one village are signed in."""
    folder = tmp_path_factory.mktemp("work") / "data"
    shutil.copytree(town_folder, folder)
    with walks(folder, [HEAD, OFFICER]) as found:
        yield found


@contextmanager
def statements(walks: Walks) -> Iterator[list[str]]:
    """Yield the SQL that the store is asked while the block lasts, without its values."""
    engine, found = walks.desk.store._engine, []

    def note(_connection, _cursor, statement, *_rest) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def worked(walks: Walks, who: Who, each: Ask) -> tuple[Answer, list[str]]:
    """Return an answer and the SQL that it took; what is kept of the caller is there before."""
    walks.ask(Ask("GET", "/sessions"), who)
    with statements(walks) as found:
        answer = walks.ask(each, who)
    return answer, found


def alike(walks: Walks, who: Who, theirs: Ask, none: Ask, ids: tuple[str, str]) -> None:
    """Hold two requests to the same work and the same answer: another's, and none's."""
    walks.ask(none, who)  # what is compiled at the first time is compiled
    one, work = worked(walks, who, theirs)
    two, same = worked(walks, who, none)
    assert one.status == two.status == 404
    assert one.content.decode().replace(ids[0], "-") == two.content.decode().replace(ids[1], "-")
    assert work == same


ITEMS = [("house", small.SHOP), ("person", small.GUEST), ("dispute", small.NEW_DISPUTE)]


@pytest.mark.parametrize(("layer", "item"), ITEMS)
def test_items_of_others_take_the_work_of_none(asked: Walks, layer: str, item: str):
    theirs, none = (Ask("GET", f"/collections/{layer}/items/{one}") for one in (item, NOBODY))
    alike(asked, HEAD, theirs, none, (item, NOBODY))


@pytest.mark.parametrize(("layer", "item"), ITEMS)
@pytest.mark.parametrize("body", [{**VISIT, "field": "phone"}, {**VISIT}, GUARD])
def test_openings_of_others_take_the_work_of_none(asked: Walks, layer: str, item: str, body: dict):
    places = [f"/collections/{layer}/items/{one}/openings" for one in (item, NOBODY)]
    if "field" in body and layer != "person":
        body = {**body, "field": {"house": "owner_phone"}.get(layer, "phone")}
    first, _ = worked(asked, HEAD, Ask("POST", places[0], body))
    if first.status == 400:
        pytest.skip("the layer has no such field, which is told before any record is looked for")
    theirs, none = (Ask("POST", place, body) for place in places)
    alike(asked, HEAD, theirs, none, (item, NOBODY))


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("below", ["", "/rows", "/points", "/outcomes.xlsx"])
def test_imports_of_others_take_the_work_of_none(asked: Walks, kept: bool, below: str):
    """Of an officer of the same village, and one of the next."""
    for other in asked.others:
        identifier = other.kept if kept else other.held
        theirs, none = (Ask("GET", f"/imports/{one}{below}") for one in (identifier, NOBODY))
        alike(asked, OFFICER, theirs, none, (identifier, NOBODY))


@pytest.mark.parametrize("what", ["commit", "undo", "decisions"])
def test_writes_to_imports_of_others_take_the_work_of_none(asked: Walks, what: str):
    body = {"code": "x", "choice": "y"} if what == "decisions" else None
    for other in asked.others:
        for identifier in (other.kept, other.held):
            ids = (identifier, NOBODY)
            theirs, none = (Ask("POST", f"/imports/{one}/{what}", body) for one in ids)
            alike(asked, OFFICER, theirs, none, ids)


@pytest.mark.parametrize("what", ["session", "token"])
def test_sessions_and_tokens_of_others_take_the_work_of_none(asked: Walks, what: str):
    for other in asked.others:
        ids = (_own(other, what), NOBODY)
        theirs, none = (Ask("DELETE", f"/{what}s/{one}") for one in ids)
        alike(asked, HEAD, theirs, none, ids)


def _own(other: Other, what: str) -> str:
    return {"session": other.session, "token": other.token}[what]


def test_accounts_are_refused_before_any_is_looked_for(asked: Walks):
    """Whoever does not look after them is told so, whether there is one or not."""
    for other in asked.others:
        for method, place in (("GET", "/accounts/"), ("DELETE", "/accounts/")):
            answers = [
                worked(asked, HEAD, Ask(method, place + one)) for one in (other.account, NOBODY)
            ]
            (one, work), (two, same) = answers
            assert one.status == two.status == 403
            assert work == same == []


def test_tiles_of_others_take_the_work_of_empty_ones(asked: Walks):
    """A place in the next village, where there is a house, and one where nothing is."""
    theirs, none = "16/27658/53326", "16/20000/53326"
    for layer in ("house", "dispute"):
        for door in (f"/collections/{layer}/tiles", f"/heat/{layer}"):
            paths = [f"{door}/WebMercatorQuad/{one}" for one in (theirs, none)]
            asked.ask(Ask("GET", f"{door}/WebMercatorQuad/16/20000/53327"), HEAD)
            (one, work), (two, same) = (worked(asked, HEAD, Ask("GET", path)) for path in paths)
            assert (one.status, one.content) == (two.status, two.content) == (204, b"")
            assert work == same
