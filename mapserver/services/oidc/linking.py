"""Linking accounts to whom the other service knows; it makes none by itself."""

from mapserver.domain.linked import LONGEST, LONGEST_SUBJECT, identity_of
from mapserver.errors import InvalidRequest
from mapserver.services import accounts
from mapserver.services.context import Context


def link(context: Context, account: str, issuer: str | None, subject: str) -> None:
    """Let somebody sign in by another service, as whom it knows as `subject`.

    Raises
    ------
    InvalidRequest
        If there is no such service, or the subject can be none.
    Conflict
        If it is the caller's own account, is closed, or another is linked to the subject.
    """
    if issuer is None:
        raise InvalidRequest(
            "还没有设好可以用来登录的其他服务（MAPSERVER_OIDC_ISSUER）。",
            "No other service to sign in by is set up (MAPSERVER_OIDC_ISSUER).",
        )
    identity = identity_of(issuer, subject.strip())
    if identity is None:
        raise InvalidRequest(
            f"对方的用户编号（sub）是 1 到 {LONGEST_SUBJECT} 个英文字符，"
            f"连同对方地址不超过 {LONGEST} 个。",
            f"A subject (sub) has 1 to {LONGEST_SUBJECT} ASCII characters, and at most {LONGEST} "
            "together with the service's address.",
            parameter="subject",
        )
    accounts.link(context, account, identity)
