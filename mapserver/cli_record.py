"""The commands for the record of events: verify, heads, cut, app-role."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer

from mapserver.cli_words import Data, language, say, settings_of, told
from mapserver.errors import BrokenChain, InvalidRequest, MapserverError
from mapserver.services import record_keeping
from mapserver.services.context import LOCAL_ACTOR, Context
from mapserver.services.opening import now, open_store
from mapserver.services.record_keeping import Checked, SignedHead
from mapserver.store.scope import Scope
from mapserver.store.store import Store

app = typer.Typer()

BROKEN = 1

Json = Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON")]


@contextmanager
def _opened(data: str | None) -> Iterator[Store]:
    with closing(open_store(settings_of(data=data))) as store:
        yield store


def _contexts(store: Store, towns: list[str]) -> list[Context]:
    return [Context(store, Scope.of_town(LOCAL_ACTOR, town), now) for town in towns]


@app.command("verify")
def verify(
    data: Data = None,
    heads: Annotated[
        list[Path] | None,
        typer.Option(help="以前用 mapserver heads 导出的链头 Heads that were exported earlier"),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """核对记录 Walk the record of events; exit 1 and say where it breaks."""
    with told():
        known = [head for file in heads or () for head in _read(file)]
        with _opened(data) as store:
            contexts = _contexts(store, store.towns_of_records())
            found = [(one.scope.town, _checked(one, known)) for one in contexts]
    if json:
        sys.stdout.buffer.write(orjson.dumps([_as_json(*one) for one in found]) + b"\n")
    else:
        for town, one in found:
            _tell(town, one)
        if not found:
            say("还没有记录。", "There is no record yet.")
    raise typer.Exit(BROKEN if any(isinstance(one, BrokenChain) for _, one in found) else 0)


def _checked(context: Context, heads: Sequence[SignedHead]) -> Checked | BrokenChain:
    try:
        return record_keeping.check(context, heads)
    except BrokenChain as error:
        return error


def _as_json(town: str, found: Checked | BrokenChain) -> dict[str, object]:
    if isinstance(found, Checked):
        return found.as_json()
    return {"town": town, "whole": False, "message": found.text(language()), **found.details}


def _tell(town: str, found: Checked | BrokenChain) -> None:
    if isinstance(found, BrokenChain):
        typer.echo(f"{town}: {found.text(language())}", err=True)
        return
    walk = found.walk
    say(
        f"{town}: 记录完整，{walk.count:,} 条，第 {walk.cut + 1:,} 至 {walk.seq:,} 条。",
        f"{town}: the record is whole, {walk.count:,} events, {walk.cut + 1:,} to {walk.seq:,}.",
    )
    if walk.compared:
        say(
            f"和以前导出的 {walk.compared} 个链头一致。",
            f"It fits {walk.compared} heads that were exported earlier.",
        )
    if found.too_old:
        say(
            f"{found.too_old} 个链头早于截断，核对不了。",
            f"{found.too_old} heads are of before the cut; nothing can be held to them.",
        )
    if found.foreign:
        say(
            f"{found.foreign} 个链头是别的密钥签的，没有核对。",
            f"{found.foreign} heads were signed by another key and not compared.",
        )


def _read(file: Path) -> list[SignedHead]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise MapserverError(
            f"{file} 打不开：{error.strerror}。", f"{file} cannot be opened: {error.strerror}."
        ) from error
    heads = []
    for number, line in enumerate(lines, 1):
        try:
            heads += [SignedHead.read(line)] if line.strip() else []
        except InvalidRequest as error:
            raise InvalidRequest(
                f"{file}:{number}: {error.zh}", f"{file}:{number}: {error.en}"
            ) from error
    return heads


@app.command("heads")
def heads(data: Data = None) -> None:
    """导出签名的链头 Print the signed heads of the record, a line each, to keep elsewhere."""
    with told(), _opened(data) as store:
        for one in _contexts(store, store.towns()):
            sys.stdout.buffer.write(record_keeping.head(one).as_json() + b"\n")


@app.command("cut")
def cut(
    data: Data = None,
    days: Annotated[
        int | None,
        typer.Option(help="保存多少天，至少 183 Days to keep; MAPSERVER_RECORD_DAYS if not given"),
    ] = None,
) -> None:
    """删去过期的记录 Remove events that are kept no longer, behind a signed cut."""
    with told():
        settings = settings_of(data=data, record_days=days)
        if settings.record_days is None:
            raise InvalidRequest(
                "保存多少天？用 --days 或 MAPSERVER_RECORD_DAYS 写明，至少 183。",
                "How long is the record kept? Say it by --days or MAPSERVER_RECORD_DAYS, 183 or "
                "more.",
            )
        with _opened(data) as store:
            for one in _contexts(store, store.towns()):
                gone = record_keeping.cut(one, settings.record_days)
                say(
                    f"{one.scope.town}: 删去 {gone:,} 条，其余仍可核对。",
                    f"{one.scope.town}: {gone:,} events removed; the rest can still be verified.",
                )


@app.command("app-role")
def app_role(
    name: Annotated[str, typer.Argument(help="角色名 The role's name")],
    data: Data = None,
) -> None:
    """给程序建一个不能改记录的数据库角色 Make a PostgreSQL role that cannot edit the record."""
    with told(), _opened(data) as store:
        store.make_app_role(name)
    say(
        f"角色 {name} 建好了，还没有口令：ALTER ROLE {name} PASSWORD '...'。"
        "以后用它运行 mapserver serve；升级和截断记录用所有者。",
        f"The role {name} is there, without a password yet: ALTER ROLE {name} PASSWORD '...'. "
        "Run mapserver serve as it, and upgrades and cuts as the owner.",
    )
