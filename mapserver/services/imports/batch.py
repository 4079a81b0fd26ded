"""An import in one go, for the command line: read, plan, commit what needs nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from mapserver.domain.datums import Datum
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.imports import report, work
from mapserver.services.imports.job import Job
from mapserver.services.imports.rows import Progress


@dataclass(frozen=True, slots=True)
class Result:
    """What came of every row."""

    batch: str
    summary: dict[str, Any]
    rows: list[report.ShownRow]
    language: str

    @property
    def held_back(self) -> int:
        """How many rows were refused or wait for a decision."""
        counts = self.summary["counts"]
        return int(counts["refused"] + counts["decision"])

    def as_json(self) -> bytes:
        """Return the result for programs."""
        return orjson.dumps({"import": self.batch, **self.summary, "rows": self.rows})

    def lines(self) -> Iterator[str]:
        """Return the result for people: the rows that were held back, then the counts."""
        for row in self.rows:
            if row.outcome in ("refused", "decision"):
                reasons = "；".join(f"{one.reason}。{one.mend}" for one in row.problems)
                yield f"{row.sheet} {row.row}  {row.name}  {reasons}"
        counts = self.summary["counts"]
        words = _ENGLISH if self.language == "en" else _CHINESE
        yield "  ".join(f"{words[name]} {number:,}" for name, number in counts.items())


_CHINESE = {
    "added": "新增",
    "updated": "更新",
    "unchanged": "没变",
    "decision": "待你定",
    "refused": "拒收",
}
_ENGLISH = {
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "decision": "to decide",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What is imported, and what its sender says of the whole file.

    `village` is the name or the code of the village of rows that name none.
    """

    layer: str
    name: str
    data: bytes
    village: str | None = None
    datum: Datum | None = None


def import_file(
    context: Context, given: Given, language: str, progress: Progress, *, every_row: bool
) -> Result:
    """Import a spreadsheet and commit the rows that need no decision.

    The result tells of the rows that were held back, or of `every_row`.

    Raises
    ------
    InvalidRequest
        If the town has no such village; then the file was not read.
    SpreadsheetError, StoreError
        Then nothing was written.
    """
    work.refuse_unless_importable(context.layer(given.layer))
    village = work.village_called(context, given.village)
    job = Job(
        new_id(),
        given.layer,
        given.name,
        len(given.data),
        village,
        given.datum,
        context.clock(),
        context.scope.actor,
        context.scope.mark,
    )
    job.listener = progress
    with work.without_cycle_collection():
        work.prepare(context, job, given.data)
        work.write(context, job)
        plan, read = job.planned()
        with context.unmasked().read() as session:
            teller = report.Teller(session, plan, read, language)
            _, rows = teller.rows(attention=not every_row, offset=0, limit=len(plan.rows))
    return Result(job.id, job.summary, rows, language)
