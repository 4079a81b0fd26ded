"""Rows, reasons and points of an import, as people see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapserver.domain.problems import Option, Problem, explain, options
from mapserver.domain.table import column_letter
from mapserver.domain.zorder import lonlat
from mapserver.formats.workbook_out import OutcomeRow, OutcomeSheet
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer
from mapserver.services.imports.plan import Plan, PlannedRow, option_list
from mapserver.services.imports.rows import Read
from mapserver.store import registers
from mapserver.store.store import Session

OUTCOMES = ("added", "updated", "unchanged", "decision", "refused")


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in words, and the cell where it stands."""

    cell: str | None
    column: str | None
    code: str
    severity: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a row waits for: the answers a person may give."""

    key: str
    reason: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the list of outcomes."""

    sheet: str
    sheet_index: int
    row: int
    name: str
    address: str
    outcome: str
    problems: tuple[ShownProblem, ...]
    decision: Decision | None
    point: tuple[float, float] | None


def summary(plan: Plan) -> dict[str, Any]:
    """Return the counts of a plan, as the list of recent imports keeps them."""
    counts = plan.counts
    keys = {row.place.house_key for row in plan.rows if row.place.house_key}
    houses = [plan.houses[key] for key in keys]
    new = sum(house.id is None for house in houses)
    return {
        "counts": {outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        "houses": {
            "added": new,
            "found": len(houses) - new,
            "unplaced": sum(not house.located for house in houses),
        },
        "unassigned": sum(house.located and not house.grid for house in houses),
        "contradictions": sum(
            problem.code == "grid-contradicts-point"
            for row in plan.rows
            for problem in row.problems
        ),
    }


def kept_outcomes(plan: Plan, read: Read) -> list[dict[str, Any]]:
    """Return what is kept of every row after the commit: its outcome, not its cells."""
    letters = _letters(read)
    return [
        {
            "sheet": read.sheets[row.row.sheet].name,
            "row": row.row.number,
            "outcome": row.outcome,
            **(
                {
                    "problems": [
                        [one.code, letters[row.row.sheet].get(one.column or "")]
                        for one in row.problems
                    ]
                }
                if row.problems
                else {}
            ),
        }
        for row in plan.rows
    ]


def shown_rows(
    session: Session,
    plan: Plan,
    read: Read,
    language: str,
    *,
    attention: bool,
    offset: int,
    limit: int,
) -> tuple[int, list[ShownRow]]:
    """Return how many rows there are to show, and some of them, worst first.

    `attention` leaves out what needs nobody: rows that are taken and repeated headings.
    """
    ranks = {"refused": 0, "decision": 1}
    rows: Sequence[PlannedRow] = plan.rows
    if attention:
        wanting = [row for row in rows if row.outcome in ranks]
        rows = sorted(wanting, key=lambda row: -ranks[row.outcome])
    some = rows[offset : offset + limit]
    villages = gazetteer(session).villages
    letters = _letters(read)
    points = _points(session, plan, some)
    shown = [_shown(row, plan, read, letters, villages, points, language) for row in some]
    return len(rows), shown


def _shown(
    planned: PlannedRow,
    plan: Plan,
    read: Read,
    letters: Sequence[Mapping[str, str]],
    villages: Mapping[str, str],
    points: Mapping[str, tuple[float, float]],
    language: str,
) -> ShownRow:
    row = planned.row
    own = letters[row.sheet]
    problems = tuple(
        _explained(problem, read.layer, own, row.number, language) for problem in planned.problems
    )
    return ShownRow(
        sheet=read.sheets[row.sheet].name,
        sheet_index=row.sheet,
        row=row.number,
        name=_name(planned),
        address=row.values.get("address") or "",
        outcome=planned.outcome,
        problems=problems,
        decision=_decision(planned, plan, read.layer, own, villages, language),
        point=points.get(planned.place.house_key or ""),
    )


def _name(planned: PlannedRow) -> str:
    name = planned.row.values.get("name")
    if name:
        return str(name)
    words = (cell for cell in planned.row.cells if isinstance(cell, str) and cell.strip())
    return next(words, "").strip()[:20] if not planned.row.values else ""


def _explained(
    problem: Problem, layer: Layer, letters: Mapping[str, str], number: int, language: str
) -> ShownProblem:
    letter = letters.get(problem.column or "")
    cell = f"{letter}{number}" if letter else None
    words = explain(problem, language, cell or "", _title(layer, problem, language))
    return ShownProblem(cell, letter, problem.code, problem.severity, words.reason, words.mend)


def _title(layer: Layer, problem: Problem, language: str) -> str:
    if problem.column is None:
        return ""
    title = layer.get(problem.column).title
    return title.en if language == "en" else title.zh


def _decision(
    planned: PlannedRow,
    plan: Plan,
    layer: Layer,
    letters: Mapping[str, str],
    villages: Mapping[str, str],
    language: str,
) -> Decision | None:
    if not planned.pending:
        return None
    problem = planned.pending[0]
    own = option_list(plan, layer, planned, villages, language)
    reason = _explained(problem, layer, letters, planned.row.number, language).reason
    return Decision(problem.key, reason, options(problem, language, own))


def _letters(read: Read) -> list[dict[str, str]]:
    """Return the column letter of every field, for each sheet."""
    return [
        {name: column_letter(index) for name, index in sheet.header.columns.items()}
        for sheet in read.sheets
    ]


def _points(
    session: Session, plan: Plan, rows: Iterable[PlannedRow]
) -> dict[str, tuple[float, float]]:
    keys = {row.place.house_key for row in rows if row.place.house_key}
    located = {key for key in keys if key in plan.houses and plan.houses[key].located}
    found = registers.houses_by_key(session, located)
    zkeys = {key: row.zkey for key, row in found.items() if row.zkey is not None}
    lon, lat = lonlat(list(zkeys.values()))
    return {key: (round(x, 7), round(y, 7)) for key, x, y in zip(zkeys, lon, lat, strict=True)}


def points(session: Session, plan: Plan) -> list[tuple[float, float, str]]:
    """Return the located houses of rows that are new, updated or waiting, with the outcome."""
    wanted = [row for row in plan.rows if row.outcome in ("added", "updated", "decision")]
    at = _points(session, plan, wanted)
    best: dict[str, str] = {}
    for row in wanted:
        key = row.place.house_key or ""
        if key in at:
            best[key] = max(best.get(key, ""), row.outcome, key=_weight)
    return [(*at[key], outcome) for key, outcome in best.items()]


def _weight(outcome: str) -> int:
    return ("", "updated", "added", "decision").index(outcome)


def outcome_sheets(plan: Plan, read: Read, language: str) -> list[OutcomeSheet]:
    """Return the whole list of outcomes for a spreadsheet, the cells beside the reasons."""
    letters = _letters(read)
    sheets = []
    for index, sheet in enumerate(read.sheets):
        rows = [
            _outcome_row(row, read.layer, letters[index], language)
            for row in plan.rows
            if row.row.sheet == index
        ]
        sheets.append(OutcomeSheet(sheet.name, sheet.header.titles, rows))
    return sheets


def _outcome_row(
    planned: PlannedRow, layer: Layer, letters: Mapping[str, str], language: str
) -> OutcomeRow:
    words = [
        _explained(problem, layer, letters, planned.row.number, language)
        for problem in planned.problems
    ]
    return OutcomeRow(
        number=planned.row.number,
        cells=planned.row.cells,
        outcome=planned.outcome,
        reasons=tuple(one.reason for one in words),
        mends=tuple(one.mend for one in words),
    )
