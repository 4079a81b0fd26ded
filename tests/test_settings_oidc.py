"""The settings of signing in by another service: all of them or none, and nothing in clear."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.errors import ProviderMisset
from mapserver.services.oidc import registration
from mapserver.services.oidc.registration import Registration
from mapserver.settings import Settings


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file with the secret, readable by its owner alone."""
    path = tmp_path / "secret"
    path.write_text("a-secret\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def whole(secret: Path) -> dict[str, Any]:
    """Return the settings that it takes."""
    return {
        "oidc_issuer": "https://id.county.example/realms/staff",
        "oidc_client_id": "map",
        "oidc_client_secret_file": secret,
        "oidc_address": "https://map.town.lan",
    }


def test_nothing_set_is_no_service():
    assert Registration.of(Settings()) is None


def test_all_set_is_a_service_called_by_its_host(whole: dict[str, Any]):
    ours = Registration.of(Settings(**whole))
    assert ours is not None
    assert (ours.title, ours.secret, ours.amr) == ("id.county.example", "a-secret", ())
    assert ours.redirect_uri == "https://map.town.lan/session/oidc/callback"
    assert "a-secret" not in repr(ours)
    assert "map.town.lan" in Settings(**whole).known_names


def test_words_of_several_factors_stand_between_commas(whole: dict[str, Any], monkeypatch):
    monkeypatch.setenv("MAPSERVER_OIDC_AMR", "mfa, hwk")
    monkeypatch.setenv("MAPSERVER_OIDC_ACR", "urn:two")
    settings = Settings(**whole)
    assert (settings.oidc_amr, settings.oidc_acr) == (("mfa", "hwk"), ("urn:two",))


@pytest.mark.parametrize(
    "left_out", ["oidc_issuer", "oidc_client_id", "oidc_client_secret_file", "oidc_address"]
)
def test_half_of_the_settings_is_refused_by_name(whole: dict[str, Any], left_out: str):
    del whole[left_out]
    with pytest.raises(ValidationError, match=f"lack MAPSERVER_{left_out.upper()}"):
        Settings(**whole)


@pytest.mark.parametrize("alone", [{"oidc_title": "X"}, {"oidc_amr": "mfa"}, {"oidc_acr": "2"}])
def test_what_comes_with_a_service_is_refused_without_one(alone: dict[str, str]):
    with pytest.raises(ValidationError, match="MAPSERVER_OIDC_ISSUER"):
        Settings(**alone)


@pytest.mark.parametrize("name", ["oidc_issuer", "oidc_address"])
@pytest.mark.parametrize(
    "address",
    [
        "http://id.county.example",
        "http://192.168.1.5",
        "id.county.example",
        "ftp://id.county.example",
        "https://",
        "https://id.county.example?x=1",
        "https://id.county.example#x",
        "https://a@id.county.example",
        " https://id.county.example",
        "https://身份.example",
        "https://[x",
        "https://x:99999",
        "",
    ],
)
def test_address_that_is_not_safe_or_not_one_is_refused(
    whole: dict[str, Any], name: str, address: str
):
    with pytest.raises(ValidationError, match="https"):
        Settings(**{**whole, name: address})


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000"])
def test_this_machine_needs_no_tls(whole: dict[str, Any], host: str):
    here = {"oidc_issuer": f"http://{host}", "oidc_address": f"http://{host}"}
    assert Registration.of(Settings(**{**whole, **here})) is not None


@pytest.mark.parametrize("address", ["https://map.town.lan/map", "https://map.town.lan:443"])
def test_address_of_this_server_is_as_browsers_write_it(whole: dict[str, Any], address: str):
    with pytest.raises(ValidationError, match="without a path"):
        Settings(**{**whole, "oidc_address": address})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_secret_that_others_may_read_is_refused(whole: dict[str, Any], secret: Path, mode: int):
    secret.chmod(mode)
    with pytest.raises(ProviderMisset, match="chmod 600"):
        Registration.of(Settings(**whole))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two\nlines", "密".encode(), b"\xff", b"x" * 1001]
)
def test_file_that_holds_no_secret_is_refused(whole: dict[str, Any], secret: Path, content: bytes):
    secret.write_bytes(content)
    with pytest.raises(ProviderMisset, match="secret"):
        Registration.of(Settings(**whole))


def test_file_that_is_not_there_is_refused(whole: dict[str, Any], secret: Path):
    secret.unlink()
    with pytest.raises(ProviderMisset, match="No such file"):
        Registration.of(Settings(**whole))


def test_missing_libraries_are_named_with_the_command_that_installs_them(
    whole: dict[str, Any], monkeypatch
):
    monkeypatch.setattr(registration, "LIBRARIES", ("json", "no_such_library"))
    with pytest.raises(ProviderMisset, match=r"township-mapserver\[oidc\]") as caught:
        Registration.of(Settings(**whole))
    assert "no_such_library missing" in str(caught.value)


@pytest.mark.parametrize(("language", "words"), [("zh", "别人也能读"), ("en", "read by others")])
def test_server_does_not_start_with_them(
    tmp_path: Path, whole: dict[str, Any], secret: Path, language: str, words: str
):
    secret.chmod(0o644)
    env = {f"MAPSERVER_{name.upper()}": str(value) for name, value in whole.items()}
    arguments = ["serve", "--data", str(tmp_path / "data"), "--port", "0"]
    done = CliRunner().invoke(app, arguments, env={**env, "MAPSERVER_LANG": language})
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_libraries_are_not_loaded_at_start(tmp_path: Path, whole: dict[str, Any]):
    """Neither without a service nor with one: only whoever presses the button waits for them."""
    program = """
import sys
from mapserver.app import create_app
from mapserver.settings import Settings
create_app(Settings())
print(sorted({"authlib", "httpx2", "joserfc"} & set(sys.modules)))
"""
    given = {f"MAPSERVER_{name.upper()}": str(value) for name, value in whole.items()}
    for service in ({}, given):
        env = {**os.environ, **service, "MAPSERVER_DATA": str(tmp_path / "data")}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"
