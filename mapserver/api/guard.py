"""What every request passes first: the host it names, and which page it comes from.

A browser says where a request comes from: `Origin` with every write, `Sec-Fetch-Site` with
everything, and pages cannot change either. A request that says neither comes from no page.
So no other site can write here in a user's name (CSRF), nor load from here, which would tell it
something even of answers that it cannot read.

References
----------
Fetch Metadata Request Headers (W3C); the Origin header: RFC 6454 section 7; one Host: RFC 9112
section 3.2.
"""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mapserver.api.callers import caller_of
from mapserver.api.desk import Desk
from mapserver.api.language import language_of
from mapserver.api.problems import problem_response
from mapserver.api.refusing import REFUSED, note_early
from mapserver.errors import MapserverError

_READS = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = (b"same-origin", b"none")
_PAGES = (b"document", b"")
_ASKED = (b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not passed on."""

    status: int
    code: str
    zh: str
    en: str


_UNKNOWN_HOST = Refusal(
    403,
    "unknown-host",
    "这台服务器不叫这个名字，用 127.0.0.1 打开；要用这个名字，请管理员写进 MAPSERVER_NAMES。",
    "This server does not go by that name; open it as 127.0.0.1. To use the name, have the "
    "administrator add it to MAPSERVER_NAMES.",
)
_CROSS_SITE = Refusal(
    403, "cross-site", "别的网站不能在这里写入。", "Another site may not write here."
)
_CROSS_SITE_READ = Refusal(
    403, "cross-site", "别的网站不能从这里取数据。", "Another site may not load from here."
)
_NUL = Refusal(
    400, "invalid-request", "地址里有不能用的字符。", "The address holds a character it may not."
)
_TWO_HOSTS = Refusal(
    400, "invalid-request", "请求写了几个 Host。", "The request names more than one host."
)


@dataclass(frozen=True, slots=True)
class Names:
    """By which names browsers reach this server.

    Parameters
    ----------
    known : frozenset of str
        In lower case, without a port.
    any_address : bool
        Whether any IP address will do. A name can be made to point here by whoever owns it
        (DNS rebinding), an address cannot; so a server that others reach answers to each.
    """

    known: frozenset[str]
    any_address: bool = False

    def has(self, name: str) -> bool:
        """Return whether the server goes by `name`."""
        return name in self.known or (self.any_address and _is_address(name))


class Guard:
    """Refuse what another site's page sends or loads, and names that are not this server's."""

    def __init__(self, app: ASGIApp, names: Names, desk: Desk) -> None:
        self._app = app
        self._names = names
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await _refuse(Request(scope), refusal)(scope, receive, send)
            if refusal.status in REFUSED:
                await self._note(scope, refusal.code)

    async def _note(self, scope: Scope, code: str) -> None:
        caller = None
        # the refusal is out: a store that does not answer leaves it a stranger's
        with suppress(MapserverError):
            caller = await caller_of(scope, self._desk, uses=False)
        await note_early(scope, self._desk, code, caller)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = scope["headers"]
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) > 1:
            return _TWO_HOSTS
        host = hosts[0].decode("latin-1").lower() if hosts else ""
        if not self._names.has(_name(host)):
            return _UNKNOWN_HOST
        # no file's name and no text of PostgreSQL holds it
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return _NUL
        told = {name: value for name, value in headers if name in _ASKED}
        return _foreign(scope, host, told) if told else None


def _foreign(scope: Scope, host: str, told: dict[bytes, bytes]) -> Refusal | None:
    """Return why a request that a page made is refused, by what the browser told of it."""
    own_site = told.get(b"sec-fetch-site", b"none") in _OWN_SITE
    if scope["method"] in _READS:
        return None if own_site or _is_visit(told) else _CROSS_SITE_READ
    own = f"{scope['scheme']}://{host}"
    origin = told.get(b"origin", own.encode()).decode("latin-1").lower()
    return None if own_site and origin == own else _CROSS_SITE


def _is_visit(told: dict[bytes, bytes]) -> bool:
    """Whether somebody follows a link to here, in a window of its own."""
    return told.get(b"sec-fetch-mode") == b"navigate" and told.get(b"sec-fetch-dest", b"") in _PAGES


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _refuse(request: Request, refusal: Refusal) -> Response:
    detail = refusal.en if language_of(request) == "en" else refusal.zh
    return problem_response(request, refusal.status, refusal.code, detail)
