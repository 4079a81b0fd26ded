"""Headers that keep an answer where it belongs: who may load it, frame it, keep it.

References
----------
Content Security Policy Level 3; HSTS: RFC 6797; Fetch, section 3.7 (Cross-Origin-Resource-Policy).
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

IMPORT_MAP = "sha256-giAvI7gtkDoi/dZakQEt2FqLaafdrKhr7aPNBHF7t4w="
"""Of the one script that is written into the page: it says where a library's own imports lie."""

CONTENT_POLICY = (
    f"default-src 'none'; script-src 'self' '{IMPORT_MAP}'; style-src 'self'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What the page may load and run: its own files, and nothing written into it but the map of
imports."""

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For answers that are no page: should a browser take one for a page, it can do nothing."""

NOT_MODIFIED = 304
_PAGE_TYPES = (b"text/", b"image/svg+xml")
_SHARED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")

Pairs = tuple[tuple[bytes, bytes], ...]


def _pairs(headers: dict[str, str]) -> Pairs:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


_PAGE = _pairs({"Content-Security-Policy": CONTENT_POLICY, **_SHARED})
_DATA = _pairs({"Content-Security-Policy": DATA_POLICY, **_SHARED})
_SECURE = _pairs(dict((_TRANSPORT,)))
_KEPT_BY_NOBODY = _pairs({"Cache-Control": "no-store"})


class SafeHeaders:
    """Adds to every answer what browsers need to be told; what an answer says itself stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and its answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = _SECURE if scope["scheme"] == "https" else ()

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"]
                missing = _missing(message["status"], own)
                message = {**message, "headers": [*own, *missing, *secure]}
            await send(message)

        await self._app(scope, receive, send_safe)


def _missing(status: int, own: list[tuple[bytes, bytes]]) -> Pairs:
    """Return what an answer of this status with these headers lacks."""
    said = dict(own)
    if status == NOT_MODIFIED:
        # its headers take the place of those that came with what the reader has (RFC 9111,
        # section 3.2), and nothing here tells whether that is a page
        added: Pairs = ()
    else:
        added = _PAGE if said.get(b"content-type", b"").startswith(_PAGE_TYPES) else _DATA
    return added if b"cache-control" in said else (*added, *_KEPT_BY_NOBODY)
