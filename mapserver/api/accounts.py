"""The administrator's door: who has an account, and who is appointed to what."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mapserver.api.answers import json_response
from mapserver.api.callers import get_person
from mapserver.api.desk import TheContext, TheDesk
from mapserver.api.parameters import FURTHEST, declared_only, identifier
from mapserver.api.policy import for_those
from mapserver.api.session import titled
from mapserver.domain.appointments import Appointment, Period
from mapserver.domain.linked import parted
from mapserver.roles import Duty, Role
from mapserver.services import accounts
from mapserver.services.accounts import Entry
from mapserver.services.appointing import refuse_others
from mapserver.services.areas import area_names, gazetteer
from mapserver.services.context import Context

router = APIRouter(
    tags=["accounts"],
    dependencies=[*for_those(Duty.ACCOUNTS), Depends(get_person), Depends(declared_only)],
)

Id = Annotated[str, AfterValidator(identifier)]


class NewAccount(BaseModel):
    """A person: the name to sign in by, and the one that others read."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    title: Annotated[str, Field(max_length=200)]


class Renamed(BaseModel):
    """The name that others read."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=200)]


class Reset(BaseModel):
    """Whether the code on the phone is taken away with the password."""

    model_config = ConfigDict(extra="forbid")

    second_factor: bool = False


class NewAppointment(BaseModel):
    """Who is to be what, where, from which day on; `until` is the first day without it."""

    model_config = ConfigDict(extra="forbid")

    account: Id
    role: Role
    area: Annotated[str, Field(max_length=40)]
    since: date | None = None
    until: date | None = None


@router.get("/accounts", summary="Every account")
def listed(
    desk: TheDesk,
    context: TheContext,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    closed: bool = False,
) -> Response:
    """Return the accounts whose names hold `q`, with their appointments."""
    total, found = accounts.listed(context, q.strip(), offset=after, limit=limit, closed=closed)
    names = _names(desk.system)
    return json_response(
        {
            "total": total,
            "accounts": [_entry(one, names, context.today()) for one in found],
            "next": after + limit if after + limit < total else None,
        }
    )


@router.post("/accounts", status_code=201, summary="Make an account")
def create(context: TheContext, wanted: NewAccount) -> Response:
    """Make an account, and return its one-time password, which is told this once."""
    made, password = accounts.create(context, wanted.name, wanted.title)
    return json_response({"id": made.id, "name": made.name, "password": password}, 201)


@router.get("/accounts/{account}", summary="One account")
def one(desk: TheDesk, context: TheContext, account: Id) -> Response:
    """Return an account with its appointments, former and later ones included."""
    refuse_others(context)
    found = accounts.get(context, account)
    return json_response(_entry(found, _names(desk.system), context.today()))


@router.put("/accounts/{account}", status_code=204, summary="Rename somebody")
def rename(context: TheContext, account: Id, renamed: Renamed) -> Response:
    """Change the name that others read."""
    accounts.rename(context, account, renamed.title)
    return Response(status_code=204)


@router.delete("/accounts/{account}", status_code=204, summary="Close an account")
def close(context: TheContext, account: Id) -> Response:
    """End everything that the account gives; its history stays."""
    accounts.close(context, account)
    return Response(status_code=204)


@router.post("/accounts/{account}/reopen", summary="Open a closed account again")
def reopen(context: TheContext, account: Id) -> Response:
    """Open an account without its former appointments, and return a one-time password."""
    return json_response({"password": accounts.reopen(context, account)})


@router.post("/accounts/{account}/password", summary="Make a one-time password")
def reset(context: TheContext, account: Id, reset: Reset) -> Response:
    """End the account's sessions and tokens, and return a one-time password."""
    password = accounts.reset(context, account, second_factor=reset.second_factor)
    return json_response({"password": password})


@router.get("/appointments/choices", summary="Roles and areas to appoint to")
def choices(desk: TheDesk) -> Response:
    """Return every role, and the town's villages with their grids, by name."""
    with desk.system.read() as session:
        known, names = gazetteer(session), area_names(session)
        town = session.town
    villages = [
        {
            "code": village,
            "name": name,
            "grids": [
                {"code": grid, "name": title}
                for grid, title in sorted(known.grids.items())
                if grid.startswith(village)
            ],
        }
        for village, name in sorted(known.villages.items())
    ]
    return json_response(
        {
            "roles": [{"role": role, "title": titled(role)} for role in Role],
            "town": {"code": town, "name": names.get(town, town)},
            "villages": villages,
        }
    )


@router.post("/appointments", status_code=201, summary="Appoint somebody")
def appoint(desk: TheDesk, context: TheContext, wanted: NewAppointment) -> Response:
    """Appoint somebody, by default from today on and without end."""
    period = Period(wanted.since or context.today(), wanted.until)
    made = accounts.appoint(context, wanted.account, wanted.role, wanted.area, period)
    return json_response(_appointment(made, _names(desk.system), context.today()), 201)


@router.delete("/appointments/{appointment}", status_code=204, summary="End an appointment")
def end(context: TheContext, appointment: Id) -> Response:
    """End an appointment: from the next request on it gives no right."""
    accounts.end(context, appointment)
    return Response(status_code=204)


def _names(system: Context) -> dict[str, str]:
    # areas are called by their names for whoever appoints, whatever they may see of them
    with system.read() as session:
        return area_names(session)


def _entry(entry: Entry, names: dict[str, str], today: date) -> dict[str, object]:
    account = entry.account
    return {
        "id": account.id,
        "name": account.name,
        "title": account.title,
        "state": "active" if account.is_open else "closed",
        "second_factor": account.has_totp,
        "temporary_password": account.one_time_until is not None,
        "identity": _identity(account.subject),
        "appointments": [_appointment(one, names, today) for one in entry.appointments],
    }


def _identity(subject: str | None) -> dict[str, str] | None:
    """Return as whom another service knows somebody, None where none is linked."""
    if subject is None:
        return None
    issuer, name = parted(subject)
    return {"issuer": issuer, "subject": name}


def _appointment(one: Appointment, names: dict[str, str], today: date) -> dict[str, object]:
    return {
        "id": one.id,
        "role": one.role,
        "title": titled(one.role),
        "area": one.area,
        "area_name": names.get(one.area, one.area),
        "since": one.period.since,
        "until": one.period.until,
        "state": _state(one.period, today),
    }


def _state(period: Period, today: date) -> str:
    if period.holds_on(today):
        return "current"
    return "later" if period.has_days and period.since > today else "ended"
