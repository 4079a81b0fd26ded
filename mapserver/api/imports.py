"""Imports at the door: send a file, watch, decide, commit, undo."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Response, UploadFile
from pydantic import AfterValidator, BaseModel, ConfigDict

from mapserver.api.answers import answers_with, json_response
from mapserver.api.desk import Desk, Language, TheContext, TheDesk
from mapserver.api.features import SPREADSHEET
from mapserver.api.parameters import FURTHEST, declared_only, identifier
from mapserver.api.policy import for_those
from mapserver.api.problems import problem
from mapserver.api.uploads import read_upload
from mapserver.domain.datums import Datum
from mapserver.formats.workbook_out import outcomes
from mapserver.roles import Duty
from mapserver.services import record
from mapserver.services.context import Context
from mapserver.services.imports import report, work
from mapserver.services.imports.decisions import Answer
from mapserver.services.imports.job import Job
from mapserver.services.record import About
from mapserver.store import batches

router = APIRouter(
    prefix="/imports",
    tags=["imports"],
    dependencies=[*for_those(Duty.IMPORT), Depends(declared_only)],
)


ImportId = Annotated[str, AfterValidator(identifier)]


class Decision(BaseModel):
    """One choice, for every row that waits for it, or those named, or that say `text`."""

    model_config = ConfigDict(extra="forbid")

    code: str
    choice: str
    rows: list[tuple[int, int]] | None = None
    text: str | None = None


@router.post("", status_code=202, summary="Send a spreadsheet")
def start(  # noqa: PLR0913, PLR0917
    desk: TheDesk,
    context: TheContext,
    language: Language,
    file: UploadFile,
    layer: Annotated[str, Form()] = "person",
    village: Annotated[str | None, Form(max_length=50)] = None,
    datum: Annotated[Datum | None, Form()] = None,
) -> Response:
    """Take a file and begin to read it; its progress is at the Location."""
    data = read_upload(file, desk.max_upload_bytes)
    name = (file.filename or "")[-batches.LONGEST_NAME :]
    job = desk.imports.start(context, layer, name, data, village, datum)
    return json_response(_shown(job, language), 202, Location=f"/imports/{job.id}")


@router.get("", summary="Recent imports")
def recent(desk: TheDesk, context: TheContext, language: Language) -> Response:
    """Return the imports at hand and the latest that were committed, newest first."""
    kept = desk.imports.committed(context)
    held = {job.id: _shown(job, language) for job in desk.imports.held(context)}
    every = {**{one.id: _kept(one) for one in kept}, **held}
    return json_response({"imports": [every[key] for key in sorted(every, reverse=True)]})


@router.get("/{import_id}", summary="One import")
def one(desk: TheDesk, context: TheContext, language: Language, import_id: ImportId) -> Response:
    """Return how far an import is, and what would come or came of it."""
    return json_response(_one(desk, context, language, import_id))


def _one(desk: Desk, context: Context, language: str, import_id: ImportId) -> dict[str, Any]:
    job = desk.imports.find(context, import_id)
    if job is not None and job.state != "discarded":
        return _shown(job, language)
    return _kept(work.batch_of(context, import_id))


def _shown(job: Job, language: str) -> dict[str, Any]:
    read = job.read
    return {
        "id": job.id,
        "layer": job.layer,
        "file": job.file,
        "bytes": job.size,
        "state": job.state,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "problem": problem(job.problem, language) if job.problem else None,
        "created_at": job.created_at.isoformat(),
        "committed_at": job.committed_at.isoformat() if job.committed_at else None,
        "by": job.by,
        "undoable": job.state == "committed",
        **(report.columns(read) if read else report.NO_COLUMNS),
        **(job.summary or report.NO_SUMMARY),
    }


def _kept(batch: batches.Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "layer": batch.layer,
        "file": batch.file,
        "state": batch.state,
        "problem": None,
        "created_at": batch.created_at,
        "committed_at": batch.committed_at,
        "by": batch.actor,
        "undoable": batch.state == "committed",
        **report.NO_COLUMNS,
        **batch.summary,
    }


@router.get("/{import_id}/rows", summary="The outcome of each row")
def rows(  # noqa: PLR0913, PLR0917
    desk: TheDesk,
    context: TheContext,
    language: Language,
    import_id: ImportId,
    show: Literal["attention", "all"] = "attention",
    offset: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Return some rows with outcome, reasons and how to mend them."""
    job = desk.imports.get(context, import_id)
    with context.unmasked().read() as session:
        teller = report.Teller(session, *job.planned(), language)
        total, shown = teller.rows(attention=show == "attention", offset=offset, limit=limit)
    return json_response({"total": total, "rows": shown})


@router.get("/{import_id}/points", summary="Where the rows lie")
def points(desk: TheDesk, context: TheContext, import_id: ImportId) -> Response:
    """Return the located houses of the rows that are new, updated or waiting."""
    plan, read = desk.imports.get(context, import_id).planned()
    with context.unmasked().read() as session:
        found = report.Teller(session, plan, read, "zh").points()
    xs, ys = [x for x, _, _ in found], [y for _, y, _ in found]
    bounds = (min(xs), min(ys), max(xs), max(ys)) if found else None
    return json_response({"points": found, "bounds": bounds})


@router.post("/{import_id}/decisions", summary="Decide about rows")
def decide(
    desk: TheDesk, context: TheContext, language: Language, import_id: ImportId, decision: Decision
) -> Response:
    """Apply one choice to the rows that wait for it."""
    job = desk.imports.get(context, import_id)
    answer = Answer(decision.code, decision.choice, decision.rows, decision.text)
    desk.imports.decide(context, job, answer)
    return json_response(_shown(job, language))


@router.post("/{import_id}/commit", status_code=202, summary="Write what is planned")
def commit(desk: TheDesk, context: TheContext, language: Language, import_id: ImportId) -> Response:
    """Begin to write; rows that wait or are refused are held back."""
    job = desk.imports.get(context, import_id)
    desk.imports.commit(context, job)
    return json_response(_shown(job, language), 202)


@router.post("/{import_id}/undo", status_code=202, summary="Undo a whole import")
def undo(desk: TheDesk, context: TheContext, language: Language, import_id: ImportId) -> Response:
    """Begin to take back everything an import wrote."""
    desk.imports.undo(context, import_id)
    return json_response(_one(desk, context, language, import_id), 202)


@router.delete("/{import_id}", status_code=204, summary="Drop an import")
def drop(desk: TheDesk, context: TheContext, import_id: ImportId) -> Response:
    """Forget an import that was not committed; nothing of it remains."""
    desk.imports.drop(desk.imports.get(context, import_id))
    return Response(status_code=204)


@router.get(
    "/{import_id}/outcomes.xlsx",
    summary="Every row with its outcome, as a spreadsheet",
    **answers_with(SPREADSHEET),
)
def outcome_book(
    desk: TheDesk, context: TheContext, language: Language, import_id: ImportId
) -> Response:
    """Return every row's outcome, reason and how to mend it.

    Whoever sent the file has its cells beside them, as long as they are kept.
    """
    sheets = desk.imports.outcomes(context, import_id, language)
    record.note(context, "export", About(batch=import_id), kind="outcomes", format="xlsx")
    name = quote(f"导入结果-{import_id[:8]}.xlsx")
    return Response(
        outcomes(sheets, language),
        media_type=SPREADSHEET,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
