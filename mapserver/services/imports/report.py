"""Rows, reasons and points of an import, as people see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mapserver.domain.identity import cover_numbers
from mapserver.domain.problems import Option, Problem, explain, options
from mapserver.domain.table import column_letters
from mapserver.domain.zorder import lonlat
from mapserver.formats.workbook_out import OutcomeRow, OutcomeSheet
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer
from mapserver.services.imports.plan import Plan, PlannedRow, option_list
from mapserver.services.imports.points import columns_unused
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
    """What a row waits for: the answers a person may give.

    `text` is what the cell says, where the answer is what that means.
    """

    key: str
    reason: str
    options: tuple[Option, ...]
    text: str | None


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
    houses = [
        plan.houses[key] for key in {row.place.house_key or "" for row in plan.rows if _lives(row)}
    ]
    new = sum(house.id is None for house in houses)
    return {
        "counts": {outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        "houses": {
            "added": new,
            "found": len(houses) - new,
            "unplaced": sum(not house.located for house in houses),
        },
        "unassigned": sum(house.located and not house.grid for house in houses)
        + sum(row.placement is not None and row.placement.grid is None for row in plan.taken),
        "contradictions": sum(
            problem.code == "grid-contradicts-point"
            for row in plan.rows
            for problem in row.problems
        ),
    }


def _lives(row: PlannedRow) -> bool:
    """Whether the house that the row names would have its person."""
    if row.outcome == "refused" or (row.outcome == "unchanged" and row.person is None):
        return False
    stays = row.person is not None and "house" not in row.changes
    return row.place.house_key is not None and (row.place.reaches_door or not stays)


NO_SUMMARY: dict[str, Any] = {
    "counts": dict.fromkeys(OUTCOMES, 0),
    "houses": {"added": 0, "found": 0, "unplaced": 0},
    "unassigned": 0,
    "contradictions": 0,
}
NO_COLUMNS: dict[str, Any] = {
    "sheets": [],
    "columns": [],
    "refused_columns": [],
    "unknown_columns": [],
    "skipped_sheets": [],
}


def columns(read: Read) -> dict[str, Any]:
    """Return what was made of the columns: taken, refused by name, and unknown.

    Coordinates of a layer that has no points are as good as unknown.
    """
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in NO_COLUMNS}
    named = {field.name: field for field in read.layer.fields}
    for sheet in read.sheets:
        header = sheet.header
        unused = columns_unused(read.layer, header.columns)
        found["sheets"].append(
            {"name": sheet.name, "rows": sheet.rows, "header_rows": list(header.lines)}
        )
        found["columns"] += [
            {
                "sheet": sheet.name,
                "column": column_letters(index),
                "heading": header.text(name),
                "field": name,
                "title": named[name].title.model_dump() if name in named else None,
            }
            for name, index in header.columns.items()
            if name not in unused
        ]
        found["refused_columns"] += [
            {"sheet": sheet.name, "heading": one.text, "cells": one.cells} for one in header.refused
        ]
        nowhere = [(header.columns[name], header.text(name)) for name in unused]
        found["unknown_columns"] += [
            {"sheet": sheet.name, "column": column_letters(index), "heading": text}
            for index, text in (*((one.index, one.text) for one in header.unknown), *nowhere)
        ]
    found["skipped_sheets"] = [
        {"name": one.sheet, "reason": one.reason, "rows": one.rows} for one in read.skipped
    ]
    return found


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
                        [one.code, letters[row.row.sheet].get(one.column or ""), _kept(one)]
                        for one in row.problems
                    ]
                }
                if row.problems
                else {}
            ),
        }
        for row in plan.rows
    ]


_IMPERSONAL = ("row", "count", "length", "limit", "range", "village", "sheet", "claimed", "found")


def _kept(problem: Problem) -> dict[str, str]:
    """Return the details of a problem that say nothing of anybody."""
    told = {name: problem.params[name] for name in _IMPERSONAL if name in problem.params}
    return {name: cover_numbers(text) for name, text in told.items()}


class Teller:
    """Tells what would come of a plan, in one language."""

    def __init__(self, session: Session, plan: Plan, read: Read, language: str) -> None:
        self.session, self.plan, self.read, self.language = session, plan, read, language
        self.letters = _letters(read)

    def rows(self, *, attention: bool, offset: int, limit: int) -> tuple[int, list[ShownRow]]:
        """Return how many rows there are to show, and some of them.

        `attention` shows only those that wait for a person or were refused, these last.
        """
        rows: Sequence[PlannedRow] = self.plan.rows
        if attention:
            wanting = [row for row in rows if row.outcome in ("decision", "refused")]
            rows = sorted(wanting, key=lambda row: row.outcome)
        some = rows[offset : offset + limit]
        villages = gazetteer(self.session).villages
        located = self._located(some)
        return len(rows), [self._shown(row, villages, located) for row in some]

    def points(self) -> list[tuple[float, float, str]]:
        """Return the located houses of rows that are new, updated or waiting."""
        wanted = [row for row in self.plan.rows if row.outcome in _WEIGHTS]
        own = [(*point, row.outcome) for row in wanted if (point := _own_point(row))]
        at = self._located(wanted)
        best: dict[str, str] = {}
        for row in wanted:
            key = row.place.house_key or ""
            if key in at:
                best[key] = max(best.get(key, ""), row.outcome, key=lambda one: _WEIGHTS[one])
        return own + [(*at[key], outcome) for key, outcome in best.items()]

    def sheets(self) -> list[OutcomeSheet]:
        """Return every row as it stood, with outcome and reasons, a list a sheet."""
        found: list[list[OutcomeRow]] = [[] for _ in self.read.sheets]
        for row in self.plan.rows:
            found[row.row.sheet].append(self._outcome(row))
        return [
            OutcomeSheet(
                sheet.name,
                [heading.text for heading in sheet.header.headings],
                sheet.header.lines[-1],
                rows,
            )
            for sheet, rows in zip(self.read.sheets, found, strict=True)
        ]

    def _outcome(self, planned: PlannedRow) -> OutcomeRow:
        words = [self._explained(planned, problem) for problem in planned.problems]
        return OutcomeRow(
            number=planned.row.number,
            cells=planned.row.cells,
            outcome=planned.outcome,
            reasons=tuple(one.reason for one in words),
            mends=tuple(one.mend for one in words),
        )

    def _shown(
        self,
        planned: PlannedRow,
        villages: Mapping[str, str],
        located: Mapping[str, tuple[float, float]],
    ) -> ShownRow:
        row = planned.row
        return ShownRow(
            sheet=self.read.sheets[row.sheet].name,
            sheet_index=row.sheet,
            row=row.number,
            name=_name(planned),
            address=row.values.get("address") or "",
            outcome=planned.outcome,
            problems=tuple(self._explained(planned, one) for one in planned.problems),
            decision=self._decision(planned, villages),
            point=_own_point(planned) or located.get(planned.place.house_key or ""),
        )

    def _explained(self, planned: PlannedRow, problem: Problem) -> ShownProblem:
        letter = self.letters[planned.row.sheet].get(problem.column or "")
        cell = f"{letter}{planned.row.number}" if letter else None
        return _in_words(self.read.layer, problem, self.language, cell)

    def _decision(self, planned: PlannedRow, villages: Mapping[str, str]) -> Decision | None:
        if not planned.pending:
            return None
        problem = planned.pending[0]
        own = option_list(self.plan, self.read.layer, planned, problem, villages, self.language)
        reason = self._explained(planned, problem).reason
        text = problem.params.get("text") if own else None
        return Decision(problem.key, reason, options(problem, self.language, own), text)

    def _located(self, rows: Iterable[PlannedRow]) -> dict[str, tuple[float, float]]:
        keys = {row.place.house_key for row in rows if row.place.house_key}
        known = {key for key in keys if key in self.plan.houses and self.plan.houses[key].located}
        found = registers.houses_by_key(self.session, known)
        zkeys = {key: row.zkey for key, row in found.items() if row.zkey is not None}
        lon, lat = lonlat(np.array(list(zkeys.values()), dtype=np.int64))
        return {
            key: (round(float(x), 7), round(float(y), 7))
            for key, x, y in zip(zkeys, lon, lat, strict=True)
        }


_WEIGHTS = {"": 0, "updated": 1, "added": 2, "decision": 3}


def kept_sheets(
    rows: Iterable[Mapping[str, Any]], layer: Layer, language: str
) -> list[OutcomeSheet]:
    """Return the outcomes of a committed import, of which the cells are no longer kept."""
    sheets: dict[str, list[OutcomeRow]] = {}
    for row in rows:
        words = [
            _in_words(
                layer,
                Problem(code, params=params),
                language,
                f"{letter}{row['row']}" if letter else None,
            )
            for code, letter, params in row.get("problems", ())
        ]
        told = OutcomeRow(
            row["row"],
            (),
            row["outcome"],
            tuple(one.reason for one in words),
            tuple(one.mend for one in words),
        )
        sheets.setdefault(row["sheet"], []).append(told)
    return [OutcomeSheet(name, (), 1, told) for name, told in sheets.items()]


def _in_words(layer: Layer, problem: Problem, language: str, cell: str | None) -> ShownProblem:
    title = layer.get(problem.column).title.model_dump()[language] if problem.column else ""
    words = explain(problem, language, cell or "", title)
    letter = cell.rstrip("0123456789") if cell else None
    return ShownProblem(cell, letter, problem.code, problem.severity, words.reason, words.mend)


def _name(planned: PlannedRow) -> str:
    name = planned.row.values.get("name")
    if name:
        return str(name)
    words = (cell for cell in planned.row.cells if isinstance(cell, str) and cell.strip())
    return next(words, "").strip()[:20] if not planned.row.values else ""


def _own_point(planned: PlannedRow) -> tuple[float, float] | None:
    point = planned.values.get("geom")
    return (point.x, point.y) if point is not None else None


def _letters(read: Read) -> list[dict[str, str]]:
    """Return the column letter of every field, for each sheet."""
    return [
        {name: column_letters(index) for name, index in sheet.header.columns.items()}
        for sheet in read.sheets
    ]
