"""A service that vouches for people, on this machine: it does as OpenID Connect says, or not.

Whoever comes is taken for `subject` without being asked. A test changes what it answers by its
attributes; `seen` has what it was asked for, `redeemed` the forms that came to its token endpoint.
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "map.town", "a-secret-of-two"


def key(name: str, number: int = 0) -> RSAKey:
    """Return a key of this name, made once a run."""
    return _made(name, number)


@cache
def _made(name: str, _: int) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


class Provider:
    """The service; `host` is what it calls this machine."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.issuer = f"http://{host}:{self._server.server_port}"
        self.subject = "248289761001"
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.signs_with = "first"
        self.publishes: tuple[str, ...] = ("first",)
        self.number = 0
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.answers: dict[str, Callable[[dict[str, str]], tuple[int, bytes]]] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.seen: list[str] = []
        self.redeemed: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    @contextmanager
    def running(self) -> Iterator["Provider"]:
        """Answer until the block ends, or until it is stopped before."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stop()
            thread.join()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def signed(self, claims: dict[str, Any]) -> str:
        """Return an ID token as it should be."""
        header = {"alg": "RS256", "kid": self.signs_with}
        return jwt.encode(header, claims, key(self.signs_with, self.number))

    def unsigned(self, claims: dict[str, Any]) -> str:
        """Return a token that says it needs no signature."""
        return f"{_part({'alg': 'none'})}.{_part(claims)}."

    def signed_with_what_all_know(self, claims: dict[str, Any]) -> str:
        """Return a token signed by HMAC under the public key, as if that were a secret."""
        text = f"{_part({'alg': 'HS256', 'kid': self.signs_with})}.{_part(claims)}"
        known = key(self.signs_with, self.number).as_pem(private=False)
        return f"{text}.{_base64(hmac.digest(known, text.encode(), 'sha256'))}"

    def answer(self, path: str, form: dict[str, str], auth: str) -> tuple[int, bytes]:
        """Return the status and the body, or the place where a browser goes, for one request."""
        self.seen.append(path)
        if path in self.answers:
            return self.answers[path](form)
        match path:
            case "/.well-known/openid-configuration":
                return 200, orjson.dumps(self._described() | self.document)
            case "/jwks":
                keys = KeySet([key(name, self.number) for name in self.publishes])
                return 200, orjson.dumps(keys.as_dict(private=False))
            case "/authorize":
                return 303, self._sends_back(form).encode()
            case "/token":
                return self._redeems(form, auth)
            case _:
                return 404, b""

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _sends_back(self, asked: dict[str, str]) -> str:
        assert asked["response_type"] == "code"
        assert asked["scope"] == "openid"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        told = {"code": code, "state": asked["state"], "session_state": "x"}
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def _redeems(self, form: dict[str, str], auth: str) -> tuple[int, bytes]:
        self.redeemed.append(form)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret"))
        if auth != f"Basic {basic}" and posted != (CLIENT, SECRET):
            return 401, orjson.dumps({"error": "invalid_client"})
        asked = self._codes.pop(form["code"], None)
        challenge = _base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return 400, orjson.dumps({"error": "invalid_grant"})
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        told = {name: value for name, value in (claims | self.claims).items() if value is not None}
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(told)}
        return 200, orjson.dumps(token)


def _part(value: dict[str, Any]) -> str:
    return _base64(orjson.dumps(value))


def _base64(data: bytes) -> str:
    """Return base64url without padding (RFC 7515, appendix C)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, form: str) -> None:
            auth = self.headers.get("Authorization", "")
            path = urlsplit(self.path).path
            status, body = provider.answer(path, dict(parse_qsl(form)), auth)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked has had enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def after(seconds: float, status: int = 200) -> Callable[[dict[str, str]], tuple[int, bytes]]:
    """Return what answers late."""

    def answer(_: dict[str, str]) -> tuple[int, bytes]:
        time.sleep(seconds)
        return status, b"{}"

    return answer


def settings_for(provider: Provider, secret_file: Any, address: str) -> dict[str, Any]:
    """Return the settings by which a server knows the provider; the secret's file is written."""
    secret_file.write_text(f"{SECRET}\n")
    secret_file.chmod(0o600)
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret_file": secret_file,
        "oidc_address": address,
        "oidc_title": "县政务通",
    }
