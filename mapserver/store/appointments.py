"""Appointments as they are kept: begun, ended, never rewritten and never deleted."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select, update

from mapserver.domain.appointments import Appointment, Period
from mapserver.errors import NotFound
from mapserver.roles import Role
from mapserver.store.events import Event
from mapserver.store.schema import canonical
from mapserver.store.store import Session


def add(session: Session, one: Appointment) -> None:
    """Begin an appointment."""
    told = {
        "account": one.account,
        "role": str(one.role),
        "area": one.area,
        "since": one.period.since.isoformat(),
        "until": _day(one.period.until),
    }
    values = {**told, "since": one.period.since, "until": one.period.until}
    table = session.table("appointment")
    session.connection.execute(insert(table).values(town=session.town, id=one.id, **values))
    session.append([Event("add", "appointment", one.id, None, {"note": told})])


def end(session: Session, one: Appointment, until: date) -> None:
    """End an appointment on a day, which is the first without it."""
    table = session.table("appointment")
    mine = (table.c.town == session.town, table.c.id == one.id)
    session.connection.execute(update(table).where(*mine).values(until=until))
    told = {"account": one.account, "until": until.isoformat(), "before": _day(one.period.until)}
    session.append([Event("end", "appointment", one.id, None, {"note": told})])


def get(session: Session, identifier: str) -> Appointment:
    """Return one appointment.

    Raises
    ------
    NotFound
        If there is none of that id.
    """
    found = _where(session, session.table("appointment").c.id == canonical(identifier))
    if not found:
        raise NotFound("没有这一项任职。", "There is no such appointment.")
    return found[0]


def of_accounts(session: Session, accounts: list[str]) -> list[Appointment]:
    """Return every appointment of these accounts, the oldest first."""
    return _where(session, session.table("appointment").c.account.in_(accounts))


def of_area(session: Session, area: str) -> list[Appointment]:
    """Return every appointment for an area and what lies in it, the oldest first."""
    column = session.table("appointment").c.area
    return _where(session, column.startswith(area, autoescape=True))


def holding(session: Session, role: Role, day: date) -> list[Appointment]:
    """Return who holds a role on a day, of accounts that are open."""
    table, account = session.table("appointment"), session.table("account")
    still_open = select(account.c.id).where(
        account.c.town == session.town, account.c.closed_at.is_(None)
    )
    return _where(
        session,
        table.c.role == str(role),
        table.c.since <= day,
        or_(table.c.until.is_(None), table.c.until > day),
        table.c.account.in_(still_open),
    )


def has_area(session: Session, area: str) -> bool:
    """Whether an area is the town, or one of its villages or grids."""
    if area == session.town:
        return True
    tables = [session.table(name) for name in ("village", "grid") if name in session.layers]
    queries = (
        select(one.c.id).where(
            one.c.town == session.town, one.c.code == area, one.c.deleted_at.is_(None)
        )
        for one in tables
    )
    return any(session.connection.execute(query).first() for query in queries)


def _where(session: Session, *conditions: ColumnElement[bool]) -> list[Appointment]:
    table = session.table("appointment")
    query = (
        select(table)
        .where(table.c.town == session.town, *conditions)
        .order_by(table.c.since, table.c.id)
    )
    return [_appointment(row) for row in session.connection.execute(query)]


def _appointment(row: Row[Any]) -> Appointment:
    period = Period(row.since, row.until)
    return Appointment(row.id, row.account, Role(row.role), row.area, period)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
