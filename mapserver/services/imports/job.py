"""One import while the server holds it: how far it is, what was read, what is planned."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mapserver.domain.datums import Datum
from mapserver.errors import Conflict, MapserverError
from mapserver.services.imports.plan import Plan
from mapserver.services.imports.rows import Progress, Read
from mapserver.store import batches

State = Literal[
    "reading",
    "ready",
    "committing",
    "committed",
    "undoing",
    "undone",
    "failed",
    "discarded",
]
BUSY = ("reading", "committing", "undoing")


class Dropped(Exception):
    """Nobody waits for what is being read."""


@dataclass(slots=True)
class Job:
    """One import while the server holds it; only its own thread changes what was read.

    `village` is that of rows that name none; `datum` that of all coordinates in the file;
    `reach` the mark of its owner's scope, by which it was planned.
    """

    id: str
    layer: str
    file: str
    size: int
    village: str | None
    datum: Datum | None
    created_at: datetime
    by: str
    reach: tuple[str, ...] = ()
    state: State = "reading"
    stage: str = "read"
    done: int = 0
    total: int = 0
    problem: MapserverError | None = None
    read: Read | None = field(default=None, repr=False)
    plan: Plan | None = field(default=None, repr=False)
    choices: dict[tuple[int, str], str] = field(default_factory=dict, repr=False)
    summary: dict[str, Any] = field(default_factory=dict)
    committed_at: datetime | None = None
    listener: Progress | None = field(default=None, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def planned(self) -> tuple[Plan, Read]:
        """Return what was planned.

        Raises
        ------
        Conflict
            While it is being read, once it was undone, or pushed out after its commit.
        """
        if self.state in ("committed", "undone") and self.plan is None:
            raise Conflict(
                "这次导入的明细已经收起，每一行的结果在结果表里。",
                "The rows of this import are put away; its outcomes can still be downloaded.",
            )
        if self.plan is None or self.read is None:
            raise Conflict("还没有读完，等一下再看。", "It is still being read; look again soon.")
        return self.plan, self.read

    def progress(self, stage: str, done: int, total: int) -> None:
        """Note how far the work is; where nobody waits for it any more, stop."""
        if self.state == "discarded":
            raise Dropped
        self.stage, self.done, self.total = stage, done, total
        if self.listener:
            self.listener(stage, done, total)


def job_of(batch: batches.Batch) -> Job:
    """Return the job of a committed import that the server no longer holds."""
    created = datetime.fromisoformat(batch.created_at)
    job = Job(batch.id, batch.layer, batch.file, 0, None, None, created, batch.actor)
    job.state, job.summary = "committed", dict(batch.summary)
    return job
