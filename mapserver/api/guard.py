"""What every request passes: the host it names, where it comes from, and safe headers."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.language import language_of
from mapserver.api.problems import problem_response

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READS = ("GET", "HEAD", "OPTIONS")


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
    "这台服务器不叫这个名字，用 127.0.0.1 打开。",
    "This server does not go by that name; open it as 127.0.0.1.",
)
_CROSS_SITE = Refusal(
    403, "cross-site", "别的网站不能在这里写入。", "Another site may not write here."
)
_NUL = Refusal(
    400, "invalid-request", "地址里有不能用的字符。", "The address holds a character it may not."
)


class Guard:
    """Refuse writes that another site's page sends, and names that are not this machine's.

    Without the first, any page open in the browser could post to a server on loopback;
    without the second, so could one whose name was made to point here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_safe)
        else:
            await _refuse(Request(scope), refusal)(scope, receive, send_safe)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if _name(host) not in self._hosts:
            return _UNKNOWN_HOST
        # no file's name and no text of PostgreSQL holds it
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return _NUL
        if scope["method"] not in _READS and _is_foreign(headers, host):
            return _CROSS_SITE
        return None


def _is_foreign(headers: Headers, host: str) -> bool:
    origin = headers.get("origin")
    if origin is not None and origin.lower().split("://")[-1] != host:
        return True
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _refuse(request: Request, refusal: Refusal) -> Response:
    detail = refusal.en if language_of(request) == "en" else refusal.zh
    return problem_response(request, refusal.status, refusal.code, detail)
