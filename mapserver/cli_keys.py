"""`mapserver keys`: the keys that secrets are sealed with."""

from contextlib import closing

import typer

from mapserver.cli_words import Data, say, settings_of, told
from mapserver.services.context import LOCAL_ACTOR, Context
from mapserver.services.opening import now, open_store, town_of
from mapserver.store.scope import Scope

keys = typer.Typer(
    no_args_is_help=True, help="密钥 The keys that secrets are sealed with.", name="keys"
)


@keys.callback()
def main() -> None:
    """Keep `rotate` a command of its own, as others may come beside it."""


@keys.command()
def rotate(data: Data = None) -> None:
    """换一把新密钥，服务器照常运行 Seal every secret with a new key, beside a running server."""
    # only here: no other command needs it
    from mapserver.services import rotating  # noqa: PLC0415

    with told():
        settings = settings_of(data=data)
        with closing(open_store(settings)) as store:
            scope = Scope.of_town(LOCAL_ACTOR, town_of(settings, store))
            done = rotating.rotate(Context(store, scope, now))
        again = (
            ("接着上次没换完的，", "Went on where it had stopped: ") if done.resumed else ("", "")
        )
        say(
            f"{again[0]}换好了：{done.rows} 条改用密钥 {done.key}。密钥文件变了，"
            "马上备份一份，和数据分开放；旧密钥还在里面，旧记录和旧备份要用。",
            f"{again[1]}{done.rows} records are sealed with the key {done.key}. The key file "
            "changed: copy it now, apart from the data. The old keys stay in it, for the record "
            "of events and for older backups.",
        )
