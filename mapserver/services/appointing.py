"""Appointing people, ending that, and putting a successor in somebody's place."""

from datetime import date

from mapserver.domain.appointments import Appointment, Period, clashing, day_of, fits
from mapserver.errors import Conflict, InvalidRequest, NotFound
from mapserver.roles import Role
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.store import accounts, appointments
from mapserver.store.store import Session


def appoint(
    context: Context, account: str, role: Role, area: str, period: Period | None = None
) -> Appointment:
    """Appoint somebody; by default from today on, without end.

    Raises
    ------
    InvalidRequest
        If the role is not for such an area, there is no such area, or the period has no day.
    Conflict
        If they hold that already, the account is closed, or it is the caller's own.
    """
    with context.write() as session:
        chosen = period or Period(day_of(session.at))
        return _begin(session, Appointment(new_id(), account, role, area, chosen))


def end(context: Context, appointment: str, day: date | None = None) -> Appointment:
    """End an appointment; from `day` on, by default today, it gives no right any more.

    Raises
    ------
    InvalidRequest
        If the day is past: nobody can be made not to have been appointed.
    Conflict
        If it ended before, or nobody would be left who may appoint anybody.
    """
    with context.write() as session:
        return _end(session, appointments.get(session, appointment), day or day_of(session.at))


def replace(
    context: Context, appointment: str, successor: str, day: date | None = None
) -> Appointment:
    """End an appointment, and let somebody else hold what it gave from that day on."""
    with context.write() as session:
        chosen = day or day_of(session.at)
        before = appointments.get(session, appointment)
        begun = Appointment(new_id(), successor, before.role, before.area, Period(chosen))
        # the successor first: an administrator who hands over is not the last one
        begun = _begin(session, begun)
        _end(session, before, chosen)
        return begun


def history(context: Context, area: str) -> list[Appointment]:
    """Return who was, is and will be appointed in an area, the oldest first."""
    with context.read() as session:
        return appointments.of_area(session, area)


def refuse_last_administrator(session: Session, one: Appointment, day: date) -> None:
    """Refuse to end what the last administrator holds: nobody could appoint another."""
    if one.role is not Role.ADMINISTRATOR or not one.period.holds_on(day):
        return
    others = appointments.holding(session, Role.ADMINISTRATOR, day)
    if all(other.id == one.id for other in others):
        raise Conflict(
            "这是最后一个管理员。先任命另一个，再结束这一项。",
            "This is the last administrator. Appoint another first.",
        )


def _begin(session: Session, one: Appointment) -> Appointment:
    account = accounts.get(session, one.account)
    if not account.is_open:
        raise NotFound("没有这个账号。", "There is no such account.")
    if session.scope.actor == account.name:
        raise Conflict(
            "不能任命自己，请另一个管理员来做。",
            "Nobody appoints themselves; ask another administrator.",
        )
    _refuse_unfit(session, one)
    other = clashing(one, appointments.of_accounts(session, [one.account]))
    if other is not None:
        raise Conflict(
            f"这个人在这里已经有这一项任职，从 {other.period.since} 起。先结束那一项。",
            f"They hold this already, since {other.period.since}. End that first.",
            appointment=other.id,
        )
    appointments.add(session, one)
    return one


def _refuse_unfit(session: Session, one: Appointment) -> None:
    if not fits(one.role, one.area, session.town) or not appointments.has_area(session, one.area):
        raise InvalidRequest(
            f"{one.area} 不能用于这个职务：要写本镇、村（12 位）或网格（15 位）的代码；"
            "管理员、审计员和镇领导只能是全镇。",
            f"{one.area} will not do: write the code of the town, of a village (12 digits) or of "
            "a grid (15 digits); administrators, auditors and leaders are for the whole town.",
            parameter="area",
        )
    if not one.period.has_days:
        raise InvalidRequest(
            "结束日期要在开始日期之后。", "The end must be after the beginning.", parameter="until"
        )


def _end(session: Session, one: Appointment, day: date) -> Appointment:
    if day < day_of(session.at):
        raise InvalidRequest(
            "结束日期不能在今天以前。", "An appointment cannot end before today.", parameter="until"
        )
    if one.period.until is not None and one.period.until <= day:
        raise Conflict(
            f"这一项任职已经在 {one.period.until} 结束。",
            f"This appointment ends on {one.period.until} already.",
        )
    refuse_last_administrator(session, one, day)
    cut = one.period.cut(day)
    appointments.end(session, one, cut.until or day)
    return Appointment(one.id, one.account, one.role, one.area, cut)
