"""Opening secrets, and finding who has a number; nothing of it is kept by anybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.answers import JSON, answers_with, as_json
from mapserver.api.desk import TheContext, TheDesk
from mapserver.api.parameters import declared_only, identifier
from mapserver.api.policy import FOR_STAFF
from mapserver.domain.purposes import purpose
from mapserver.services import opening_secrets

router = APIRouter(tags=["openings"], dependencies=[*FOR_STAFF, Depends(declared_only)])

_PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[
        str,
        Field(
            max_length=40,
            description="visit, errand, mediation, guardianship (the only one for children) "
            "or other",
        ),
    ]
    text: Annotated[
        str, Field(max_length=1000, description="what for, in words; 2 characters at least")
    ] = ""


class Opening(_Stated):
    """What is to be opened, and why."""

    field: Annotated[
        str | None,
        Field(max_length=40, description="a secret field; left out for the record of a child"),
    ] = None


class LookUp(_Stated):
    """The number that is asked for, and why."""

    number: Annotated[str, Field(max_length=60, description="a whole ID number or phone")]


@router.post(
    "/collections/{collection}/items/{item}/openings",
    summary="Open a secret of one record, for a purpose",
    **answers_with(JSON),
)
def open_secret(
    desk: TheDesk, context: TheContext, collection: str, item: str, asked: Opening
) -> Response:
    """Return one secret in full; the record keeps who opened it, when and why."""
    wanted = opening_secrets.Wanted(collection, identifier(item), asked.field)
    stated = purpose(asked.purpose, asked.text)
    opened = opening_secrets.open_secret(context, desk.openings, wanted, stated)
    return _answer(
        {
            "collection": opened.layer,
            "id": opened.id,
            "values": opened.values,
            "shown_s": opening_secrets.SHOWN_S,
        }
    )


@router.post(
    "/lookups", summary="Who has this ID number or phone, for a purpose", **answers_with(JSON)
)
def look_up(desk: TheDesk, context: TheContext, asked: LookUp) -> Response:
    """Return the records that have a number, masked; the record keeps that it was asked."""
    stated = purpose(asked.purpose, asked.text)
    found = opening_secrets.look_up(context, desk.openings, asked.number, stated)
    results = [{"collection": one.layer, "id": one.id, "values": one.values} for one in found]
    return _answer({"results": results})


def _answer(body: dict[str, Any]) -> Response:
    return Response(as_json(body), media_type=JSON, headers=_PRIVATE)
