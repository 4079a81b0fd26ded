"""Appointing people, ending that, and putting a successor in somebody's place."""

from datetime import date

from mapserver.domain.appointments import Appointment, Period, clashing, fits
from mapserver.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from mapserver.roles import Duty, Role
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.store import accounts, appointments
from mapserver.store.accounts import Account
from mapserver.store.scope import Scope
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
    refuse_others(context)
    chosen = period or Period(context.today())
    one = Appointment(new_id(), account, role, area, chosen)
    _refuse_unfit(context, one)
    with context.write() as session:
        return _begin(session, one)


def end(context: Context, appointment: str, day: date | None = None) -> Appointment:
    """End an appointment; from `day` on, by default today, it gives no right any more.

    Raises
    ------
    InvalidRequest
        If the day is past: nobody can be made not to have been appointed.
    Conflict
        If it ended before, or nobody would be left who may appoint anybody.
    """
    refuse_others(context)
    with context.write() as session:
        return _end(session, appointments.get(session, appointment), day or session.today)


def replace(
    context: Context, appointment: str, successor: str, day: date | None = None
) -> Appointment:
    """End an appointment, and let somebody else hold what it gave from that day on."""
    refuse_others(context)
    with context.write() as session:
        chosen = day or session.today
        before = appointments.get(session, appointment)
        # the successor first: an administrator who hands over is not the last one
        one = Appointment(new_id(), successor, before.role, before.area, Period(chosen))
        begun = _begin(session, one)
        _end(session, before, chosen)
        return begun


def history(context: Context, area: str) -> list[Appointment]:
    """Return who was, is and will be appointed in an area, the oldest first."""
    refuse_others(context)
    with context.read() as session:
        return appointments.of_area(session, area)


def refuse_others(context: Context) -> None:
    """Refuse whoever is not appointed to look after accounts.

    Raises
    ------
    NotAllowed
        If it is none of the caller's duties.
    """
    if context.scope.town not in context.scope.areas_of(Duty.ACCOUNTS):
        raise NotAllowed("只有管理员能管理账号和任职。", "Only administrators look after accounts.")


def refuse_own(session: Session, account: Account) -> None:
    """Refuse what an administrator may not do with their own account."""
    if session.scope.actor == account.name:
        raise Conflict(
            "不能任命、重设或停用自己，请另一个管理员来做。",
            "Nobody appoints, resets or closes themselves; ask another administrator.",
        )


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
    refuse_own(session, account)
    other = clashing(one, appointments.of_accounts(session, [one.account]))
    if other is not None:
        raise Conflict(
            f"这个人在这里已经有这一项任职，从 {other.period.since} 起。先结束那一项。",
            f"They hold this already, since {other.period.since}. End that first.",
            appointment=other.id,
        )
    appointments.add(session, one)
    return one


def _refuse_unfit(context: Context, one: Appointment) -> None:
    town = context.scope.town
    # which areas there are is no secret; an administrator sees none of the map besides
    everything = Scope.of_town(context.scope.actor, town)
    with context.store.read(everything, context.clock()) as session:
        exists = appointments.has_area(session, one.area)
    if not (exists and fits(one.role, one.area, town)):
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
    if day < session.today:
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
