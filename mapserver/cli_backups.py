"""The commands that keep a town from being lost: backup, restore, backups, backup-key."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapserver.cli_words import Data, say, settings_of, told
from mapserver.errors import BackupError
from mapserver.settings import Settings

if TYPE_CHECKING:
    from mapserver.formats.sealed_stream import Secret
    from mapserver.services.backups.making import Made

app = typer.Typer()

TOO_OLD = 1

To = Annotated[
    Path | None, typer.Option(help="放备份的文件夹 The folder of backups; MAPSERVER_BACKUP_TO")
]
KeyFile = Annotated[
    Path | None, typer.Option(help="backup-key 建的密钥文件 A key file made by backup-key")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="第一行是口令的文件 A file with the passphrase on its first line"),
]


@app.command("backup-key")
def backup_key(
    file: Annotated[Path, typer.Argument(help="新的密钥文件 The key file to make")],
) -> None:
    """建一个备份密钥 Make a key that seals backups, to be printed and kept apart."""
    from mapserver.services.backups.secret import make_key  # noqa: PLC0415

    with told():
        make_key(file)
    say(
        f"密钥在 {file}。打印一份锁好：没有它，备份谁也打不开。",
        f"The key is in {file}. Print it and lock it away: without it nobody opens the backups.",
    )


@app.command("backup")
def backup(  # noqa: PLR0913
    data: Data = None,
    to: To = None,
    key_file: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    check_in: Annotated[
        str | None, typer.Option(help="检验用的空数据库 An empty database to check it in")
    ] = None,
    *,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="不恢复一遍来检验 Do not restore it to check it")
    ] = False,
    without_store_key: Annotated[
        bool, typer.Option("--without-store-key", help="不放库的密钥 Leave the store's key out")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="按规则删旧备份 Delete old backups by the rule")
    ] = False,
) -> None:
    """做一个加密备份 Back the town up while it is served, sealed and checked."""
    from mapserver.domain.backup_times import Keeping  # noqa: PLC0415
    from mapserver.services.backups import keeping, making, secret  # noqa: PLC0415
    from mapserver.services.opening import now  # noqa: PLC0415

    with told():
        settings = _settings(data, to, key_file, passphrase_file)
        folder = _folder(settings)
        seal = _secret(settings, confirm=True)
        secret.refuse_short(seal)
        order = making.Order(folder, seal, not without_store_key, not unchecked, check_in)
        made = making.back_up(settings, order, now)
        _tell_made(made)
        if prune:
            rule = Keeping(settings.backup_days, settings.backup_weeks, settings.backup_months)
            for file in keeping.prune(folder, rule):
                say(f"删了旧备份 {file.name}。", f"Deleted the old backup {file.name}.")


def _tell_made(made: "Made") -> None:
    rows = sum(made.holds.rows.values())
    size = made.size / 1e6
    say(
        f"{made.file}：{size:.1f} MB，{made.holds.last:,} 条记录事件，{rows:,} 行"
        + ("，已恢复检验。" if made.checked else "，没有检验。"),
        f"{made.file}: {size:.1f} MB, {made.holds.last:,} events, {rows:,} rows, "
        + ("restored and compared." if made.checked else "not checked."),
    )


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件 The backup")],
    data: Data = None,
    key_file: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    store_key: Annotated[
        Path | None, typer.Option(help="分开保管的库密钥 The store's key, where it is kept apart")
    ] = None,
) -> None:
    """恢复备份到空的地方 Put a backup into an empty folder or database, and check it."""
    from mapserver.services.backups import restoring  # noqa: PLC0415
    from mapserver.services.opening import now  # noqa: PLC0415

    with told():
        settings = _settings(data, None, key_file, passphrase_file)
        seal = _secret(settings, confirm=False)
        key = _bytes(store_key) if store_key else None
        done = restoring.restore(settings, file, seal, now, key)
    say(
        f"恢复好了：备份时间 {done.at:%Y-%m-%d %H:%M} UTC，{done.holds.last:,} 条记录事件，"
        "和备份时一致。之后写的不在里面。原来的登录都已退出，令牌都已作废。",
        f"Restored: the backup of {done.at:%Y-%m-%d %H:%M} UTC, {done.holds.last:,} events, the "
        "same as then. What was written later is not in it. Nobody is signed in, and no token "
        "is good any more.",
    )


@app.command("backups")
def backups(
    to: To = None,
    within: Annotated[
        float | None,
        typer.Option(
            help="最新的要在几小时内，否则以 1 结束 Exit 1 where none is so many hours old"
        ),
    ] = None,
) -> None:
    """列出备份 List the backups, newest first."""
    from mapserver.services.backups.keeping import listed  # noqa: PLC0415
    from mapserver.services.opening import now  # noqa: PLC0415

    with told():
        found = listed(_folder(_settings(None, to, None, None)))
    for one in found:
        typer.echo(f"{one.file.name}  {one.size / 1e6:,.1f} MB")
    newest = found[0].at if found else None
    late = newest is None or (within is not None and now() - newest > timedelta(hours=within))
    if late:
        say("没有够新的备份。", "No backup is new enough.")
        raise typer.Exit(TOO_OLD)


def _settings(
    data: str | None, to: Path | None, key_file: Path | None, passphrase_file: Path | None
) -> Settings:
    """Return the settings; a secret that is named replaces the other kind in the environment."""
    settings = settings_of(
        data=data, backup_to=to, backup_key_file=key_file, backup_passphrase_file=passphrase_file
    )
    if key_file:
        return settings.model_copy(update={"backup_passphrase_file": None})
    return settings.model_copy(update={"backup_key_file": None}) if passphrase_file else settings


def _folder(settings: Settings) -> Path:
    if settings.backup_to is None:
        raise BackupError(
            "备份放哪里？用 --to 写一个文件夹，最好在另一块硬盘上。",
            "Where do backups go? Name a folder by --to, best on another disk.",
        )
    return settings.backup_to


def _secret(settings: Settings, *, confirm: bool) -> "Secret":
    from mapserver.formats.sealed_stream import Secret  # noqa: PLC0415
    from mapserver.services.backups.secret import key_from, passphrase_from  # noqa: PLC0415

    if settings.backup_key_file:
        return key_from(settings.backup_key_file)
    if settings.backup_passphrase_file:
        return passphrase_from(settings.backup_passphrase_file)
    if not sys.stdin.isatty():
        raise BackupError(
            "备份用什么加密？用 --key-file 或 --passphrase-file 写一个文件。",
            "What seals the backup? Name a file by --key-file or --passphrase-file.",
        )
    text = typer.prompt("备份口令 Passphrase", hide_input=True, confirmation_prompt=confirm)
    return Secret.passphrase(text)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BackupError(
            f"{file} 读不了：{error.strerror}。", f"{file} cannot be read: {error.strerror}."
        ) from error


@contextmanager
def scheduled(settings: Settings) -> Iterator[None]:
    """Have backups made while the town is served, where the settings say so.

    Raises
    ------
    BackupError
        If the settings name a folder but nothing that seals, or nothing that can be read.
    """
    if settings.backup_to is None:
        yield
        return
    from mapserver.services.backups.schedule import Schedule  # noqa: PLC0415
    from mapserver.services.opening import now  # noqa: PLC0415

    # better said at the start than in the night
    _secret(settings, confirm=False)
    every = timedelta(hours=settings.backup_hours)
    with Schedule(settings.backup_to, every, lambda: _as_process(settings), now):
        yield


def _as_process(settings: Settings) -> bool:
    # by the environment, not the command line: the address may hold a password
    env = os.environ | {"MAPSERVER_DATA": settings.data}
    command = [sys.executable, "-m", "mapserver.cli", "backup", "--prune"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, env=env, check=False)  # noqa: S603
    return done.returncode == 0
