"""The stages put together: what would come of every row, if it were committed now."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from mapserver.domain.address import group_label
from mapserver.domain.cells import choices as code_choices
from mapserver.domain.problems import Option, Problem
from mapserver.domain.records import Placement
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer, home
from mapserver.services.imports import households as homes
from mapserver.services.imports.compare import (
    SHARED,
    House,
    Register,
    look_up,
    says_no_other_day,
)
from mapserver.services.imports.places import Place, Places, placer
from mapserver.services.imports.rows import Progress, Read, ReadRow
from mapserver.store import registers
from mapserver.store.store import Session

Outcome = Literal["added", "updated", "unchanged", "decision", "refused"]
Choices = Mapping[tuple[int, str], str]
"""What a person chose, by position of the row in the file and key of the problem."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


# rows are named tuples: there are 100,000 of them, and a frozen dataclass is slow to make
class PlannedRow(NamedTuple):
    """What would come of one row.

    Parameters
    ----------
    values : mapping
        What the row gives a new person, choices applied.
    person : mapping, optional
        The person as the register has them.
    changes : mapping
        What would change in that person.
    pending : tuple of Problem
        What waits for a decision, the first to be asked first.
    rivals : tuple of int
        The heads of its household, by position in the file, where there are several.
    """

    row: ReadRow
    place: Place
    outcome: Outcome
    problems: tuple[Problem, ...]
    values: Mapping[str, Any] = _NOTHING
    person: Mapping[str, Any] | None = None
    changes: Mapping[str, Any] = _NOTHING
    pending: tuple[Problem, ...] = ()
    rivals: tuple[int, ...] = ()
    placement: Placement | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit made: new houses, and how many of them wait for a point."""

    houses: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of a whole file, as of one sequence number of the town's record."""

    rows: tuple[PlannedRow, ...] = field(repr=False)
    houses: Mapping[str, House] = field(repr=False)
    sequence: int

    @property
    def counts(self) -> Counter[str]:
        """How many rows have each outcome."""
        return Counter(row.outcome for row in self.rows)

    @property
    def taken(self) -> Iterable[PlannedRow]:
        """The rows that would be written."""
        return (row for row in self.rows if row.outcome in ("added", "updated"))


