"""Imports that run while the server answers others.

A job reads and plans in a thread of its own and waits for a person; commit and undo run
the same way. What was read stays in memory until the import is discarded, undone, or
pushed out by later ones (`KEPT`, `KEPT_ROWS`); the file itself is kept nowhere.
"""

import logging
import threading
import traceback
from collections.abc import Callable

from mapserver.domain.datums import Datum
from mapserver.errors import Conflict, MapserverError, NotFound
from mapserver.formats.workbook_out import OutcomeSheet
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.imports import report, work
from mapserver.services.imports.decisions import Answer, new_choices
from mapserver.services.imports.job import BUSY, Dropped, Job, State, job_of
from mapserver.services.imports.plan import Plan
from mapserver.services.imports.rows import Read
from mapserver.store import batches

log = logging.getLogger(__name__)

KEPT = 60
"""Imports at hand: every village's officer may be at one at the same time."""
RECENT = 20
_ENDED = ("failed", "undone")
KEPT_ROWS = 150_000
"""Of the imports that wait or are done, with all their rows; 100,000 take some 350 MB."""


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
        """Take a file and begin to read it.

        `village` is the name or the code of the village of rows that name none.

        Raises
        ------
        InvalidRequest
            If the town has no such village; then the file was not read.
        """
        work.refuse_unless_importable(context.layer(layer))
        code = work.village_called(context, village)
        now = context.clock()
        scope = context.scope
        job = Job(new_id(), layer, file, len(data), code, datum, now, scope.actor, scope.mark)
        with self._lock:
            self._jobs[job.id] = job
            self._forget_old()
        self._run(job, lambda: work.prepare(context, job, data))
        return job

    def get(self, context: Context, identifier: str) -> Job:
        """Return a job of the caller's that this server holds; NotFound where it holds none."""
        job = self.find(context, identifier)
        if job is None or job.state == "discarded":
            raise NotFound(
                "这次导入已经不在了：可能是服务重启过，或者已放弃。把文件再传一次。",
                "This import is gone: the server was restarted, or it was dropped. "
                "Send the file again.",
            )
        return job

    def find(self, context: Context, identifier: str) -> Job | None:
        """Return a job of the caller's that this server holds, or None."""
        job = self._jobs.get(identifier)
        if job is None or not work.may_see(context, job.by):
            return None
        work.follow_owner(context, job)
        return job

    def held(self, context: Context) -> list[Job]:
        """Return the caller's jobs that are not dropped, newest first."""
        found = (self.find(context, identifier) for identifier in list(self._jobs))
        jobs = [job for job in found if job and job.state != "discarded"]
        return sorted(jobs, key=lambda job: job.id, reverse=True)

    def committed(self, context: Context) -> list[batches.Batch]:
        """Return the caller's latest imports that were committed, newest first."""
        only = None if work.sees_all(context) else context.scope.actor
        with context.read() as session:
            return batches.recent(session, RECENT, only)

    def outcomes(self, context: Context, identifier: str, language: str) -> list[OutcomeSheet]:
        """Return the outcome of every row, with its cells for whoever sent them."""
        job = self.find(context, identifier)
        if job is None or job.plan is None or job.read is None:
            layer = context.layer(work.batch_of(context, identifier).layer)
            with context.read() as session:
                return report.kept_sheets(batches.outcomes(session, identifier), layer, language)
        if not work.is_own(context, job):
            told = report.kept_outcomes(job.plan, job.read)
            return report.kept_sheets(told, job.read.layer, language)
        with context.unmasked().read() as session:
            return report.Teller(session, job.plan, job.read, language).sheets()

    def decide(self, context: Context, job: Job, answer: Answer) -> None:
        """Apply one choice to the rows that wait for it, or to those named.

        Raises
        ------
        NotAllowed
            If somebody else sent the file.
        """
        work.refuse_others(context, job)
        # the job's own: planning a large file anew must keep no other import waiting
        with job.lock:
            plan, read = _ready(job)
            with context.unmasked().read() as session:
                choices = new_choices(session, plan, read.layer, answer)
                job.choices |= choices
                job.plan = work.plan_for(session, job, read)
            job.summary |= report.summary(job.plan)

    def commit(self, context: Context, job: Job) -> None:
        """Begin to write what is planned.

        Raises
        ------
        NotAllowed
            If somebody else sent the file.
        """
        work.refuse_others(context, job)
        with job.lock:
            _ready(job)
            job.state = "committing"
            job.problem = None
        self._run(job, lambda: work.write(context, job))

    def undo(self, context: Context, identifier: str) -> None:
        """Begin to take back a committed import."""
        batch = work.batch_of(context, identifier)
        if batch.state != "committed":
            raise Conflict("这次导入已经撤销过了。", "This import has been undone already.")
        job = self._jobs.get(identifier) or job_of(batch)
        with job.lock, self._lock:
            if job.state in BUSY:
                raise Conflict("正在办，等它办完。", "It is at work; wait until it is done.")
            self._jobs[job.id] = job
            job.state = "undoing"
            job.problem = None
        self._run(job, lambda: work.take_back(context, job))

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

    def _run(self, job: Job, task: Callable[[], None]) -> None:
        def run() -> None:
            before = job.state
            try:
                with work.without_cycle_collection():
                    task()
            except Dropped:
                job.read = job.plan = None
            except MapserverError as error:
                job.problem = error
                job.state = "failed" if before == "reading" else _back(before)
                log.info("import %s: %s", job.id, error.code)
            except Exception as error:
                job.problem = MapserverError(
                    "程序出错，这次没有写入任何东西。把文件名和时间告诉管理员。",
                    "The program failed; nothing of this was written. Tell the administrator the "
                    "file's name and the time.",
                )
                job.state = "failed" if before == "reading" else _back(before)
                # where it failed, not what with: the message may quote somebody's data
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("import %s: %s\n%s", job.id, type(error).__name__, where)

        thread = threading.Thread(target=run, name=f"import-{job.id}", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _forget_old(self) -> None:
        for job in [job for job in self._jobs.values() if job.state == "discarded"]:
            del self._jobs[job.id]
        quiet = [job for job in self._jobs.values() if job.state not in BUSY]
        rows = 0
        # what failed or was undone goes first: nobody waits for it
        ordered = sorted(quiet, key=lambda job: (job.state not in _ENDED, job.id), reverse=True)
        for place, job in enumerate(ordered):
            rows += len(job.read.rows) if job.read else 0
            if place >= KEPT or (place and rows > KEPT_ROWS):
                del self._jobs[job.id]


def _back(state: State) -> State:
    return "ready" if state == "committing" else "committed"


def _ready(job: Job) -> tuple[Plan, Read]:
    if job.state != "ready" or job.plan is None or job.read is None:
        raise Conflict(
            "这次导入现在不能改：正在办，或已经提交。",
            "This import cannot be changed now: it is at work, or committed.",
        )
    return job.plan, job.read
