"""The commands: demo, serve, import, assign, audit, check-layers; others in `cli_*`."""

import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mapserver import __version__, cli_backups, cli_record, cli_users
from mapserver.cli_keys import keys
from mapserver.cli_words import FAILED, Data, language, say, settings_of, told
from mapserver.domain.datums import Datum
from mapserver.errors import MapserverError
from mapserver.layers import read_folders
from mapserver.services.accounts import has_administrator
from mapserver.services.context import LOCAL_ACTOR, Context
from mapserver.services.imports.batch import Given, import_file
from mapserver.services.opening import layer_folders, now, open_store, town_of
from mapserver.services.seeding import seed
from mapserver.settings import Settings
from mapserver.shipped import shipped
from mapserver.store.engine import is_url
from mapserver.store.scope import Scope
from mapserver.store.store import Store

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="网格一张图 One map of a township's grids.",
    pretty_exceptions_enable=False,
)
app.add_typer(keys)

app.registered_commands += cli_record.app.registered_commands

app.registered_commands += cli_backups.app.registered_commands

app.add_typer(cli_users.app, name="user")

HELD_BACK = FOUND = 1

Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="端口，不写是 8000 Port, by default 8000")
]
Host = Annotated[str | None, typer.Option(help="在哪个地址，不写是 127.0.0.1 Where to listen")]
Certificate = Annotated[
    Path | None, typer.Option(help="证书（PEM），有了就用 HTTPS The certificate, for HTTPS")
]
CertificateKey = Annotated[Path | None, typer.Option(help="证书的密钥 The certificate's key")]
Insecure = Annotated[
    bool | None,
    typer.Option("--insecure", help="没有证书也让别的电脑用 Serve others without a certificate"),
]


@app.callback(invoke_without_command=True)
def main(
    *,
    version: Annotated[bool, typer.Option("--version", help="版本 Version")] = False,
) -> None:
    """Answer --version."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def demo(data: Data = None, host: Host = None, port: Port = None) -> None:
    """建好示范镇并打开地图 Build the demo township where it is absent, and serve it."""
    with told():
        # whoever tries the demo shall not need a phone for it, unless they ask for that too
        roles = None if "MAPSERVER_TOTP_ROLES" in os.environ else ()
        settings = settings_of(
            data=data or str(_demo_folder()),
            host=host,
            port=port,
            log_level=os.environ.get("MAPSERVER_LOG_LEVEL", "warning"),
            totp_roles=roles,
        )
        with _bound(settings.host, settings.port) as place:
            store = open_store(settings)
            if not store.towns():
                _build_demo(store)
            _open_demo(settings, store)
            _serve(settings, store, place)


def _demo_folder() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "mapserver" / "demo"


def _build_demo(store: Store) -> None:
    # only here: the demo's own modules are not needed to serve a town
    from mapserver.demo.township import build  # noqa: PLC0415

    say("正在建示范镇，约半分钟。", "Building the demo township, about half a minute.")
    township = build()
    total = sum(map(len, township.records.values()))
    context = Context(store, Scope.of_town("demo", township.code), now)
    with _bar(total, "写入 ", "Writing ") as advance:
        seed(
            context,
            township.records,
            synthetic=township.synthetic,
            progress=lambda _, done, __: advance(done),
        )
    say(township.notice.zh, township.notice.en)


def _open_demo(settings: Settings, store: Store) -> None:
    """Make the demo's accounts where there are none, and say who they are."""
    from mapserver import cli_demo  # noqa: PLC0415

    context = Context(store, Scope.of_town("demo", town_of(settings, store)), now)
    folder = None if is_url(settings.data) else Path(settings.data)
    password = cli_demo.kept_password(folder)
    if not has_administrator(context):
        password = cli_demo.make_accounts(context, folder)
    cli_demo.tell_accounts(password)


@app.command("demo-files")
def demo_files(
    folder: Annotated[Path, typer.Argument(help="写到哪个文件夹 Where to write them")],
) -> None:
    """写出示范用的登记表 Write the demo's spreadsheets, to try the import with."""
    from mapserver.demo.registers import registers  # noqa: PLC0415
    from mapserver.demo.township import build  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in registers(build()).items():
        (folder / name).write_bytes(content)
        typer.echo(str(folder / name))


