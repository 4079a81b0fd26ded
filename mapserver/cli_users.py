"""The commands of accounts: `mapserver user add`, `list`, `appoint`, `end` and so on.

Whoever runs them sits at the machine and has the key file; this is how the first
administrator is made. Passwords are typed at the terminal or made here, never given as an
argument: those stand in the shell's history and in the list of processes.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Annotated

import typer

from mapserver.cli_words import Data, say, settings_of, told
from mapserver.domain.appointments import Appointment, Period
from mapserver.errors import InvalidRequest
from mapserver.roles import Role
from mapserver.services import accounts, appointing
from mapserver.services.accounts import Entry
from mapserver.services.context import LOCAL_ACTOR, Context
from mapserver.services.oidc import linking
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.policy import Policy
from mapserver.store.scope import Scope

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="账号和任职 Accounts and appointments."
)

Name = Annotated[str, typer.Argument(help="登录名 The login name")]
TheRole = Annotated[Role, typer.Argument(help="职务 The role")]
Area = Annotated[
    str | None, typer.Argument(help="区域代码，不写是全镇 The area, by default the whole town")
]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="日期，不写是今天 By default today")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="到哪天为止（当天起失效） The first day without it"),
]


@contextmanager
def _at_the_machine(data: str | None) -> Iterator[Context]:
    """Yield the way in of whoever sits at the machine, and say what goes wrong."""
    with told():
        settings = settings_of(data=data)
        with closing(open_store(settings)) as store:
            scope = Scope.of_town(LOCAL_ACTOR, town_of(settings, store))
            yield Context(store, scope, now, Policy.of(settings))


@app.command("add")
def add(
    name: Name,
    title: Annotated[str | None, typer.Option(help="姓名，给别人看 The name others read")] = None,
    role: Annotated[Role | None, typer.Option(help="职务 The role")] = None,
    area: Annotated[str | None, typer.Option(help="区域代码，不写是全镇 The area")] = None,
    data: Data = None,
    *,
    type_password: Annotated[
        bool, typer.Option("--type-password", help="在这里输入密码 Type a password here")
    ] = False,
) -> None:
    """新建账号，给出一次性密码 Make an account, with a one-time password unless one is typed."""
    password = _typed() if type_password else None
    with _at_the_machine(data) as context:
        account, one_time = accounts.create(context, name, title or name, password)
        say(f"已建账号 {account.name}。", f"The account {account.name} was made.")
        _tell_password(one_time)
        if role is not None:
            made = accounts.appoint(context, account.id, role, area or context.scope.town)
            _tell(made)


@app.command("list")
def list_(
    words: Annotated[str, typer.Argument(help="登录名或姓名里的字 Part of a name")] = "",
    data: Data = None,
    *,
    closed: Annotated[bool, typer.Option(help="也列停用的 Closed ones too")] = False,
) -> None:
    """列出账号和任职 List accounts and their appointments."""
    with _at_the_machine(data) as context:
        total, found = accounts.listed(context, words, limit=100_000, closed=closed)
        for one in found:
            _tell_account(one)
        say(f"{total} 个账号。", f"{total} accounts.")


@app.command("appoint")
def appoint(
    name: Name,
    role: TheRole,
    area: Area = None,
    since: Day = None,
    until: Until = None,
    data: Data = None,
) -> None:
    """任命 Appoint somebody to a role, for an area and a period."""
    with _at_the_machine(data) as context:
        first = since.date() if since else context.today()
        period = Period(first, until.date() if until else None)
        account = accounts.find(context, name).account
        place = area or context.scope.town
        _tell(accounts.appoint(context, account.id, role, place, period))


@app.command("end")
def end(name: Name, role: TheRole, area: Area = None, day: Day = None, data: Data = None) -> None:
    """结束任职 End an appointment; it gives no right from that day on."""
    with _at_the_machine(data) as context:
        held = _held(context, accounts.find(context, name), role, area)
        _tell(accounts.end(context, held.id, day.date() if day else None))


@app.command("history")
def history(area: Area = None, data: Data = None) -> None:
    """某区域历任人员 Tell who was, is and will be appointed in an area."""
    with _at_the_machine(data) as context:
        for one in appointing.history(context, area or context.scope.town):
            who = accounts.get(context, one.account).account
            typer.echo(f"{_line(one)}  {who.name}  {who.title}")


@app.command("reset")
def reset(
    name: Name,
    data: Data = None,
    *,
    second_factor: Annotated[
        bool,
        typer.Option("--second-factor", help="手机和恢复码都丢了 Device and codes are lost"),
    ] = False,
) -> None:
    """重设密码，到处登出 Make a one-time password, and sign out everywhere."""
    with _at_the_machine(data) as context:
        account = accounts.find(context, name).account
        _tell_password(accounts.reset(context, account.id, second_factor=second_factor))


@app.command("close")
def close(name: Name, data: Data = None) -> None:
    """停用账号 Close an account: its appointments, sessions and tokens end."""
    with _at_the_machine(data) as context:
        accounts.close(context, accounts.find(context, name).account.id)
        say(f"账号 {name} 已停用。", f"The account {name} is closed.")


@app.command("reopen")
def reopen(name: Name, data: Data = None) -> None:
    """恢复账号 Open a closed account again, without its appointments."""
    with _at_the_machine(data) as context:
        account = accounts.find(context, name).account
        _tell_password(accounts.reopen(context, account.id))


@app.command("link")
def link_(
    name: Name,
    subject: Annotated[str, typer.Option(help="对方的用户编号 The sub of the other service")],
    data: Data = None,
) -> None:
    """连上其他服务的身份 Let somebody sign in by the other service of the settings."""
    with _at_the_machine(data) as context:
        account = accounts.find(context, name).account
        linking.link(context, account.id, settings_of().oidc_issuer, subject)
        say(f"账号 {name} 已连上 {subject}。", f"The account {name} is linked to {subject}.")


@app.command("unlink")
def unlink(name: Name, data: Data = None) -> None:
    """断开其他服务的身份 Let nobody in by the other service; sessions it began end."""
    with _at_the_machine(data) as context:
        accounts.link(context, accounts.find(context, name).account.id, None)
        say(f"账号 {name} 已断开。", f"The account {name} is linked to nobody.")


def _typed() -> str:
    text: str = typer.prompt(
        "密码 Password", hide_input=True, confirmation_prompt="再输一次 Once more"
    )
    return text


def _held(context: Context, entry: Entry, role: Role, area: str | None) -> Appointment:
    """Return the appointment that is meant: one that has not ended."""
    today, place = context.today(), area or context.scope.town
    for one in entry.appointments:
        open_still = one.period.until is None or one.period.until > today
        if open_still and (one.role, one.area) == (role, place):
            return one
    raise InvalidRequest(
        f"{entry.account.name} 在 {place} 没有 {role} 这一项任职。",
        f"{entry.account.name} is no {role} of {place}.",
    )


def _tell_password(one_time: str | None) -> None:
    if one_time is not None:
        say(
            f"一次性密码：{one_time}　只显示这一次，第一次登录后要换。",
            f"One-time password: {one_time}  It is shown this once, and to be changed at the "
            "first sign-in.",
        )


def _tell_account(entry: Entry) -> None:
    account = entry.account
    marks = [
        mark
        for mark, given in (
            ("2FA", account.has_totp),
            ("OIDC", account.subject is not None),
            ("closed", not account.is_open),
        )
        if given
    ]
    typer.echo("  ".join((account.name, account.title, *marks)))
    for one in entry.appointments:
        typer.echo(f"    {_line(one)}")


def _tell(one: Appointment) -> None:
    typer.echo(_line(one))


def _line(one: Appointment) -> str:
    until = "" if one.period.until is None else str(one.period.until)
    return f"{one.role}  {one.area}  {one.period.since} .. {until}".rstrip()
