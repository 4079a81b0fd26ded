"""TLS as docs/deploy.md sets it up, by its own commands, and what is refused without it."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapserver.errors import CertificateError
from mapserver.serving import server_for
from mapserver.settings import Settings
from tests.api import town as small
from tests.support.server import Server, running_server

DOCS = Path(__file__).parents[1] / "docs/deploy.md"

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes certificates")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the authority and the certificate that the document makes."""
    folder = tmp_path_factory.mktemp("tls")
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    for block in [block for block in blocks if block.startswith("openssl")]:
        subprocess.run(["sh", "-euc", block], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def secure(made: Path) -> Iterator[Server]:
    """Yield a server of the small town that speaks TLS."""
    small.build(made / "data")
    arguments = ["serve", "--data", str(made / "data")]
    arguments += ["--tls-cert", str(made / "server.crt"), "--tls-key", str(made / "server.key")]
    with running_server(
        arguments,
        made / "server.log",
        env={"MAPSERVER_NAMES": "map.town.lan"},
        secure=True,
    ) as server:
        yield server


def ask(server: Server, context: ssl.SSLContext, name: str, request: bytes) -> bytes:
    """Send a request over TLS and return the answer."""
    port = int(server.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


REQUEST = b"GET /conformance HTTP/1.1\r\nHost: map.town.lan\r\nConnection: close\r\n\r\n"


def trusting(made: Path) -> ssl.SSLContext:
    """Return a context that trusts the town's authority, as strictly as it goes."""
    context = ssl.create_default_context(cafile=str(made / "ca.crt"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def test_documented_certificate_serves_the_town_over_tls(made: Path, secure: Server):
    answer = ask(secure, trusting(made), "map.town.lan", REQUEST)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"strict-transport-security: max-age=" in answer
    assert b"\r\nserver:" not in answer.lower()


def test_greeting_names_the_address_with_https(secure: Server):
    assert "https://127.0.0.1:" in secure.printed()


def test_own_page_may_write_over_tls(made: Path, secure: Server):
    head = b"DELETE /imports/x HTTP/1.1\r\nHost: map.town.lan\r\nConnection: close\r\nOrigin: "
    # who is let through is asked to sign in
    for origin, status in {b"https://map.town.lan": b"401", b"http://map.town.lan": b"403"}.items():
        answer = ask(secure, trusting(made), "map.town.lan", head + origin + b"\r\n\r\n")
        assert answer.split()[1] == status


def test_name_that_the_certificate_lacks_is_not_believed(made: Path, secure: Server):
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(secure, trusting(made), "other.town.lan", REQUEST)


def test_authority_of_the_town_is_good_for_the_towns_names_only(made: Path, tmp_path: Path):
    """Whoever steals its key cannot pass for another site."""
    for name in ("ca.crt", "ca.key"):
        shutil.copy(made / name, tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "server.csr" in block]
    foreign = block.replace("map.town.lan", "bank.example")
    subprocess.run(["sh", "-euc", foreign], cwd=tmp_path, check=True, capture_output=True)

    def verified(folder: Path) -> int:
        command = ["openssl", "verify", "-CAfile", "ca.crt", "server.crt"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode

    assert verified(made) == 0
    assert verified(tmp_path) != 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_of_tls_are_refused(made: Path, secure: Server, version: ssl.TLSVersion):
    context = trusting(made)
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(secure, context, "map.town.lan", REQUEST)


def test_plain_request_to_the_secure_port_gets_nothing(secure: Server):
    with socket.create_connection(("127.0.0.1", int(secure.url.rpartition(":")[2])), 10) as plain:
        plain.sendall(REQUEST)
        assert b"HTTP/1.1 200" not in plain.recv(65536)


@pytest.mark.parametrize(
    ("certificate", "key"),
    [("server.crt", "ca.key"), ("server.crt", None), ("nothing.crt", None), ("ca.key", "ca.key")],
)
def test_certificate_that_cannot_be_used_is_named(made: Path, certificate: str, key: str | None):
    settings = Settings(
        data=str(made), tls_cert=made / certificate, tls_key=made / key if key else None
    )
    with pytest.raises(CertificateError) as told:
        server_for(settings, None)  # type: ignore[arg-type]
    assert str(made / certificate) in told.value.zh
    assert str(made / certificate) in told.value.en
