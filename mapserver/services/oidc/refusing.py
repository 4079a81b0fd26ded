"""Why somebody who comes back from the other service is not let in: told, noted, and counted.

Whoever it is reads the same few sentences; what was wrong stands in the record alone.
"""

from mapserver.errors import ProviderRefused, SignInStale
from mapserver.services.attempts import is_crowded
from mapserver.services.context import Context
from mapserver.services.memory import memory_of
from mapserver.services.tries import STRANGERS, network_of
from mapserver.services.vouched import WAY
from mapserver.store.events import Event


class Unbelieved(ProviderRefused):
    """The other service does not vouch for somebody; `why` and `word` are for the record."""

    def __init__(self, why: str, word: str | None = None) -> None:
        super().__init__(
            "对方服务没有让登录，或回答不可信。再试一次；还是不行，告诉管理员。",
            "The other service did not let you in, or its answer cannot be believed. Try again; "
            "if it fails again, tell the administrator.",
        )
        self.why = why
        self.word = word


_LONGEST_CLIENT = 64
_KNOWN_WORDS = frozenset(
    (
        "access_denied", "interaction_required", "invalid_client", "invalid_grant",
        "invalid_request", "invalid_scope", "login_required", "server_error",
        "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type",
    )
)  # fmt: skip
"""What a service may say (RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6).

Anything else could be text of whoever wrote the address, and belongs into no record.
"""


def note(
    context: Context, client: str, why: str, word: str | None = None, *, by_anybody: bool = False
) -> None:
    """Note a refusal, and count it against the place it came from.

    What can be had `by_anybody`, without the other service, fills no record: from where many
    come in vain it is only counted.
    """
    crowded = is_crowded(context, client)
    memory_of(context.store).tries.count(STRANGERS, network_of(client))
    if by_anybody and crowded:
        return
    told = {"client": client[:_LONGEST_CLIENT], "why": why, "how": WAY}
    if word is not None:
        told["code"] = word
    with context.write() as session:
        session.append([Event("sign-in-refused", "sign_in", None, None, {"note": told})])


def word_of(text: str) -> str:
    """Return a word of the other service's as the record may have it."""
    return text if text in _KNOWN_WORDS else "other"


def stale() -> SignInStale:
    """Return the error of a sign-in that was not begun here, or is over."""
    return SignInStale(
        "这次登录已过期，或不是在这个浏览器里开始的。从头再来。",
        "This sign-in has expired, or was not begun in this browser. Begin again.",
    )
