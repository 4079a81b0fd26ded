"""Which village, group and house a row of the household register speaks of."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mapserver.domain.address import Address, group_label, reader
from mapserver.domain.areas import Gazetteer
from mapserver.domain.problems import Problem
from mapserver.services.imports.rows import ReadRow, ReadSheet


class Place(NamedTuple):
    """Where a row's people live, as far as the row says.

    `house_key` is the address key where the address reaches a door; else a key of the
    household's own, so that one household has one house to be placed. None where not even
    the village is known. `wording` is how a house made for the row is called.
    """

    village: str | None
    group: str | None
    address: Address | None
    house_key: str | None
    reaches_door: bool
    grid_claimed: str | None
    problems: tuple[Problem, ...] = ()
    wording: str = ""


BY_NUMBER = "户号"
"""What the name of a family begins with that has a household number."""

_NOWHERE = Place(None, None, None, None, False, None)


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of the town when rows are placed.

    `groups` are the groups that each village is known to have; a village without any
    accepts every group. `fallback` is the village that the whole file is for, `home` the
    town's province, city, county and name where they are known.
    """

    gazetteer: Gazetteer
    groups: Mapping[str, set[str]]
    fallback: str | None
    home: tuple[str, ...] = ()

    def lies_outside(self, address: Address) -> bool:
        """Whether an address names another province, city, county or town."""
        return bool(self.home) and address.lies_outside(Address("", *self.home))


def placer(
    known: Places, sheets: Sequence[ReadSheet], families: Sequence[str]
) -> Callable[[int, ReadRow, Mapping[str, str]], Place]:
    """Return what finds a row's place, given the choices made for the row by problem.

    `families` says of every row of the file whose household it is.
    """
    of_sheet = [village_of_sheet(known, sheet) for sheet in sheets]
    parse = reader(known.gazetteer.names, known.home)
    # a household's rows say the same of where it lives, and so do a village's
    found: dict[_Said, Place] = {}

    def place(index: int, row: ReadRow, chosen: Mapping[str, str]) -> Place:
        if not row.values:
            return _NOWHERE
        said = _said(row)
        if chosen:
            there = _place(known, said, parse, of_sheet[row.sheet], chosen)
        else:
            there = found.get(said) or found.setdefault(
                said, _place(known, said, parse, of_sheet[row.sheet], chosen)
            )
        if there.reaches_door or there.village is None:
            return there
        key = _household_key(there.village, there.group, families[index])
        return there._replace(house_key=key)

    return place


class _Said(NamedTuple):
    """What a row's own cells say of where its people live."""

    sheet: int
    village: str | None
    address: str | None
    group: str | None
    grid: str | None


def _said(row: ReadRow) -> _Said:
    values = row.values
    address = values.get("address")
    if not address and values.get("residence_match") == "01":
        address = values.get("registered_address")
    return _Said(row.sheet, row.village, address, values.get("group"), values.get("grid_claimed"))


def _wording(village: str, group: str | None, address: Address | None) -> str:
    """Return how a house is called: what was read of its address, and nothing else.

    The cell may also hold a tenant's name or phone; it stays with the person alone.
    """
    known = address or Address("")
    return replace(known, village=village, group=known.group or group).label()


def village_of_sheet(known: Places, sheet: ReadSheet) -> str | None:
    """Return the village that a sheet's name or title says, else the one of the whole file."""
    found = known.gazetteer.village(sheet.name) or known.gazetteer.village_within(sheet.name)
    return found or known.gazetteer.village_within(sheet.title) or known.fallback


def _place(
    known: Places,
    said: _Said,
    parse: Callable[[str], Address],
    of_sheet: str | None,
    chosen: Mapping[str, str],
) -> Place:
    address = parse(said.address) if said.address else None
    village, problems = village_of(known, (said.village, address), of_sheet, chosen, "address")
    group = (address.group if address else None) or group_label(said.group or "")
    if village and group:
        fault = _unknown_group(known, village, group)
        if fault and chosen.get(fault.key) == "drop":
            group = None
            address = replace(address, group=None) if address else None
        elif fault:
            problems.append(fault)
    key = address.key(village, group) if address and village else None
    claimed = said.grid
    if claimed:
        code = known.gazetteer.grid(claimed, village)
        if village and not code:
            problems.append(Problem("grid-unknown", "grid_claimed", {"text": claimed}))
        claimed = code or claimed
    if key is None and village:
        problems.append(_short(address))
    wording = _wording(known.gazetteer.villages[village], group, address) if village else ""
    return Place(village, group, address, key, key is not None, claimed, tuple(problems), wording)


def village_of(
    known: Places,
    says: tuple[str | None, Address | None],
    of_sheet: str | None,
    chosen: Mapping[str, str],
    column: str | None,
) -> tuple[str | None, list[Problem]]:
    """Return the village of a row, and what is wrong with it.

    Parameters
    ----------
    says : what the row's own column for the village says, and its address
    of_sheet : str, optional
        The village of the sheet or of the whole file.
    column : str, optional
        The field that problems stand in.
    """
    own, address = says
    written = (address.village if address else None) or own
    if address is not None and known.lies_outside(address):
        # a village of the same name elsewhere is not this town's
        parts = (address.province, address.city, address.county, address.town, address.village)
        return _asked("village-unknown", column, chosen, {"text": "".join(filter(None, parts))})
    named = known.gazetteer.village(written) if written else None
    if named:
        problems = []
        if of_sheet and named != of_sheet:
            names = known.gazetteer.villages
            params = {"village": names[named], "sheet": names[of_sheet]}
            problems = [Problem("village-of-sheet-differs", column, params)]
        return named, problems
    if written:
        return _asked("village-unknown", column, chosen, {"text": written})
    if of_sheet:
        return of_sheet, []
    return _asked("village-missing", column, chosen, {})


def _asked(
    code: str, column: str | None, chosen: Mapping[str, str], params: Mapping[str, str]
) -> tuple[str | None, list[Problem]]:
    """Return the village that was chosen for the row, if any, and the problem that asks."""
    problem = Problem(code, column, params)
    return chosen.get(problem.key), [problem]


def _unknown_group(known: Places, village: str, group: str) -> Problem | None:
    groups = known.groups.get(village)
    if not groups or group in groups:
        return None
    params = {"village": known.gazetteer.villages[village], "text": group}
    return Problem("group-unknown", "group", params)


def _short(address: Address | None) -> Problem:
    readable = address is None or any(
        (address.group, address.hamlet, address.road, address.estate, address.building)
    )
    return Problem("address-short" if readable else "address-unreadable", "address")


def _household_key(village: str, group: str | None, family: str) -> str:
    """Return the key of a house that only its household tells from others.

    Everybody may see the key of a house, so it holds nobody's name or number.
    """
    whose = family if family.startswith(BY_NUMBER) else f"{group or ''}/{family}"
    return f"{village}|户{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
