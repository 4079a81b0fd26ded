"""`mapserver user`: how the first administrator is made, and what a town's clerk does after."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.services import accounts, signing_in
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope

TOWN = "430424100"
PASSWORD = "tuesday we walk to the dam"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder that is not there yet."""
    return tmp_path / "data"


def user(
    data: Path, *arguments: str, typed: str = "", code: int = 0, language: str = "zh", **env: str
) -> str:
    """Run `mapserver user`, hold it to its exit code, and return what it said."""
    given = {"MAPSERVER_LANG": language, **env}
    words = ["user", *arguments, "--data", str(data)]
    done = CliRunner().invoke(app, words, input=typed, env=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def one_time(said: str) -> str:
    found = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", said)
    assert found, said
    return found[0]


def enters(data: Path, name: str, password: str) -> bool:
    """Tell whether a name and password get in."""
    store = open_store(Settings(data=str(data)))
    context = Context(store, Scope.of_town("system", TOWN), now)
    try:
        return bool(signing_in.sign_in(context, name, password, "", "192.0.2.1"))
    except signing_in.SignInRefused:
        return False
    finally:
        store.close()


def test_the_first_administrator_is_made_with_a_password_that_is_shown_once(data: Path):
    said = user(data, "add", "王芳", "--title", "王芳（党政办）", "--role", "administrator")
    assert "administrator  430424100" in said
    assert enters(data, "王芳", one_time(said))
    assert one_time(said) not in user(data, "list")


def test_a_password_is_typed_twice_at_the_terminal_and_never_shown(data: Path):
    said = user(data, "add", "wangfang", "--type-password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in said
    assert enters(data, "wangfang", PASSWORD)


def test_no_command_takes_a_password_as_an_argument():
    for command in ("add", "reset", "reopen"):
        said = CliRunner().invoke(app, ["user", command, "--help"], env={"COLUMNS": "200"}).output
        assert not re.search(r"--password\b", said)
        assert not re.search(r"password +TEXT", said, re.IGNORECASE)


@pytest.mark.parametrize(("language", "words"), [("zh", "密码太短"), ("en", "too short")])
def test_a_weak_password_makes_no_account(data: Path, language: str, words: str):
    said = user(
        data, "add", "li", "--type-password", typed="123456\n123456\n", code=2, language=language
    )
    assert words in said
    assert "0 个账号" in user(data, "list")


def test_people_are_appointed_listed_and_ended(data: Path):
    user(data, "add", "王芳")
    user(data, "appoint", "王芳", "police", "--since", "2026-01-05", "--until", "2099-02-01")
    assert "police  430424100  2026-01-05 .. 2099-02-01" in user(data, "list", "王")
    said = user(data, "end", "王芳", "police")
    assert re.search(r"2026-01-05 \.\. \d{4}-\d\d-\d\d", said)
    assert "2099" not in said
    assert "王芳" in user(data, "history")
    assert "没有" in user(data, "end", "王芳", "police", code=2)


def test_a_reset_gives_a_new_one_time_password(data: Path):
    first = one_time(user(data, "add", "王芳"))
    second = one_time(user(data, "reset", "王芳", "--second-factor", language="en"))
    assert first != second
    assert not enters(data, "王芳", first)
    assert enters(data, "王芳", second)


def test_a_closed_account_is_listed_where_it_is_asked_for_and_opens_again(data: Path):
    user(data, "add", "王芳")
    user(data, "close", "王芳")
    assert "王芳" not in user(data, "list")
    assert "closed" in user(data, "list", "--closed")
    assert enters(data, "王芳", one_time(user(data, "reopen", "王芳")))


@pytest.mark.parametrize(
    "arguments",
    [
        ("close", "nobody"),
        ("reset", "nobody"),
        ("appoint", "nobody", "police"),
        ("add", "admin"),
        ("appoint", "王芳", "king"),
        ("appoint", "王芳", "police", "430424101"),
        ("appoint", "王芳", "police", "--since", "yesterday"),
    ],
)
def test_what_cannot_be_done_ends_with_two(data: Path, arguments: tuple[str, ...]):
    user(data, "add", "王芳")
    user(data, *arguments, code=2)


def test_the_record_names_whoever_sits_at_the_machine(data: Path):
    user(data, "add", "王芳", "--role", "auditor")
    store = open_store(Settings(data=str(data)))
    context = Context(store, Scope.of_town("local", TOWN), now)
    with context.read() as session:
        actors = session.connection.execute(session.table("event").select()).all()
    assert {row.actor for row in actors} == {"local"}
    assert accounts.find(context, "王芳").account.title == "王芳"
    store.close()


def test_settings_say_who_needs_a_second_factor(monkeypatch: pytest.MonkeyPatch):
    assert Settings().totp_roles == ("administrator", "auditor")
    monkeypatch.setenv("MAPSERVER_TOTP_ROLES", "leader, police")
    assert Settings().totp_roles == ("leader", "police")
    monkeypatch.setenv("MAPSERVER_TOTP_ROLES", "")
    assert Settings().totp_roles == ()
    monkeypatch.setenv("MAPSERVER_TOTP_ROLES", "king")
    with pytest.raises(ValueError, match="king"):
        Settings()


def test_an_account_is_linked_to_another_services_subject_and_parted_again(
    data: Path, tmp_path: Path
):
    secret = tmp_path / "secret"
    secret.write_text("x")
    service = {
        "MAPSERVER_OIDC_ISSUER": "https://id.example",
        "MAPSERVER_OIDC_CLIENT_ID": "map",
        "MAPSERVER_OIDC_CLIENT_SECRET_FILE": str(secret),
        "MAPSERVER_OIDC_ADDRESS": "https://map.example",
    }
    user(data, "add", "wangfang", "--type-password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    said = user(data, "link", "wangfang", "--subject", "42", language="en", code=2)
    assert "MAPSERVER_OIDC_ISSUER" in said
    assert "42" in user(data, "link", "wangfang", "--subject", "42", **service)
    assert "OIDC" in user(data, "list")
    user(data, "add", "li", "--type-password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    said = user(data, "link", "li", "--subject", "42", code=2, language="en", **service)
    assert "belongs to an account already" in said
    user(data, "unlink", "wangfang")
    assert "OIDC" not in user(data, "list")


def test_norms_of_households_are_written_as_two_numbers(monkeypatch):
    assert (Settings().street_norm, Settings().village_norm) == ((300, 500), None)
    monkeypatch.setenv("MAPSERVER_VILLAGE_NORM", "150-300")
    monkeypatch.setenv("MAPSERVER_STREET_NORM", "")
    assert (Settings().street_norm, Settings().village_norm) == (None, (150, 300))
    monkeypatch.setenv("MAPSERVER_VILLAGE_NORM", "300-150")
    with pytest.raises(ValueError, match="300-500"):
        Settings()
