"""What every request passes: the host it names, where it comes from, and safe headers."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.answers import as_json

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


class Guard:
    """Refuse writes that another site's page sends, and names that are not this machine's.

    Without the first, any page open in the browser could post to a server on loopback;
    without the second, so could one whose name was made to point here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal:
            await _refuse(send, refusal)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safe)

    def _refusal(self, method: str, headers: Headers) -> tuple[str, str] | None:
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return "unknown-host", "这台服务器不叫这个名字。 This server does not go by that name."
        if method in _READS:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and origin.split("://")[-1] != host
        if foreign or headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "cross-site", "别的网站不能在这里写入。 Another site may not write here."
        return None


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


async def _refuse(send: Send, refusal: tuple[str, str]) -> None:
    code, detail = refusal
    body = as_json({"type": f"/problems/{code}", "title": detail, "status": 403, "code": code})
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