@app.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    tls_cert: Certificate = None,
    tls_key: CertificateKey = None,
    insecure: Insecure = None,
) -> None:
    """打开一个镇的地图 Serve a town's map."""
    with told():
        settings = settings_of(
            data=data,
            host=host,
            port=port,
            tls_cert=tls_cert,
            tls_key=tls_key,
            insecure=insecure,
        )
        with _bound(settings.host, settings.port) as place:
            store = open_store(settings)
            _ask_for_an_administrator(settings, store)
            _warn_of_a_missing_wall(store)
            _serve(settings, store, place)


def _warn_of_a_missing_wall(store: Store) -> None:
    """Say where PostgreSQL's own policies do nothing, and what to do about it."""
    if not store.is_file and not store.has_wall:
        say(
            "警告：连接数据库的角色是超级用户，或有 BYPASSRLS，PostgreSQL 的行级权限不起作用，"
            "只剩程序把关。用 mapserver app-role 名字 给程序另建一个角色，再用它连接。",
            "Warning: the role that connects to the database is a superuser or has BYPASSRLS, so "
            "PostgreSQL's row-level security does nothing and only the program guards the areas. "
            "Make a role for it with mapserver app-role NAME, and connect as that.",
        )


def _ask_for_an_administrator(settings: Settings, store: Store) -> None:
    """Say how the first account is made, where there is none: nobody could sign in."""
    if not has_administrator(
        Context(store, Scope.of_town("system", town_of(settings, store)), now)
    ):
        say(
            "还没有管理员，谁也登录不了。先做一个：mapserver user add 账号 --role administrator",
            "There is no administrator, so nobody can sign in. Make one first: "
            "mapserver user add NAME --role administrator",
        )


def _serve(settings: Settings, store: Store, place: socket.socket) -> None:
    # only here: an import needs no server, and starts in half the time without one
    from mapserver.serving import server_for  # noqa: PLC0415

    server = server_for(settings, store)
    scheme = "https" if settings.tls_cert else "http"
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"{scheme}://{name}:{place.getsockname()[1]}/"
    if settings.reaches_others_in_clear:
        typer.echo(_IN_CLEAR_EN if language() == "en" else _IN_CLEAR_ZH, err=True)
    say(f"地图在 {address} ，按 Ctrl+C 停下。", f"The map is at {address} . Ctrl+C stops it.")
    with cli_backups.scheduled(settings):
        server.run(sockets=[place])
    if not server.started:
        raise typer.Exit(FAILED)


_IN_CLEAR_ZH = "注意：没有证书，密码和人的资料在网上明着走。"
_IN_CLEAR_EN = "Mind: there is no certificate; passwords and people cross the network in clear."


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket for the address, so that a taken port is told before any work is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off for sockets that name their protocol only; with it
    # every answer on a kept connection would wait 40 ms for the reader's acknowledgement
    place = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((host, port))
    except OSError as error:
        place.close()
        raise MapserverError(
            f"端口 {port} 用不了：{error.strerror}。用 --port 换一个端口。",
            f"Port {port} cannot be used: {error.strerror}. Choose another by --port.",
        ) from error
    return place


