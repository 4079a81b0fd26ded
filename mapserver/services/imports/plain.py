"""Any register that needs no rule of its own: a row is a record, found by `match`.

Houses too are read here from their own spreadsheet: their address gives the key, and
their coordinates place them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mapserver.domain.address import Address, reader
from mapserver.domain.areas import Gazetteer
from mapserver.domain.problems import Problem
from mapserver.domain.records import Change, Placement, Record
from mapserver.services.areas import gazetteer, town_bounds
from mapserver.services.assignment import place_all
from mapserver.services.identifiers import new_id
from mapserver.services.imports.places import Place
from mapserver.services.imports.plan import (
    Choices,
    Outcome,
    Plan,
    PlannedRow,
    Written,
    apply_choice,
    by_row,
)
from mapserver.services.imports.points import Bounds, Located, locate
from mapserver.services.imports.rows import Progress, Read, ReadRow
from mapserver.store import registers, writing
from mapserver.store.store import Session

_AT_ONCE = 5000
Key = tuple[Any, ...]


def make_plan(
    session: Session, read: Read, choices: Choices, village: str | None, progress: Progress
) -> Plan:
    """Return what would come of every row of a register's own spreadsheet."""
    total = len(read.rows)
    progress("places", 0, total)
    sifter = _Sifter(gazetteer(session), town_bounds(session), read, village)
    chosen = by_row(choices)
    sifted = [sifter.sift(row, chosen.get(n, {})) for n, row in enumerate(read.rows)]
    _weigh_duplicates(read, sifted, choices)
    progress("compare", 0, total)
    placements = _placements(session, sifted)
    known = _known(session, read, sifted)
    rows = [
        one.planned(known.get(one.key), placement)
        for one, placement in zip(sifted, placements, strict=True)
    ]
    progress("compare", total, total)
    return Plan(tuple(rows), {}, session.sequence())


