"""Any register that needs no rule of its own: a row is a record, found by `match`.

Houses too are read here from their own spreadsheet: their address gives the key, and
their coordinates place them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mapserver.domain.address import Address, group_label, reader
from mapserver.domain.cells import CellValue
from mapserver.domain.problems import Problem
from mapserver.domain.records import Change, Placement, Record
from mapserver.domain.text import clean_text
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer, home, town_bounds
from mapserver.services.assignment import place_all, villages_at
from mapserver.services.identifiers import new_id
from mapserver.services.imports.known import Key, Wanted, known_records
from mapserver.services.imports.places import Place, Places, village_of, village_of_sheet
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
from mapserver.store import writing
from mapserver.store.store import Session

_AT_ONCE = 5000


def make_plan(
    session: Session, read: Read, choices: Choices, village: str | None, progress: Progress
) -> Plan:
    """Return what would come of every row of a register's own spreadsheet."""
    total = len(read.rows)
    progress("places", 0, total)
    chosen = by_row(choices)
    mine = [chosen.get(index, {}) for index in range(total)]
    town = town_bounds(session)
    read_out = [_read_out(read.layer, town, *one) for one in zip(read.rows, mine, strict=True)]
    placements = _placements(session, read_out)
    villages = villages_at(session, [one.located.point for one in read_out])
    finder = _Finder(Places(gazetteer(session), {}, village, home(session)), read)
    for one, placement, lies_in, made in zip(read_out, placements, villages, mine, strict=True):
        one.placement, one.lies_in = placement, lies_in
        if one.row.values:
            finder.find(one, made)
    _weigh_duplicates(read, read_out, choices)
    progress("compare", 0, total)
    kept = known_records(session, read.layer, [one.wanted for one in read_out if one.comparable])
    rows = [one.planned(kept.get(one.wanted.key)) for one in read_out]
    progress("compare", total, total)
    return Plan(tuple(rows), {}, session.sequence())