@app.command("import")
def import_(
    layer: Annotated[str, typer.Argument(help="图层，例如 person The layer")],
    file: Annotated[Path, typer.Argument(help="表格文件 The spreadsheet")],
    data: Data = None,
    village: Annotated[
        str | None, typer.Option(help="没写村的行算哪个村（12 位） Village of rows that name none")
    ] = None,
    datum: Annotated[
        Datum | None, typer.Option(help="经纬度的坐标系 The datum of the coordinates")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON")] = False,
) -> None:
    """导入一张登记表 Import a spreadsheet; exit 1 where a row was held back."""
    with told():
        content = _read(file)
        settings = settings_of(data=data)
        with closing(open_store(settings)) as store:
            town = town_of(settings, store)
            context = Context(store, Scope.of_town(LOCAL_ACTOR, town), now)
            given = Given(layer, file.name, content, village, datum)
            with _bar(1, "导入 ", "Importing ", hidden=json) as advance:
                result = import_file(context, given, language(), _ratio(advance), every_row=json)
    _print(result.lines(), result.as_json, json=json)
    raise typer.Exit(HELD_BACK if result.held_back else 0)


def _print(lines: Iterable[str], as_json: Callable[[], bytes], *, json: bool) -> None:
    """Print what a command found: as JSON, or a sentence a line."""
    if json:
        sys.stdout.buffer.write(as_json() + b"\n")
        return
    for line in lines:
        typer.echo(line)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MapserverError(
            f"{file} 打不开：{error.strerror}。", f"{file} cannot be opened: {error.strerror}."
        ) from error


_STAGES = ("read", "columns", "rows", "places", "compare", "write")


def _ratio(
    advance: Callable[[float], None], stages: Sequence[str] = _STAGES
) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        advance((stages.index(stage) + (done / total if total else 0)) / len(stages))

    return progress


@contextmanager
def _bar(
    total: float, zh: str, en: str, *, hidden: bool = False
) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error; what it is told is how much of `total` is done."""
    label = en if language() == "en" else zh
    with typer.progressbar(
        length=1000, label=label, file=sys.stderr, hidden=hidden or not sys.stderr.isatty()
    ) as bar:

        def advance(done: float) -> None:
            bar.update(max(int(done / total * 1000) - bar.pos, 0) if total else 0)

        yield advance


Repairing = Annotated[
    bool,
    typer.Option("--repair", help="修复不合规的面，并说明改了多少 Repair invalid areas, and tell"),
]


@app.command("assign")
def assign_(
    points: Annotated[Path, typer.Argument(help="点的文件 The file of points")],
    areas: Annotated[Path, typer.Argument(help="面的文件 The file of areas")],
    code: Annotated[str, typer.Option(help="面的代码字段 The field of the areas' code")],
    out: Annotated[Path, typer.Option("--out", "-o", help="写到哪个文件 The file to write")],
    *,
    repair: Repairing = False,
) -> None:
    """把点归到面里 Give every point the code of the area that covers it."""
    from mapserver.services import file_assign  # noqa: PLC0415

    given = file_assign.Given(points, areas, code, out, repair)
    with told(), _bar(1, "归属 ", "Assigning ") as advance:
        found = file_assign.assign_file(given, lambda done, total: advance(done / total))
    for line in found.lines(language()):
        typer.echo(line)


@app.command("audit")
def audit_(  # noqa: PLR0913
    areas: Annotated[Path, typer.Argument(help="面的文件 The file of areas")],
    within: Annotated[
        Path | None, typer.Option(help="它们应当铺满的面 What they should fill")
    ] = None,
    points: Annotated[
        Path | None, typer.Option(help="数毛病里有几个点 Points to count inside each defect")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="代码字段，不写是 code Field of the code, by default code")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="把毛病写成文件 Write the defects to a file")
    ] = None,
    *,
    repair: Repairing = False,
    sliver_width: Annotated[
        float,
        typer.Option(min=0, help="比这窄的算细条（米） A sliver is narrower than so many metres"),
    ] = 2.0,
    sliver_ratio: Annotated[
        float,
        typer.Option(min=0, help="面积除以周长小于这个的也算 Or has less area over perimeter"),
    ] = 0.5,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON")] = False,
) -> None:
    """检查边界 Find gaps, overlaps and stray parts of areas; exit 1 where there are any."""
    from mapserver.domain.coverage import Limits  # noqa: PLC0415
    from mapserver.services import file_audit  # noqa: PLC0415

    with told():
        limits = Limits(sliver_width, sliver_ratio)
        given = file_audit.Given(areas, within, points, code, limits, repair=repair)
        with _bar(1, "检查 ", "Auditing ", hidden=json) as advance:
            found = file_audit.audit_file(given, _ratio(advance, file_audit.STAGES))
        if out is not None:
            found.write(out)
    _print(found.lines(language()), found.as_json, json=json)
    raise typer.Exit(FOUND if found.audit.defects else 0)


@app.command("check-layers")
def check_layers(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="图层文件夹 Folders of layer files")
    ] = None,
    data: Data = None,
) -> None:
    """检查图层文件 Name file, line and key of every fault in the layer files."""
    with told():
        settings = settings_of(data=data)
        for folder in folders or ():
            if not folder.is_dir():
                raise MapserverError(f"没有文件夹 {folder}。", f"There is no folder {folder}.")
    # a township's own files may point at layers that ship
    chosen = (shipped("layers"), *folders) if folders else layer_folders(settings)
    layers, faults = read_folders(chosen)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        say(f"{len(faults)} 处要改。", f"{len(faults)} to mend.")
        raise typer.Exit(HELD_BACK)
    say(f"{len(layers)} 个图层，没有问题。", f"{len(layers)} layers, no faults.")


if __name__ == "__main__":
    app()
