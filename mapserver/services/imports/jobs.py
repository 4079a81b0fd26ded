"""Imports that run while the server answers others.

A job reads and plans in a thread of its own and waits for a person; commit and undo run
the same way. What was read stays in memory until the import is discarded, undone, or
pushed out by later ones (`KEPT`, `KEPT_ROWS`): no copy of the file is ever written.
"""

import gc
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mapserver.domain.datums import Datum
from mapserver.errors import Conflict, MapserverError, NotFound
from mapserver.formats.spreadsheet import read_spreadsheet
from mapserver.layers import Layer
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.imports import commit as writing
from mapserver.services.imports import plain, report
from mapserver.services.imports.decisions import new_choices
from mapserver.services.imports.plan import Plan, Written, make_plan
from mapserver.services.imports.rows import Progress, Read, read_rows
from mapserver.store import batches
from mapserver.store.store import Session

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
KEPT = 4
KEPT_ROWS = 150_000
"""Of the imports that wait or are done, with all their rows; 100,000 take some 350 MB."""


@dataclass(slots=True)
class Job:
    """One import while the server holds it; only its own thread changes what was read.

    `village` is that of rows that name none; `datum` that of all coordinates in the file.
    """

    id: str
    layer: str
    file: str
    size: int
    village: str | None
    datum: Datum | None
    created_at: datetime
    by: str
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
            raise _Dropped
        self.stage, self.done, self.total = stage, done, total
        if self.listener:
            self.listener(stage, done, total)


class _Dropped(Exception):
    """Nobody waits for what is being read."""


