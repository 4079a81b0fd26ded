"""The record for auditors: who did what and when, never what a field holds."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from mapserver.api.answers import answer, as_json, tag_of
from mapserver.api.desk import Language, TheContext
from mapserver.api.parameters import MOST, declared_only, identifier, interval
from mapserver.api.policy import for_those
from mapserver.errors import NotAllowed
from mapserver.roles import Duty
from mapserver.services import record_reading
from mapserver.services.context import Context
from mapserver.services.record_reading import Page
from mapserver.store.events import moment
from mapserver.store.record_search import Wanted


async def whole_town(context: TheContext) -> None:
    """Refuse an auditor of less than the town: events do not say in which village.

    Raises
    ------
    NotAllowed
        If the duty is held for a part of the town.
    """
    if context.scope.town not in context.scope.areas_of(Duty.RECORD):
        raise NotAllowed(
            "记录只给全镇的审计员看。需要的话，请管理员任命。",
            "Only auditors of the whole town read the record. Ask the administrator if you need "
            "it.",
        )


router = APIRouter(
    prefix="/record",
    tags=["record"],
    dependencies=[*for_those(Duty.RECORD), Depends(whole_town), Depends(declared_only)],
)

Interval = Annotated[
    str | None, Query(alias="datetime", description="When, as in collections: 2026-11-01/..")
]
Actor = Annotated[str | None, Query(max_length=80, description="Who, by the name in the record.")]
Action = Annotated[str | None, Query(pattern="^[a-z][a-z-]{0,19}$", description="What was done.")]
LayerName = Annotated[
    str | None,
    Query(alias="layer", pattern="^[a-z][a-z0-9_]{0,39}$", description="To which layer."),
]
Item = Annotated[str | None, Query(max_length=40, description="To which record, by its id.")]
Limit = Annotated[int, Query(ge=1, le=500)]
Number = Annotated[int | None, Query(ge=1, le=MOST)]
Moment = Annotated[
    str | None, Query(max_length=32, pattern="^[0-9T:.+-]+$", description="`next` of a page.")
]


@router.get("", summary="What was done, newest first")
def entries(  # noqa: PLR0913, PLR0917
    request: Request,
    context: TheContext,
    language: Language,
    when: Interval = None,
    actor: Actor = None,
    action: Action = None,
    layer: LayerName = None,
    item: Item = None,
    before: Moment = None,
    limit: Limit = 50,
) -> Response:
    """Return entries: what one person did to one layer in one transaction."""
    wanted = _wanted(when, actor, action, layer, item)

    def build() -> bytes:
        found = record_reading.entries(context, wanted, language, before=before, limit=limit)
        return as_json(_page(found))

    return answer(request, _tag(request, context), build)


@router.get("/events", summary="Single events, newest first")
def events(  # noqa: PLR0913, PLR0917
    request: Request,
    context: TheContext,
    language: Language,
    when: Interval = None,
    actor: Actor = None,
    action: Action = None,
    layer: LayerName = None,
    item: Item = None,
    first: Number = None,
    last: Number = None,
    before: Number = None,
    limit: Limit = 50,
) -> Response:
    """Return events one by one: those of an entry from its `first` to its `last`."""
    wanted = replace(_wanted(when, actor, action, layer, item), first=first, last=last)

    def build() -> bytes:
        found = record_reading.events(context, wanted, language, before=before, limit=limit)
        return as_json(_page(found))

    return answer(request, _tag(request, context), build)


@router.get("/layers", summary="What events can be of")
def layers(request: Request, context: TheContext) -> Response:
    """Return the layers, and the store's own tables beside them, by id and title."""

    def build() -> bytes:
        named = record_reading.subjects(context)
        return as_json(
            {"layers": [{"id": one, "title": title.model_dump()} for one, title in named.items()]}
        )

    return answer(request, tag_of(request, context, 0), build)


def _wanted(
    when: str | None, actor: str | None, action: str | None, layer: str | None, item: str | None
) -> Wanted:
    asked = interval(when)
    return Wanted(
        since=moment(asked.since) if asked.since else None,
        until=moment(asked.until) if asked.until else None,
        actor=actor or None,
        action=action,
        layer=layer,
        item=identifier(item) if item else None,
    )


def _tag(request: Request, context: Context) -> str:
    with context.read() as session:
        return tag_of(request, context, session.sequence())


def _page(page: Page) -> dict[str, object]:
    return {
        "entries": page.lines,
        "next": page.next,
        "events": page.extent.count,
        "sequence": page.extent.seq,
        "since": page.extent.since,
    }
