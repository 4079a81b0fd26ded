"""Writing a plan in one transaction, and undoing the whole of it.

A house that an address names is created once, without a point: it waits on the list of
houses to be placed. The undo walks the batch's own events backwards; it is refused whole
where somebody has since changed what the batch wrote.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mapserver.domain.records import Change, Record
from mapserver.errors import Conflict
from mapserver.services.identifiers import new_id
from mapserver.services.imports.plan import Plan, PlannedRow, Written
from mapserver.services.imports.rows import Progress
from mapserver.services.record import About, note_in
from mapserver.store import batches, registers, writing
from mapserver.store.events import Event
from mapserver.store.store import Session

_AT_ONCE = 5000


def commit(session: Session, plan: Plan, batch: str, progress: Progress) -> Written:
    """Write the houses and people of `plan`; every event names the batch."""
    taken = list(plan.taken)
    ids = {key: house.id for key, house in plan.houses.items() if house.id}
    made = dict(_new_houses(taken, ids))
    writing.add(session, "house", list(made.values()), batch)
    ids |= {key: record.id for key, record in made.items()}
    added = [row for row in taken if row.outcome == "added"]
    updated = [row for row in taken if row.outcome == "updated"]
    total, done = len(taken), 0
    for rows in _slices(added):
        writing.add(session, "person", [_person(row, ids) for row in rows], batch)
        done += len(rows)
        progress("write", done, total)
    for rows in _slices(updated):
        writing.change(session, "person", [_change(row, ids) for row in rows], batch)
        done += len(rows)
        progress("write", done, total)
    return Written(len(made), len(made))


def _slices(rows: list[PlannedRow]) -> Iterable[list[PlannedRow]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _new_houses(
    rows: Iterable[PlannedRow], known: Mapping[str, str]
) -> Iterable[tuple[str, Record]]:
    seen = set(known)
    for row in rows:
        key = row.place.house_key
        if key is None or key in seen:
            continue
        if row.outcome == "updated" and "house" not in row.changes:
            continue
        seen.add(key)
        yield key, _house(row, key)


def _house(row: PlannedRow, key: str) -> Record:
    place = row.place
    door = place.address.door(place.group) if place.address and place.reaches_door else None
    return Record(
        id=new_id(),
        geometry=None,
        village=place.village,
        values={
            "address": place.wording,
            "address_key": key,
            "door": door,
            "group": place.group,
            "grid_claimed": place.grid_claimed,
        },
    )


def _person(row: PlannedRow, houses: Mapping[str, str]) -> Record:
    house = houses.get(row.place.house_key or "")
    return Record(new_id(), None, row.place.village, {**row.values, "house": house})


def _change(row: PlannedRow, houses: Mapping[str, str]) -> Change:
    person = row.person or {}
    changes = dict(row.changes)
    if "house" in changes:
        changes["house"] = houses.get(row.place.house_key or "")
    return Change(person["id"], changes)


def undo(session: Session, batch: str, progress: Progress) -> None:
    """Take back everything a batch wrote.

    Raises
    ------
    Conflict
        If a record was changed after the batch; nothing is undone.
    """
    told = [event for event in batches.told(session, batch) if event.layer]
    _refuse_if_changed(session, told)
    total = len(told)
    for layer, changes in _by_layer(reversed(told), "change").items():
        back = [
            Change(item, writing.from_told(session, layer, item, event.data["before"]))
            for event in changes
            if (item := event.item)
        ]
        writing.change(session, layer, back, batch)
    for layer, added in _by_layer(reversed(told), "add").items():
        for start in range(0, len(added), _AT_ONCE):
            some = added[start : start + _AT_ONCE]
            writing.remove(session, layer, [event.item or "" for event in some], batch)
            progress("write", start + len(some), total)
    batches.mark_undone(session, batch, session.at.isoformat())
    # what was taken back may be nothing; that somebody did it is told all the same
    note_in(session, "undo", About(batches.get(session, batch).layer, batch=batch), events=total)


def _by_layer(told: Iterable[Event], action: str) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in told:
        if event.action == action and event.layer:
            found.setdefault(event.layer, []).append(event)
    return found


def _refuse_if_changed(session: Session, told: list[Event]) -> None:
    last = {(event.layer, event.item): event for event in told}
    changed = 0
    for layer in {layer for layer, _ in last if layer}:
        ids = [item for name, item in last if name == layer and item]
        now = writing.rows_of(session, layer, ids)
        changed += sum(
            item not in now or not _is_as_told(session, now[item], last[layer, item])
            for item in ids
        )
    changed += _moved_in_since(session, told)
    if changed:
        raise Conflict(
            f"这次导入之后有 {changed} 条又改过，不能整批撤销，什么都没有动。"
            "先看这些改动，再逐条处理。",
            f"{changed} records were changed after this import, so it cannot be undone whole; "
            "nothing was touched. Look at those changes and mend them one by one.",
            changed=changed,
        )


def _is_as_told(session: Session, now: Mapping[str, Any], event: Event) -> bool:
    """Whether a row is what the event made of it, also when a later change was undone."""
    if now["revision"] == event.data["revision"]:
        return True
    told = writing.from_told(session, event.layer or "", event.item or "", event.data["after"])
    whole = event.action == "add"
    own = session.layer(event.layer or "").fields
    names = [field.name for field in own] if whole else list(told)
    return all(now[name] == told.get(name) for name in names)


def _moved_in_since(session: Session, told: list[Event]) -> int:
    """Return how many people from elsewhere live in houses that the batch made."""
    own = {event.item for event in told if event.layer == "person"}
    houses = [event.item for event in told if event.layer == "house" and event.action == "add"]
    return registers.count_people(session, [house for house in houses if house], own)