class _Sifted:
    """One row with its choices applied, before it is held against the register."""

    def __init__(self, row: ReadRow, values: dict[str, Any], located: Located) -> None:
        self.row, self.values, self.located = row, values, located
        self.village: str | None = None
        self.names_village = False
        self.placement: Placement | None = None
        self.lies_in: str | None = None
        self.problems: list[Problem] = [*row.problems, *located.problems]
        self.pending: list[Problem] = []
        self.wanted = Wanted((), {}, None)
        self.set_aside = False
        self.rivals: tuple[int, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the row is not taken, whatever anybody decides."""
        return not self.row.values or any(one.severity == "refuse" for one in self.problems)

    @property
    def comparable(self) -> bool:
        """Whether the row says where it lies, or nothing of it: else it would claim a record."""
        return not (self.refused or any(one.code == "datum-missing" for one in self.problems))

    @property
    def says(self) -> tuple[object, ...]:
        """What two rows must have in common to be one row written twice."""
        return self.values, self.row.at, self.village

    def planned(self, kept: Mapping[str, Any] | None) -> PlannedRow:
        """Return what would come of the row, given the record that the register has."""
        place = Place(self.village, None, None, None, False, None)
        if self.refused:
            return PlannedRow(self.row, place, "refused", tuple(self.problems))
        if kept is not None and kept["village"]:
            # the record lies where it did: a row need not say it again
            self.problems = _without_missing(self.problems)
            self.pending = _without_missing(self.pending)
        self.problems += self._contradiction(kept)
        problems = tuple(self.problems)
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
        placement = self.placement
        if kept is None:
            return PlannedRow(self.row, place, "added", problems, values, placement=placement)
        changes = {name: value for name, value in values.items() if kept[name] != value}
        if self._moves_from(kept["village"]):
            changes["village"] = self.village
        outcome: Outcome = "updated" if changes else "unchanged"
        return PlannedRow(
            self.row, place, outcome, problems, values, kept, changes, placement=placement
        )

    def _moves_from(self, village: str | None) -> bool:
        """Whether the row itself names another village; what the file says only fills in."""
        told = self.names_village or village is None
        return told and self.village is not None and self.village != village

    def _contradiction(self, kept: Mapping[str, Any] | None) -> list[Problem]:
        claimed = self.values.get("grid_claimed")
        found = self.placement.grid if self.placement else (kept or {}).get("grid")
        if not claimed or not found or claimed == found or len(claimed) != len(found):
            return []
        params = {"claimed": claimed, "found": found}
        return [Problem("grid-contradicts-point", "grid_claimed", params)]


def _without_missing(problems: Sequence[Problem]) -> list[Problem]:
    return [one for one in problems if one.code != "village-missing"]


def _read_out(
    layer: Layer, town: Bounds | None, row: ReadRow, chosen: Mapping[str, str]
) -> _Sifted:
    """Return the row with its choices applied and its point, where it has one."""
    values = dict(row.values)
    for problem in row.problems:
        if problem.key in chosen and problem.column is not None:
            apply_choice(layer, values, problem, chosen[problem.key])
    if isinstance(values.get("group"), str):
        values["group"] = group_label(values["group"]) or values["group"]
    located = locate(row.at, town, chosen) if row.values and layer.geometry else Located()
    return _Sifted(row, values, located)


class _Finder:
    """Finds the village, the grid and the key of each row of a file."""

    def __init__(self, known: Places, read: Read) -> None:
        self.known, self.layer = known, read.layer
        self.parse: Callable[[str], Address] = reader(known.gazetteer.names, known.home)
        self.of_sheet = [village_of_sheet(known, sheet) for sheet in read.sheets]
        self.needs_village = bool(self.layer.geometry) or "village" in self.layer.match

    def find(self, sifted: _Sifted, chosen: Mapping[str, str]) -> None:
        """Fill in what the row says of its place, and what waits for a person."""
        written = sifted.values.get("address")
        address = self.parse(written) if written else None
        self._find_village(sifted, address, chosen)
        if self.layer.rule == "house" and sifted.village:
            _key_house(sifted, address)
        if sifted.values.get("grid_claimed"):
            self._name_grid(sifted)
        sifted.wanted = self._wanted(sifted)
        sifted.pending = [
            one for one in sifted.problems if one.severity == "decide" and one.key not in chosen
        ]

    def _find_village(
        self, sifted: _Sifted, address: Address | None, chosen: Mapping[str, str]
    ) -> None:
        row = sifted.row
        of_sheet = self.of_sheet[row.sheet]
        village, problems = village_of(self.known, (row.village, address), of_sheet, chosen, None)
        if sifted.lies_in or not self.needs_village:
            problems = _without_missing(problems)
        sifted.names_village = bool(problems or row.village or (address and address.village))
        if village is None and not problems:
            village = sifted.lies_in
        sifted.village = village
        sifted.problems += problems

    def _name_grid(self, sifted: _Sifted) -> None:
        claimed = sifted.values["grid_claimed"]
        code = self.known.gazetteer.grid(claimed, sifted.village)
        if code:
            sifted.values["grid_claimed"] = code
        elif sifted.village:
            sifted.problems.append(Problem("grid-unknown", "grid_claimed", {"text": claimed}))

    def _wanted(self, sifted: _Sifted) -> Wanted:
        """Return what tells the row's record from others of its layer.

        The layer's `match`; a row that leaves one of those empty is known by its name and
        point within its village, and one without a name by all that it says.
        """
        values, village = sifted.values, sifted.village
        parts = tuple({**values, "village": village}.get(name) for name in self.layer.match)
        point = sifted.located.point
        at = (point.x, point.y) if point is not None else _written(sifted.row.at)
        key: Key
        if parts and None not in parts:
            key = ("match", *parts)
        elif values.get("name"):
            key = ("name", values["name"], village, at)
        else:
            key = ("values", village, at, *sorted(values.items()))
        return Wanted(key, values, village, point)


def _written(at: tuple[CellValue, CellValue] | None) -> tuple[str, ...] | None:
    """Return coordinates that have no datum yet, to tell apart two rows that have them."""
    told = tuple(clean_text(value) for value in at or ())
    return told if any(told) else None


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
        if not one.refused:
            groups[one.wanted.key].append(index)
    for group in (group for group in groups.values() if len(group) > 1):
        first = sifted[group[0]]
        same = all(sifted[n].says == first.says for n in group)
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
    records = [Record("", one.located.point, None, {}) for one in sifted]
    return [record.placement for record in place_all(session, records)]


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