def make_plan(
    session: Session, read: Read, choices: Choices, village: str | None, progress: Progress
) -> Plan:
    """Return what would come of every row of `read`.

    Parameters
    ----------
    village : str, optional
        The village of rows that name none.
    """
    total = len(read.rows)
    progress("places", 0, total)
    groups = registers.groups_of_villages(session)
    known = Places(gazetteer(session), groups, village, home(session))
    place = placer(known, read.sheets, homes.families(read.rows))
    chosen = by_row(choices)
    places = [place(index, row, chosen.get(index, {})) for index, row in enumerate(read.rows)]
    progress("compare", 0, total)
    register = look_up(session, read.rows, places, chosen)
    progress("compare", total // 2, total)
    rows = _Planner(session, read, places, register, choices).rows()
    progress("compare", total, total)
    return Plan(tuple(rows), register.houses, session.sequence())


def by_row(choices: Choices) -> dict[int, dict[str, str]]:
    """Return the choices made for each row, by key of the problem."""
    chosen: dict[int, dict[str, str]] = {}
    for (index, key), option in choices.items():
        chosen.setdefault(index, {})[key] = option
    return chosen


class _Planner:
    """Weighs the rows of one file against each other and the register."""

    def __init__(
        self,
        session: Session,
        read: Read,
        places: Sequence[Place],
        register: Register,
        choices: Choices,
    ) -> None:
        self.session = session
        self.read, self.places, self.register = read, places, register
        self.choices = choices
        size = len(read.rows)
        self.extra: list[list[Problem]] = [[] for _ in range(size)]
        self.rivals: dict[tuple[int, str], tuple[int, ...]] = {}
        self.set_aside: set[int] = set()
        self.settled = [self._settle(index) for index in range(size)]
        self.homes = homes.as_registered(
            homes.households(read.rows, places), read.rows, places, register
        )

    def rows(self) -> list[PlannedRow]:
        """Return what would come of every row."""
        taken = [index for index in range(len(self.read.rows)) if not self._refused(index)]
        self._weigh_duplicates(taken)
        # of rows that speak of one person and wait for a choice, the first stands for all
        taken = [
            index
            for index in taken
            if index not in self.set_aside
            and self.rivals.get((index, "duplicate-in-file"), (index,))[0] == index
        ]
        for index in taken:
            self._weigh_name(index)
            self._weigh_shared(index)
        self._weigh_heads(taken)
        headless = homes.without_head(self.settled, self.homes, taken)
        asked = (self.homes[index] or "" for index in headless)
        headed = registers.households_with_heads(self.session, asked)
        for index in headless:
            if self.homes[index] not in headed:
                self.extra[index].append(Problem("head-missing", "relation"))
        return [self._planned(index) for index in range(len(self.read.rows))]

    def _settle(self, index: int) -> dict[str, Any]:
        """Return the row's values once the choices made for it are applied."""
        row = self.read.rows[index]
        values = dict(row.values)
        for problem in row.problems:
            option = self.choices.get((index, problem.key))
            if option is not None and problem.column is not None:
                apply_choice(self.read.layer, values, problem, option)
        return values

    def _refused(self, index: int) -> bool:
        row = self.read.rows[index]
        return not row.values or any(one.severity == "refuse" for one in row.problems)

    def _weigh_duplicates(self, taken: Sequence[int]) -> None:
        for named in homes.duplicates(self.read.rows, self.places, taken):
            group, repeats = homes.without_repeats(self.read.rows, named)
            for index, first in repeats:
                self._set_aside(index, first, "duplicate-identical")
            if len(group) > 1:
                self._weigh_rivals(group)

    def _weigh_rivals(self, group: Sequence[int]) -> None:
        option = self._chosen(group, "duplicate-in-file")
        kept = group[0] if option == "first" else group[-1]
        for index in group:
            if option is None:
                other = group[0] if index != group[0] else group[-1]
                self._ask(index, self._named(index, "duplicate-in-file", other), group)
            elif index != kept:
                self._set_aside(index, kept, "duplicate-set-aside")

    def _weigh_heads(self, taken: Sequence[int]) -> None:
        for group in homes.with_two_heads(self.settled, self.homes, taken):
            problem = Problem("two-heads", "relation", {"count": str(len(group))})
            option = self._chosen(group, problem.key) or self._head_chosen_before(group)
            for index in group:
                if option is None:
                    self._ask(index, problem, group)
                elif option != str(index):
                    self.settled[index]["relation"] = homes.OTHER

    def _head_chosen_before(self, group: Sequence[int]) -> str | None:
        """Return the row whose person the register has as head, the others as set aside."""
        known = [(self.register.people[index] or {}).get("relation") for index in group]
        if known.count(homes.HEAD) != 1 or known.count(homes.OTHER) != len(known) - 1:
            return None
        return str(group[known.index(homes.HEAD)])

    def _weigh_name(self, index: int) -> None:
        """Ask where the register calls the person of this ID number by another name."""
        problem = _of_another_name(self.register.people[index], self.settled[index])
        if problem is not None:
            self.extra[index].append(problem)
            if self.choices.get((index, problem.key)) == "keep":
                self.settled[index].pop("name")

    def _weigh_shared(self, index: int) -> None:
        """Ask whom the row means where people of several villages share its ID number."""
        sharing = self.register.shared.get(index)
        if sharing:
            self.extra[index].append(Problem(SHARED, None, {"villages": ",".join(sharing)}))

    def _chosen(self, group: Sequence[int], key: str) -> str | None:
        made = (self.choices.get((index, key)) for index in group)
        return next((option for option in made if option is not None), None)

    def _ask(self, index: int, problem: Problem, group: Sequence[int]) -> None:
        self.extra[index].append(problem)
        self.rivals[index, problem.code] = tuple(group)

    def _set_aside(self, index: int, kept: int, code: str) -> None:
        self.set_aside.add(index)
        self.extra[index].append(self._named(index, code, kept))

    def _named(self, index: int, code: str, other: int) -> Problem:
        """Return the problem that says which other row speaks of the same person."""
        rows = self.read.rows
        sheet = rows[other].sheet
        elsewhere = "" if sheet == rows[index].sheet else f" ({self.read.sheets[sheet].name})"
        return Problem(code, None, {"row": f"{rows[other].number}{elsewhere}"})

    def _planned(self, index: int) -> PlannedRow:
        row, place = self.read.rows[index], self.places[index]
        problems = (*row.problems, *place.problems, *self.extra[index])
        if self._refused(index):
            # a remark on what becomes of the row would be untrue: nothing does
            asked = (one for one in place.problems if one.severity != "note")
            return PlannedRow(row, place, "refused", (*row.problems, *asked))
        pending = tuple(
            problem
            for problem in problems
            if problem.severity == "decide" and not self._decided(index, problem)
        )
        if pending:
            rivals = self.rivals.get((index, "two-heads"), ())
            return PlannedRow(row, place, "decision", problems, pending=pending, rivals=rivals)
        if index in self.set_aside:
            return PlannedRow(row, place, "unchanged", problems)
        return self._compared(index, problems)

    def _decided(self, index: int, problem: Problem) -> bool:
        if (index, problem.code) in self.rivals:
            return False
        return (index, problem.key) in self.choices or self._already_so(index, problem)

    def _already_so(self, index: int, problem: Problem) -> bool:
        """Whether the register already answers: somebody chose when the row came before."""
        person = self.register.people[index]
        if person is None or problem.column is None or person[problem.column] is None:
            return False
        match problem.code:
            case "phone-masked":
                return shows_same(problem.params.get("text", ""), person["phone"])
            case "born-contradicts-id" | "sex-contradicts-id":
                return str(person[problem.column]) == problem.params["cell_value"]
            case "unknown-code" if problem.column == "relation":
                return bool(person["relation_text"] == self.settled[index].get("relation_text"))
        return False

    def _compared(self, index: int, problems: tuple[Problem, ...]) -> PlannedRow:
        row, place = self.read.rows[index], self.places[index]
        values = self.settled[index]
        person = self.register.people[index]
        house = self.register.houses.get(place.house_key or "")
        if place.grid_claimed:
            values["grid_claimed"] = place.grid_claimed
        if place.group:
            values["group"] = place.group
        elif group_label(values.get("group") or ""):
            # a person chose to drop it
            del values["group"]
        problems += _contradiction(place, house)
        if person is None:
            full = {"population": "01", **values, "household": self.homes[index]}
            return PlannedRow(row, place, "added", problems, full)
        if person["born"] and says_no_other_day(row, person["born"]):
            values.pop("born", None)
        if place.address is None and person["house"]:
            # they live where they did: nothing is to be placed
            problems = tuple(one for one in problems if one.code != "address-short")
        changes = _changes(person, values, place, house, self.homes[index])
        if not changes:
            return PlannedRow(row, place, "unchanged", problems, values, person)
        problems += (_KNOWN,)
        return PlannedRow(row, place, "updated", problems, values, person, changes)


_KNOWN = Problem("duplicate-in-register")
_HIDDEN = re.compile(r"[*xX#●•]+")


def shows_same(masked: str, phone: str) -> bool:
    """Whether `masked`, digits of which are hidden, may be `phone`: 140****5678."""
    parts = [re.sub(r"\D", "", part) for part in _HIDDEN.split(masked)]
    return phone.startswith(parts[0]) and phone.endswith(parts[-1])


def apply_choice(layer: Layer, values: dict[str, Any], problem: Problem, option: str) -> None:
    """Put into `values` what a person chose for one problem of a cell."""
    name = problem.column or ""
    match problem.code, option:
        case (("born-contradicts-id" | "sex-contradicts-id"), "id"):
            text = problem.params["id_value"]
            values[name] = _typed(layer, name, text)
        case "phone-masked", "drop":
            values[name] = None
        case "unknown-code", key if key != "drop":
            values[name] = _typed(layer, name, key)


def _typed(layer: Layer, name: str, text: str) -> Any:
    kind = layer.get(name).type
    if kind == "date":
        return date.fromisoformat(text)
    return text == "true" if kind == "boolean" else text


def _of_another_name(person: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Problem | None:
    """Return what asks whether an ID number that the register knows is this person's."""
    if person is None or not person["name"] or values.get("name") in (None, person["name"]):
        return None
    return Problem("name-differs", "name", {"text": values["name"], "register": person["name"]})


def _contradiction(place: Place, house: House | None) -> tuple[Problem, ...]:
    claimed = place.grid_claimed
    if house is None or not house.grid or not claimed or len(claimed) != len(house.grid):
        return ()
    if claimed == house.grid:
        return ()
    params = {"claimed": claimed, "found": house.grid}
    return (Problem("grid-contradicts-point", "grid_claimed", params),)


def _changes(
    person: Mapping[str, Any],
    values: Mapping[str, Any],
    place: Place,
    house: House | None,
    home: str | None,
) -> dict[str, Any]:
    """Return what the row changes in `person`; an empty cell never erases."""
    changes = {name: value for name, value in values.items() if person[name] != value}
    elsewhere = place.village not in (None, person["village"])
    moves = place.reaches_door or person["house"] is None or elsewhere
    same_house = house is not None and house.id is not None and house.id == person["house"]
    if same_house or not moves:
        # another spelling of the same door is no news
        changes.pop("address", None)
        if not moves and person["group"]:
            changes.pop("group", None)
    elif house is not None:
        # what told of the old place goes with it
        there = {"village": place.village, "group": place.group, "household": home}
        there["grid_claimed"] = place.grid_claimed
        changes |= {name: value for name, value in there.items() if person[name] != value}
        changes["house"] = house.id
    if "household_no" in changes and person["household"] != home:
        changes["household"] = home
    return changes


def option_list(
    plan: Plan,
    layer: Layer,
    planned: PlannedRow,
    problem: Problem,
    villages: Mapping[str, str],
    language: str,
) -> tuple[Option, ...]:
    """Return the answers to a pending problem that only this file and town know."""
    if problem.code == "unknown-code" and problem.column:
        return code_choices(layer.get(problem.column), language)
    if problem.code in ("village-missing", "village-unknown"):
        return tuple(Option(code, name) for code, name in villages.items())
    if problem.code == SHARED:
        sharing = problem.params["villages"].split(",")
        return tuple(Option(code, villages.get(code, code)) for code in sharing)
    if problem.code == "two-heads":
        names = ((index, plan.rows[index].row.values.get("name", "")) for index in planned.rivals)
        return tuple(Option(str(index), name) for index, name in names)
    return ()
