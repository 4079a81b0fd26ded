"""Whatever is added, changed and removed: table, record and index tell the same."""

from itertools import count
from typing import Any

import orjson
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely.geometry.base import BaseGeometry

from mapserver.domain.records import Change, Record
from mapserver.store import events, items, writing
from mapserver.store.items import Query
from mapserver.store.scope import Scope
from mapserver.store.store import Session, Store
from tests.store.town import AT, A, uid

WORLD = (-180.0, -90.0, 180.0, 90.0)
_towns = count(100_000_000)

numbers = st.integers(0, 2)
points = st.none() | st.builds(
    Point, st.floats(-179, 179).map(lambda x: round(x, 6)), st.floats(-85, 85)
)
values = st.fixed_dictionaries(
    {},
    optional={
        "group": st.none()
        | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
        "storeys": st.none() | st.integers(-(2**62), 2**62),
        "area_m2": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "let": st.none() | st.booleans(),
        "confirmed_on": st.none() | st.dates(),
        "geom": points,
    },
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "change", "change", "change", "remove"]), numbers, values
    ),
    min_size=4,
    max_size=15,
)
Model = dict[str, dict[str, Any]]


def play(session: Session, model: Model, step: tuple[str, int, dict[str, Any]]) -> None:
    """Do a step to the store and to the model, where it is possible."""
    action, number, new = step
    identifier = uid(number)
    if action == "add" and identifier not in model:
        rest = {name: value for name, value in new.items() if name != "geom"}
        if (session.town, identifier) in used:
            return
        used.add((session.town, identifier))
        writing.add(session, "house", [Record(identifier, new.get("geom"), A, rest)])
        model[identifier] = {**EMPTY, **new}
    elif action == "change" and identifier in model:
        writing.change(session, "house", [Change(identifier, new)])
        model[identifier] |= new
    elif action == "remove":
        writing.remove(session, "house", [identifier])
        model.pop(identifier, None)


EMPTY: dict[str, Any] = dict.fromkeys(
    ("group", "storeys", "area_m2", "let", "confirmed_on", "geom")
)
used: set[tuple[str, str]] = set()


def kept(session: Session) -> Model:
    rows = writing.rows_of(session, "house", [uid(number) for number in range(3)])
    return {one: {name: row[name] for name in EMPTY} for one, row in rows.items()}


def replayed(session: Session) -> Model:
    """Return what the record of events alone says of the houses."""
    told: Model = {}
    everything = events.between(
        session.connection, session.table("event"), session.town, 1, session.sequence()
    )
    for event in everything:
        data = orjson.loads(event.data)
        if event.action == "remove":
            was = writing.from_told(session, "house", event.item, data["before"])
            known = {
                name: value for name, value in told.pop(event.item).items() if value is not None
            }
            assert {name: was[name] for name in known} == known
            continue
        new = writing.from_told(session, "house", event.item, data["after"])
        own = {name: new[name] for name in EMPTY if name in new}
        if event.action == "change":
            before = writing.from_told(session, "house", event.item, data["before"])
            assert before == {name: told[event.item][name] for name in before}
        told[event.item] = {**told.get(event.item, EMPTY), **own}
    return told


def boxed(session: Session, box: tuple[float, float, float, float]) -> set[str]:
    return {one.id for one in items.page(session, "house", Query(boxes=(box,), limit=99)).items}


def inside(model: Model, box: tuple[float, float, float, float]) -> set[str]:
    frame = shapely.box(*box)
    shapes: dict[str, BaseGeometry] = {
        one: row["geom"] for one, row in model.items() if row["geom"] is not None
    }
    return {one for one, shape in shapes.items() if frame.intersects(shape)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, west=st.floats(-180, 179), south=st.floats(-90, 89))
def test_table_record_and_index_tell_the_same(
    store: Store, steps: list[tuple[str, int, dict[str, Any]]], west: float, south: float
):
    scope = Scope.of_town("clerk", str(next(_towns))).unmasked()
    model: Model = {}
    for step in steps:
        with store.write(scope, AT) as session:
            play(session, model, step)
    with store.read(scope, AT) as session:
        assert kept(session) == model
        assert replayed(session) == model
        assert boxed(session, WORLD) == inside(model, WORLD)
        box = (west, south, west + 30, south + 30)
        assert boxed(session, box) == inside(model, box)
    store.verify(scope, AT)