class _Sifted:
    """One row with its choices applied, before it is held against the register."""

    def __init__(self, row: ReadRow, village: str | None, values: dict[str, Any]) -> None:
        self.row, self.village, self.values = row, village, values
        self.problems: list[Problem] = list(row.problems)
        self.pending: list[Problem] = []
        self.located = Located()
        self.key: Key | None = None
        self.set_aside = False
        self.rivals: tuple[int, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the row is not taken, whatever anybody decides."""
        return not self.row.values or any(one.severity == "refuse" for one in self.problems)

    def planned(self, kept: Mapping[str, Any] | None, placement: Placement | None) -> PlannedRow:
        """Return what would come of the row, given the record that the register has."""
        place = Place(self.village, None, None, None, False, None)
        problems = tuple(self.problems)
        if self.refused:
            return PlannedRow(self.row, place, "refused", problems)
        if self.pending:
            pending = tuple(self.pending)
            return PlannedRow(
                self.row, place, "decision", problems, pending=pending, rivals=self.rivals
            )
        if self.set_aside:
            return PlannedRow(self.row, place, "unchanged", problems)
        values = dict(self.values)
        if self.located.point is not None:
            values |= {"geom": self.located.point, "datum": self.located.datum}
        if kept is None:
            return PlannedRow(self.row, place, "added", problems, values, placement=placement)
        changes = {name: value for name, value in values.items() if kept[name] != value}
        outcome: Outcome = "updated" if changes else "unchanged"
        return PlannedRow(
            self.row, place, outcome, problems, values, kept, changes, placement=placement
        )


class _Sifter:
    """What is the same for all rows of a file."""

    def __init__(
        self, names: Gazetteer, town: Bounds | None, read: Read, village: str | None
    ) -> None:
        self.names, self.town, self.read, self.fallback = names, town, read, village
        self.parse: Callable[[str], Address] = reader(names.names)
        self.of_sheet = [
            names.village_within(f"{sheet.name} {sheet.title}") for sheet in read.sheets
        ]

    def sift(self, row: ReadRow, chosen: Mapping[str, str]) -> _Sifted:
        """Return the row with its village, point and key, and what waits for a person."""
        values = dict(row.values)
        for problem in row.problems:
            if problem.key in chosen and problem.column is not None:
                apply_choice(self.read.layer, values, problem, chosen[problem.key])
        address = self.parse(values["address"]) if values.get("address") else None
        sifted = _Sifted(row, None, values)
        if not row.values:
            return sifted
        self._find_village(sifted, address, chosen)
        if self.read.layer.geometry:
            sifted.located = locate(row.at, self.town, chosen)
            sifted.problems += sifted.located.problems
        if self.read.layer.rule == "house" and sifted.village:
            _key_house(sifted, address)
        sifted.key = self._key(sifted)
        sifted.pending = [
            one for one in sifted.problems if one.severity == "decide" and one.key not in chosen
        ]
        return sifted

    def _find_village(
        self, sifted: _Sifted, address: Address | None, chosen: Mapping[str, str]
    ) -> None:
        written = sifted.row.village or (address.village if address else None)
        found = self.names.village(written) if written else self.of_sheet[sifted.row.sheet]
        found = found or (None if written else self.fallback)
        if found is None and written:
            problem = Problem("village-unknown", None, {"text": written})
            sifted.problems.append(problem)
            found = chosen.get(problem.key)
        sifted.village = found

    def _key(self, sifted: _Sifted) -> Key | None:
        """Return what tells the row's record from others of its layer.

        The layer's `match`; a row that leaves one of those empty is known by its name
        within its village, and one without a name by nothing.
        """
        own = {**sifted.values, "village": sifted.village}
        parts = tuple(own.get(name) for name in self.read.layer.match)
        if parts and None not in parts:
            return ("match", *parts)
        name = own.get("name")
        return ("name", name, sifted.village) if name else None


def _key_house(sifted: _Sifted, address: Address | None) -> None:
    """Give a house the key and the label that its address reaches."""
    group = sifted.values.get("group")
    key = address.key(sifted.village or "", group) if address else None
    if key is None:
        sifted.problems.append(Problem("address-short", "address"))
        written = sifted.values.get("address", "")
        sifted.values["address_key"] = f"{sifted.village}/{group or ''}/址/{written}"[:120]
    elif address is not None:
        door = address.door(group)
        sifted.values |= {"address_key": key, "door": door}
        if address.group or group:
            sifted.values["group"] = address.group or group


def _weigh_duplicates(read: Read, sifted: Sequence[_Sifted], choices: Choices) -> None:
    groups: dict[Key, list[int]] = defaultdict(list)
    for index, one in enumerate(sifted):
        if one.key is not None and not one.refused:
            groups[one.key].append(index)
    for group in (group for group in groups.values() if len(group) > 1):
        first = sifted[group[0]]
        same = all(
            sifted[n].values == first.values and sifted[n].row.at == first.row.at for n in group
        )
        made = (choices.get((n, "duplicate-in-file")) for n in group)
        option = "same" if same else next((one for one in made if one is not None), None)
        kept = group[-1] if option == "last" else group[0]
        for index in group:
            _rank(read, sifted[index], option, kept, tuple(group), index)


def _rank(
    read: Read, one: _Sifted, option: str | None, kept: int, group: tuple[int, ...], index: int
) -> None:
    other = kept if index != kept else group[-1]
    row = {"row": str(read.rows[other].number)}
    if option is None:
        problem = Problem("duplicate-in-file", None, row)
        one.problems.append(problem)
        one.pending.append(problem)
        one.rivals = group
    elif index != kept:
        code = "duplicate-identical" if option == "same" else "duplicate-set-aside"
        one.problems.append(Problem(code, None, row))
        one.set_aside = True


def _placements(session: Session, sifted: Sequence[_Sifted]) -> list[Placement | None]:
    records = [Record("", one.located.point, one.village, {}) for one in sifted]
    return [record.placement for record in place_all(session, records)]


def _known(
    session: Session, read: Read, sifted: Sequence[_Sifted]
) -> dict[Key | None, Mapping[str, Any]]:
    """Return the records that the register has, by key."""
    layer = read.layer
    found: dict[Key | None, Mapping[str, Any]] = {}
    matched = [one.key[1:] for one in sifted if one.key and one.key[0] == "match"]
    if matched:
        wanted = [key[0] for key in matched]
        for parts, row in registers.rows_by(session, layer.id, layer.match, wanted).items():
            found["match", *parts] = dict(row._mapping)
    named = [one.key[1] for one in sifted if one.key and one.key[0] == "name"]
    if named:
        for parts, row in registers.rows_by(session, layer.id, ("name", "village"), named).items():
            found["name", *parts] = dict(row._mapping)
    return found


def commit(session: Session, plan: Plan, layer: str, batch: str, progress: Progress) -> Written:
    """Write the records of `plan`; every event names the batch."""
    taken = list(plan.taken)
    added = [_record(row) for row in taken if row.outcome == "added"]
    changed = [_change(row) for row in taken if row.outcome == "updated"]
    for start in range(0, len(added), _AT_ONCE):
        writing.add(session, layer, added[start : start + _AT_ONCE], batch)
        progress("write", min(start + _AT_ONCE, len(taken)), len(taken))
    writing.change(session, layer, changed, batch)
    progress("write", len(taken), len(taken))
    unplaced = sum(record.geometry is None for record in added) if layer == "house" else 0
    return Written(len(added) if layer == "house" else 0, unplaced)


def _record(row: PlannedRow) -> Record:
    values = {name: value for name, value in row.values.items() if value is not None}
    point, datum = values.pop("geom", None), values.pop("datum", None)
    return Record(new_id(), point, row.place.village, values, row.placement, datum)


def _change(row: PlannedRow) -> Change:
    changes = dict(row.changes)
    if "geom" in changes and row.placement is not None:
        changes |= {
            "grid": row.placement.grid,
            "assigned_how": row.placement.how,
            "assigned_m": row.placement.distance_m,
            "boundary_version": row.placement.boundary_version,
        }
    return Change((row.person or {})["id"], changes)
