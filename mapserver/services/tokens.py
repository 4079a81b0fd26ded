"""Bearer tokens for QGIS and scripts: for a while, for at most what their owner reaches."""

from dataclasses import dataclass
from datetime import timedelta

from mapserver.domain.appointments import fits
from mapserver.domain.logins import title_of
from mapserver.errors import InvalidRequest, NotFound
from mapserver.roles import Role
from mapserver.services.callers import caller_of_token, refuse_unready
from mapserver.services.context import Context
from mapserver.services.hashing import digest, new_key
from mapserver.services.identifiers import new_id
from mapserver.store import accounts, tokens
from mapserver.store.tokens import Token

__all__ = ["Wanted", "caller_of_token", "create", "listed", "revoke"]

PREFIX = "mst_"
"""How every token begins, so that one that was published by mistake can be found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a token is to be good for; without `area` and `roles` all that its owner reaches."""

    title: str
    days: int = 90
    area: str | None = None
    roles: tuple[Role, ...] | None = None
    writes: bool = False


def create(context: Context, account: str, wanted: Wanted) -> tuple[Token, str]:
    """Make a token, and return it with its text, which is told this once.

    Raises
    ------
    InvalidRequest
        If it is to last too long, has no title, or is for an area outside the town.
    NotAllowed
        While its owner has a one-time password, or lacks the second factor that a role asks for.
    """
    title = _title(wanted.title)
    area = context.scope.town if wanted.area is None else wanted.area
    if not fits(Role.INSPECTOR, area, context.scope.town):
        raise InvalidRequest(
            f"{area} 不是本镇的区域代码。", f"{area} is no area of this town.", parameter="area"
        )
    if not 0 < wanted.days <= context.policy.token_life.days:
        most = context.policy.token_life.days
        raise InvalidRequest(
            f"有效期要在 1 到 {most} 天之间。",
            f"A token is good for 1 to {most} days.",
            parameter="days",
        )
    text = PREFIX + new_key()
    with context.write() as session:
        owner = accounts.credentials(session, account)
        if owner is None or not owner.account.is_open:
            raise NotFound("没有这个账号。", "There is no such account.")
        refuse_unready(context, session, owner)
        made = Token(
            id=new_id(),
            account=account,
            title=title,
            area=area,
            roles=wanted.roles,
            writes=wanted.writes,
            created_at=session.stamp,
            expires_at=session.stamp + timedelta(days=wanted.days),
            ended_at=None,
            seen_at=session.stamp,
        )
        tokens.add(session, made, digest(text))
    return made, text


def listed(context: Context, account: str) -> list[Token]:
    """Return the tokens of an account that are good, the latest first."""
    with context.read() as session:
        return tokens.of_account(session, account)


def revoke(context: Context, account: str, token: str) -> None:
    """End one token of an account.

    Raises
    ------
    NotFound
        If it is not one of the account's.
    """
    with context.write() as session:
        found = tokens.get(session, account, token)
        if found.ended_at is None:
            tokens.end(session, found)


def _title(text: str) -> str:
    title = title_of(text)
    if title is None:
        raise InvalidRequest(
            "写一个名字，说明令牌给谁用，最多 60 个字。",
            "Give the token a name that says what it is for, of at most 60 characters.",
            parameter="title",
        )
    return title
