"""What a job does: read and plan, write, take back; each whole or not at all."""

import gc
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mapserver.domain.identity import cover_numbers
from mapserver.errors import Conflict, InvalidRequest, NotAllowed
from mapserver.formats.spreadsheet import read_spreadsheet
from mapserver.layers import Layer
from mapserver.roles import Duty
from mapserver.services.areas import gazetteer
from mapserver.services.context import Context
from mapserver.services.imports import commit as writing
from mapserver.services.imports import plain, report
from mapserver.services.imports.job import BUSY, Job
from mapserver.services.imports.plan import Plan, Written, make_plan
from mapserver.services.imports.reach import within_reach
from mapserver.services.imports.rows import Read, read_rows
from mapserver.store import batches
from mapserver.store.store import Session


def refuse_unless_importable(layer: Layer) -> None:
    """Raise Conflict for a layer that no spreadsheet can fill: its shapes are drawn."""
    if layer.geometry and "point" not in layer.geometry:
        raise Conflict(
            f"「{layer.title.zh}」是画出来的，不能从表格导入。",
            f"{layer.title.en} are drawn, so a spreadsheet cannot hold them.",
        )


def may_see(context: Context, by: str) -> bool:
    """Whether the caller may see an import that somebody began.

    Everybody sees their own, and who imports for the whole town sees all.
    """
    return by == context.scope.actor or sees_all(context)


def sees_all(context: Context) -> bool:
    """Whether the caller imports for the whole town, and sees every import of it."""
    return context.scope.town in context.scope.areas_of(Duty.IMPORT)


def is_own(context: Context, job: Job) -> bool:
    """Whether the caller sent the file, and may have back what stands in it."""
    return job.by == context.scope.actor


def refuse_others(context: Context, job: Job) -> None:
    """Raise NotAllowed where somebody else sent the file: it is planned by what they may see."""
    if not is_own(context, job):
        raise NotAllowed(
            "这份表是别人传的，由传的人来定、来提交。",
            "Somebody else sent this file; they decide about its rows and commit it.",
        )


def follow_owner(context: Context, job: Job) -> None:
    """Put away what was planned where its owner's appointments are no longer those of then.

    A plan tells of people whom its owner saw when it was made. What was not committed has to
    be sent again.
    """
    if not is_own(context, job) or job.reach == context.scope.mark or job.state in BUSY:
        return
    with job.lock:
        if job.state == "ready":
            job.state = "discarded"
        job.read = job.plan = None


def batch_of(context: Context, identifier: str) -> batches.Batch:
    """Return a committed import that the caller may see.

    Raises
    ------
    NotFound
        If there is none of that id; also where it is another's.
    """
    with context.read() as session:
        batch = batches.get(session, identifier)
    if not may_see(context, batch.actor):
        raise batches.none_such()
    return batch


def village_called(context: Context, text: str | None) -> str | None:
    """Return the code of the village that a whole file is said to be for.

    Raises
    ------
    InvalidRequest
        If the town has no village of that name or code.
    """
    if not text:
        return None
    with context.read() as session:
        found = gazetteer(session).village(text.strip())
    if found is None:
        raise InvalidRequest(
            f"本镇没有「{text}」这个村或社区。写村名或 12 位代码。",
            f"village: the town has no village “{text}”. Give its name or its code of 12 digits.",
        )
    return found


def plan_for(session: Session, job: Job, read: Read) -> Plan:
    """Return what would come of every row, by the rule of the job's layer."""
    choices = dict(job.choices)
    if read.layer.rule == "household_register":
        plan = make_plan(session, read, choices, job.village, job.progress)
    else:
        if job.datum:
            choices = {(n, "datum-missing"): job.datum for n in range(len(read.rows))} | choices
        plan = plain.make_plan(session, read, choices, job.village, job.progress)
    return within_reach(session, read.layer, plan)


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
    with job.lock:
        if job.state == "reading":
            job.state = "ready"


def write(context: Context, job: Job) -> None:
    """Write the plan in one transaction; planned anew if the town changed meanwhile."""
    assert job.plan is not None and job.read is not None
    with context.unmasked().write() as session:
        if session.sequence() != job.plan.sequence:
            job.plan = plan_for(session, job, job.read)
        first = session.sequence() + 1
        written = write_plan(session, job, job.plan)
        counted = report.summary(job.plan)
        job.summary = counted | {
            "houses": counted["houses"] | {"added": written.houses},
            "sha256": job.summary.get("sha256"),
        }
        at = session.at
        batch = batches.Batch(
            id=job.id,
            layer=job.layer,
            file=cover_numbers(job.file),
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
        if batches.get(session, job.id).state != "committed":
            raise Conflict("这次导入已经撤销过了。", "This import has been undone already.")
        writing.undo(session, job.id, job.progress)
    job.state = "undone"
    job.read = job.plan = None


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
