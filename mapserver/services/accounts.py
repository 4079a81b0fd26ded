"""What an administrator does: accounts made, listed, reset and closed.

A password that is made here is good for a few days and for one thing: to be changed by
whose it is. Nobody but the owner ever knows the one that follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mapserver.domain.appointments import Appointment
from mapserver.domain.logins import KEPT, LONGEST, login_of, title_of
from mapserver.errors import Conflict, InvalidRequest, NotFound
from mapserver.roles import Role
from mapserver.services.appointing import (
    appoint,
    end,
    refuse_last_administrator,
    refuse_others,
    refuse_own,
    replace,
)
from mapserver.services.context import Context
from mapserver.services.hashing import hash_password, new_code
from mapserver.services.identifiers import new_id
from mapserver.services.new_passwords import refuse_weak
from mapserver.services.own_account import drop_totp
from mapserver.services.vouched import is_by_other
from mapserver.store import accounts, appointments, sessions, tokens
from mapserver.store.accounts import Account
from mapserver.store.store import Session

__all__ = [
    "Entry",
    "appoint",
    "close",
    "create",
    "end",
    "find",
    "get",
    "link",
    "listed",
    "rename",
    "replace",
    "reset",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """An account with its appointments, those that ended and those to come included."""

    account: Account
    appointments: tuple[Appointment, ...]


def create(
    context: Context, name: str, title: str, password: str | None = None
) -> tuple[Account, str | None]:
    """Make an account, and return it with the one-time password that was made for it.

    With `password`, which its owner typed, there is none.

    Raises
    ------
    InvalidRequest
        If the login name or the title can be none.
    Conflict
        If the login name was given before.
    WeakPassword
        If the password will not do.
    """
    refuse_others(context)
    login, shown = _login(name), _title(title)
    identifier, one_time = new_id(), None if password is not None else new_code()
    with context.write() as session:
        accounts.add(session, identifier, login, shown)
        account = accounts.get(session, identifier)
        if password is not None:
            refuse_weak(context.policy, password, account)
        _set_password(context, session, account, password, one_time)
        return accounts.get(session, identifier), one_time


def listed(
    context: Context, words: str = "", *, offset: int = 0, limit: int = 50, closed: bool = False
) -> tuple[int, list[Entry]]:
    """Return how many accounts hold `words` in a name, and some of them."""
    refuse_others(context)
    with context.read() as session:
        total, found = accounts.listed(session, words, offset=offset, limit=limit, closed=closed)
        return total, _entries(session, found)


def get(context: Context, account: str) -> Entry:
    """Return one account; NotFound where there is none of that id."""
    with context.read() as session:
        return _entries(session, [accounts.get(session, account)])[0]


def find(context: Context, name: str) -> Entry:
    """Return the account of a login name.

    Raises
    ------
    NotFound
        If there is none.
    """
    with context.read() as session:
        found = accounts.by_name(session, login_of(name) or "")
        if found is None:
            raise NotFound(f"没有登录名 {name}。", f"There is no login name {name}.")
        return _entries(session, [found.account])[0]


def rename(context: Context, account: str, title: str) -> Account:
    """Change the name that others read; the login name never changes."""
    refuse_others(context)
    shown = _title(title)
    with context.write() as session:
        accounts.get(session, account)
        accounts.put(session, account, "change", title=shown)
        return accounts.get(session, account)


def link(context: Context, account: str, subject: str | None) -> None:
    """Let an account be signed in to by another service, as whom it knows as `subject`.

    Without `subject` nobody is let in by it any more. Sessions that began by the link before
    end, as does the link itself where the account is closed.

    Raises
    ------
    Conflict
        If it is the caller's own account, is closed, or another is linked to the subject.
    """
    refuse_others(context)
    with context.write() as session:
        found = accounts.get(session, account)
        refuse_own(session, found)
        if subject == found.subject:
            return
        if subject is not None:
            _refuse_taken(session, found, subject)
        accounts.put(session, account, "link" if subject else "unlink", subject=subject)
        for one in sessions.of_account(session, account):
            if is_by_other(one.how):
                sessions.end(session, one, "revoke")


def _refuse_taken(session: Session, found: Account, subject: str) -> None:
    if not found.is_open:
        raise Conflict("账号已停用，先恢复。", "The account is closed; open it again first.")
    if accounts.by_subject(session, subject) is not None:
        raise Conflict(
            "这个外部身份已经连着一个账号。", "This identity belongs to an account already."
        )


def reset(context: Context, account: str, *, second_factor: bool = False) -> str:
    """Make a one-time password, sign the account out everywhere, and end its tokens.

    With `second_factor` that is taken away too, for somebody who lost device and codes.
    """
    refuse_others(context)
    one_time = new_code()
    with context.write() as session:
        found = accounts.get(session, account)
        refuse_own(session, found)
        if not found.is_open:
            raise Conflict("账号已停用，先恢复。", "The account is closed; open it again first.")
        _sign_out(session, account)
        if second_factor:
            drop_totp(session, account)
        _set_password(context, session, found, None, one_time)
    return one_time


def close(context: Context, account: str) -> None:
    """Close an account: appointments, sessions and tokens end, the name stays taken.

    Raises
    ------
    Conflict
        If nobody would be left who may appoint anybody.
    """
    refuse_others(context)
    with context.write() as session:
        found = accounts.get(session, account)
        refuse_own(session, found)
        if not found.is_open:
            return
        today = session.today
        for one in appointments.of_accounts(session, [account]):
            if one.period.until is None or one.period.until > today:
                refuse_last_administrator(session, one, today)
                appointments.end(session, one, one.period.cut(today).until or today)
        _sign_out(session, account)
        drop_totp(session, account)
        values = dict.fromkeys(("password", "password_until", "subject"))
        accounts.put(session, account, "close", **values, closed_at=session.stamp)


def reopen(context: Context, account: str) -> str:
    """Open a closed account again, without its appointments, and return a one-time password."""
    refuse_others(context)
    one_time = new_code()
    with context.write() as session:
        accounts.get(session, account)
        accounts.put(session, account, "reopen", closed_at=None)
        _set_password(context, session, accounts.get(session, account), None, one_time)
    return one_time


def has_administrator(context: Context) -> bool:
    """Whether anybody may make accounts; if not, only `mapserver user` can."""
    with context.read() as session:
        return bool(appointments.holding(session, Role.ADMINISTRATOR, session.today))


def _set_password(
    context: Context, session: Session, account: Account, own: str | None, one_time: str | None
) -> None:
    until = None if one_time is None else session.stamp + context.policy.one_time
    hashed = hash_password(own if own is not None else one_time or "")
    accounts.put(session, account.id, "password", password=hashed, password_until=until)


def _sign_out(session: Session, account: str) -> None:
    sessions.end_all(session, account)
    tokens.end_all(session, account)


def _entries(session: Session, found: Iterable[Account]) -> list[Entry]:
    held: dict[str, list[Appointment]] = {one.id: [] for one in found}
    for one in appointments.of_accounts(session, list(held)):
        held[one.account].append(one)
    return [Entry(account, tuple(held[account.id])) for account in found]


def _login(name: str) -> str:
    login = login_of(name)
    if login is None or login in KEPT:
        raise InvalidRequest(
            f"登录名要 2 到 {LONGEST} 个字，只用文字、数字和 . _ - @，"
            "以文字或数字开头，也不能是 admin 这类通用名。",
            f"A login name has 2 to {LONGEST} letters, digits and . _ - @, begins with a letter "
            "or digit, and is no common one such as admin.",
            parameter="name",
        )
    return login


def _title(text: str) -> str:
    title = title_of(text)
    if title is None:
        raise InvalidRequest(
            "姓名要 1 到 60 个字。", "The name to show has 1 to 60 characters.", parameter="title"
        )
    return title
