"""`mapserver keys rotate`: every secret sealed with a new key, while the server serves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import sleep

from mapserver.errors import StoreError
from mapserver.services.context import Context
from mapserver.store import account_secrets, rotation
from mapserver.store.scope import Scope

_AT_ONCE = 1000
_PAUSE_S = 0.01
"""Between two batches: who waits for the lock by asking again and again gets a turn."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the key that seals now, how many rows were sealed anew."""

    key: str
    rows: int
    resumed: bool


def rotate(context: Context, progress: Callable[[int], None] = lambda _: None) -> Rotated:
    """Seal every secret of the store with a new key, or end a rotation that was interrupted.

    Raises
    ------
    StoreError
        If rows with the old key remain.
    """
    with context.write() as session:
        resumed = bool(session.secrets.marks.leaving)
        marks = rotation.begin(session, context.store.vault)
    rows = 0
    for some in _every_row(context):
        rows += some
        progress(rows)
    for there in _towns(context):
        with there.read() as session:
            done = rotation.is_done(session)
        if not done:
            raise StoreError(
                "还有记录用着旧密钥，换密钥没有结束。再运行一次；还是这样就查一查数据库。",
                "Some records still use the old key, so the rotation has not ended. Run it "
                "again; if that does not help, look at the database.",
            )
    with context.write() as session:
        rotation.end(session, rows)
    return Rotated(marks.current, rows, resumed)


def _every_row(context: Context) -> Iterator[int]:
    """Seal the rows of every town anew, and yield how many each batch had."""
    for there in _towns(context):
        with there.read() as session:
            names = [table.name for table in rotation.tables(session)]
        for name in names:
            yield from _table(there, name)
        with there.write() as session:
            rows = account_secrets.seal_anew(session)
        yield rows


def _towns(context: Context) -> Iterator[Context]:
    for town in context.store.towns():
        yield replace(context, scope=Scope.of_town(context.scope.actor, town))


def _table(context: Context, name: str) -> Iterator[int]:
    after: str | None = None
    while True:
        with context.write() as session:
            step = rotation.step(session, session.table(name), after, _AT_ONCE)
        yield step.rows
        if step.after is None:
            return
        after = step.after
        sleep(_PAUSE_S)
