"""What can be wrong with a cell or a row, how much it matters, and how to mend it.

A `Problem` is a code and language-neutral details; `explain` turns it into sentences
from the one table in `problem_kinds.py`. Details never hold a whole secret value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapserver.domain.problem_kinds import KINDS, OPTION_TITLES, Severity, Text

__all__ = ["CODES", "Explained", "Option", "Problem", "Severity", "explain", "options"]

CODES = frozenset(KINDS)
"""Every code a `Problem` may have."""

SEXES = {"1": Text("男", "male"), "2": Text("女", "female")}
NOWHERE = {"cell": Text("这一格", "this cell"), "column": Text("这一列", "this column")}
SPANS = {
    "month": Text("月", "month"),
    "year": Text("年", "year"),
    "year-of-tenth": Text("年（1 月还是 10 月分不清）", "year (January or October)"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a cell, or with a row where `column` is None.

    Parameters
    ----------
    code : str
        One of `CODES`; it never changes.
    column : str, optional
        The name of the field (not the spreadsheet's letter).
    params : mapping of str
        What the sentences mention; the same in every language.
    """

    code: str
    column: str | None = None
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """Return what tells this problem from the row's others, for a decision about it."""
        return f"{self.code}:{self.column}" if self.column else self.code

    @property
    def severity(self) -> Severity:
        """Return "refuse" (row not taken), "decide" (row waits) or "note" (row taken)."""
        return KINDS[self.code].severity


@dataclass(frozen=True, slots=True)
class Explained:
    """A problem in words: what happened, and how to mend it."""

    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a problem that waits for a person."""

    id: str
    title: str


def explain(problem: Problem, language: str = "zh", cell: str = "", title: str = "") -> Explained:
    """Return `problem` in `language` ("zh" or "en").

    Parameters
    ----------
    cell : str
        Where it stands in the spreadsheet, like "D412"; else `params["cell"]`, else
        the sentence says "this cell".
    title : str
        What the column is called; else `params["title"]`, else the field's name.
    """
    kind = KINDS[problem.code]
    values = dict(problem.params)
    values["cell"] = cell or values.get("cell", "")
    letter = values["cell"].rstrip("0123456789")
    values["column"] = Text(f"{letter} 列", f"column {letter}").text(language) if letter else ""
    values["title"] = title or values.get("title", "") or problem.column or ""
    for key, words in (("sex", SEXES), ("span", SPANS)):
        if values.get(key) in words:
            values[key] = words[values[key]].text(language)
    return Explained(
        _filled(kind.reason.text(language), values, language),
        _filled(kind.mend.text(language), values, language),
    )


def options(
    problem: Problem, language: str = "zh", choices: Sequence[Option] = ()
) -> tuple[Option, ...]:
    """Return the answers a person may give to `problem`; empty where nothing is to decide.

    `choices` are those only the caller knows (the codes of the field, the villages, the
    rows that name a head); they come first.
    """
    kind = KINDS[problem.code]
    if kind.severity != "decide":
        return ()
    fixed = (Option(name, OPTION_TITLES[name].text(language)) for name in kind.options)
    return (*choices, *fixed)


def _filled(template: str, values: Mapping[str, str], language: str) -> str:
    """Fill the braces of `template`; what nobody named becomes "this cell" or "…"."""

    def word(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        value = values.get(name, "")
        if value:
            return f"{before}{value}{after}"
        if name in NOWHERE:
            here = NOWHERE[name].text(language)
            return here if language == "zh" else f"{before}{here}{after}"
        return f"{before}…{after}"

    # the space around {cell} divides Chinese from Latin; it goes where "这一格" is filled in
    return re.sub(r"( ?)\{(\w+)\}( ?)", word, template)