class Imports:
    """The imports that this server holds."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(
        self,
        context: Context,
        layer: str,
        file: str,
        data: bytes,
        village: str | None = None,
        datum: Datum | None = None,
    ) -> Job:
        """Take a file and begin to read it."""
        refuse_unless_importable(context.layer(layer))
        now = context.clock()
        job = Job(new_id(), layer, file, len(data), village, datum, now, context.scope.actor)
        with self._lock:
            self._jobs[job.id] = job
            self._forget_old()
        self._run(job, lambda: prepare(context, job, data))
        return job

    def get(self, identifier: str) -> Job:
        """Return a job that this server holds; NotFound where it holds none of that id."""
        job = self._jobs.get(identifier)
        if job is None or job.state == "discarded":
            raise NotFound(
                "这次导入已经不在了：可能是服务重启过，或者已放弃。把文件再传一次。",
                "This import is gone: the server was restarted, or it was dropped. "
                "Send the file again.",
            )
        return job

    def find(self, identifier: str) -> Job | None:
        """Return a job that this server holds, or None."""
        return self._jobs.get(identifier)

    def held(self) -> list[Job]:
        """Return the jobs that are not dropped, newest first."""
        jobs = [job for job in self._jobs.values() if job.state != "discarded"]
        return sorted(jobs, key=lambda job: job.id, reverse=True)

    def decide(
        self, context: Context, job: Job, key: str, choice: str, rows: list[tuple[int, int]] | None
    ) -> None:
        """Apply one choice to the rows that wait for it, or to those named."""
        # the job's own: planning a large file anew must keep no other import waiting
        with job.lock:
            plan, read = _ready(job)
            with context.unmasked().read() as session:
                choices = new_choices(session, plan, read.layer, (key, choice), rows)
                job.choices |= choices
                job.plan = plan_for(session, job, read)
            job.summary |= report.summary(job.plan)

    def commit(self, context: Context, job: Job) -> None:
        """Begin to write what is planned."""
        with job.lock:
            _ready(job)
            job.state = "committing"
            job.problem = None
        self._run(job, lambda: write(context, job))

    def undo(self, context: Context, identifier: str) -> None:
        """Begin to take back a committed import."""
        with context.read() as session:
            batch = batches.get(session, identifier)
        if batch.state != "committed":
            raise Conflict("这次导入已经撤销过了。", "This import has been undone already.")
        job = self._jobs.get(identifier) or _job_of(batch)
        with job.lock, self._lock:
            if job.state in BUSY:
                raise Conflict("正在办，等它办完。", "It is at work; wait until it is done.")
            self._jobs[job.id] = job
            job.state = "undoing"
            job.problem = None
        self._run(job, lambda: take_back(context, job))

    def drop(self, job: Job) -> None:
        """Forget an import that was not committed; one that is being read stops soon."""
        with job.lock:
            if job.state in ("committing", "undoing"):
                raise Conflict("正在办，等它办完。", "It is at work; wait until it is done.")
            job.state = "discarded"
            job.read = job.plan = None

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until no job is at work."""
        for thread in list(self._threads):
            thread.join(timeout_s)

    def _run(self, job: Job, work: Callable[[], None]) -> None:
        def run() -> None:
            before = job.state
            try:
                with without_cycle_collection():
                    work()
            except _Dropped:
                job.read = job.plan = None
            except MapserverError as error:
                job.problem = error
                job.state = "failed" if before == "reading" else _back(before)
            except Exception:
                job.problem = MapserverError(
                    "程序出错，这次没有写入任何东西。把文件名和时间告诉管理员。",
                    "The program failed; nothing of this was written. Tell the administrator the "
                    "file's name and the time.",
                )
                job.state = "failed" if before == "reading" else _back(before)
                raise

        thread = threading.Thread(target=run, name=f"import-{job.id}", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _forget_old(self) -> None:
        quiet = [job for job in self._jobs.values() if job.state not in BUSY]
        rows = 0
        for place, job in enumerate(sorted(quiet, key=lambda job: job.id, reverse=True)):
            rows += len(job.read.rows) if job.read else 0
            if place >= KEPT or (place and rows > KEPT_ROWS):
                del self._jobs[job.id]


_at_work = 0
_counting = threading.Lock()


@contextmanager
def without_cycle_collection() -> Iterator[None]:
    """Pause the collector of cycles while the many small objects of an import are made.

    They hold no cycles, and looking through them again and again took a quarter of the
    time of a large import.
    """
    global _at_work  # noqa: PLW0603  (the collector is one for the whole process)
    with _counting:
        _at_work += 1
        gc.disable()
    try:
        yield
    finally:
        with _counting:
            _at_work -= 1
            if not _at_work:
                gc.enable()


def refuse_unless_importable(layer: Layer) -> None:
    """Raise Conflict for a layer that no spreadsheet can fill: its shapes are drawn."""
    if layer.geometry and "point" not in layer.geometry:
        raise Conflict(
            f"「{layer.title.zh}」是画出来的，不能从表格导入。",
            f"{layer.title.en} are drawn, so a spreadsheet cannot hold them.",
        )


def _back(state: State) -> State:
    return "ready" if state == "committing" else "committed"


def _ready(job: Job) -> tuple[Plan, Read]:
    if job.state != "ready" or job.plan is None or job.read is None:
        raise Conflict(
            "这次导入现在不能改：正在办，或已经提交。",
            "This import cannot be changed now: it is at work, or committed.",
        )
    return job.plan, job.read


def _job_of(batch: batches.Batch) -> Job:
    created = datetime.fromisoformat(batch.created_at)
    job = Job(batch.id, batch.layer, batch.file, 0, None, None, created, batch.actor)
    job.state, job.summary = "committed", dict(batch.summary)
    return job


def plan_for(session: Session, job: Job, read: Read) -> Plan:
    """Return what would come of every row, by the rule of the job's layer."""
    if read.layer.rule == "household_register":
        return make_plan(session, read, job.choices, job.village, job.progress)
    choices = dict(job.choices)
    if job.datum:
        choices = {(n, "datum-missing"): job.datum for n in range(len(read.rows))} | choices
    return plain.make_plan(session, read, choices, job.village, job.progress)


def write_plan(session: Session, job: Job, plan: Plan) -> Written:
    """Write a plan, by the rule of the job's layer."""
    if session.layer(job.layer).rule == "household_register":
        return writing.commit(session, plan, job.id, job.progress)
    return plain.commit(session, plan, job.layer, job.id, job.progress)


def prepare(context: Context, job: Job, data: bytes) -> None:
    """Read the file and plan what would come of it; the register stays as it is."""
    job.progress("read", 0, 0)
    file = read_spreadsheet(data, job.file)
    job.progress("columns", 0, 0)
    job.read = read_rows(file, context.layer(job.layer), job.progress)
    with context.unmasked().read() as session:
        job.plan = plan_for(session, job, job.read)
    job.summary = report.summary(job.plan) | {"sha256": hashlib.sha256(data).hexdigest()}
    job.progress("compare", len(job.read.rows), len(job.read.rows))
    job.state = "ready"


def write(context: Context, job: Job) -> None:
    """Write the plan in one transaction; planned anew if the town changed meanwhile."""
    assert job.plan is not None and job.read is not None
    with context.unmasked().write() as session:
        session.hold()
        if session.sequence() != job.plan.sequence:
            job.plan = plan_for(session, job, job.read)
        first = session.sequence() + 1
        written = write_plan(session, job, job.plan)
        job.summary = report.summary(job.plan) | {
            "houses": {"added": written.houses, "unplaced": written.unplaced},
            "sha256": job.summary.get("sha256"),
        }
        at = session.at
        batch = batches.Batch(
            id=job.id,
            layer=job.layer,
            file=job.file,
            state="committed",
            actor=job.by,
            created_at=job.created_at.isoformat(),
            committed_at=at.isoformat(),
            undone_at=None,
            first_seq=first,
            last_seq=session.sequence(),
            summary=job.summary,
        )
        batches.add(session, batch, report.kept_outcomes(job.plan, job.read))
    job.committed_at = at
    job.state = "committed"


def take_back(context: Context, job: Job) -> None:
    """Undo a committed import in one transaction."""
    with context.unmasked().write() as session:
        session.hold()
        writing.undo(session, job.id, job.progress)
    job.state = "undone"
    job.read = job.plan = None
