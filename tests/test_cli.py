"""The commands as people and programs call them; the demo is tested in tests/demo/."""

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mapserver import __version__, cli
from mapserver.cli import app
from tests.api import town as small
from tests.api.test_api_imports import NEW_ID, NEWCOMER, REFUSED, TO_DECIDE, book

SHIPPED = 12


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def mapserver(*arguments: str | Path, language: str = "zh", **env: str) -> Ended:
    """Run the command in this process to its end."""
    given = {"MAPSERVER_LANG": language, **env}
    done = CliRunner().invoke(app, [str(one) for one in arguments], env=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ended(done.exit_code, done.stdout, done.stderr)


def as_process(*arguments: str | Path) -> Ended:
    """Run the command as a process of its own, its output in no terminal, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "mapserver.cli", *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small town's data folder, to be copied."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    small.build(folder)
    return folder


@pytest.fixture
def data(kept: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    return Path(shutil.copytree(kept, tmp_path / "data"))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Return a register of three rows: one good, one to decide, one to refuse."""
    file = tmp_path / "登记表.xlsx"
    file.write_bytes(book(NEWCOMER, TO_DECIDE, REFUSED))
    return file


# ---------------------------------------------------------------- check-layers


@pytest.mark.parametrize(("language", "words"), [("zh", "没有问题"), ("en", "no faults")])
def test_layers_that_ship_have_no_fault(tmp_path: Path, language: str, words: str):
    ended = mapserver("check-layers", "--data", tmp_path, language=language)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{SHIPPED} ")
    assert words in ended.out


def test_every_fault_is_named_by_file_line_and_key(tmp_path: Path):
    folder = tmp_path / "layers"
    folder.mkdir()
    (folder / "pond.toml").write_text(
        'title = {zh = "鱼塘", en = "Ponds"}\n'
        'geometry = "blob"\n'
        "\n"
        "[[field]]\n"
        'name = "depth"\n'
        'title = {zh = "深", en = "Depth"}\n'
        'type = "metres"\n',
        "utf-8",
    )
    (folder / "well.toml").write_text("title = \n", "utf-8")
    ended = mapserver("check-layers", folder, language="en")
    lines = ended.out.splitlines()
    assert ended.code == 1
    assert any(line.startswith("pond.toml:2: geometry") for line in lines)
    assert any(line.startswith("pond.toml:7: field.depth.type: ") for line in lines)
    assert any(line.startswith("well.toml:1: syntax: ") for line in lines)
    assert lines[-1] == f"{len(lines) - 1} to mend."
    assert mapserver("check-layers", folder).out.splitlines()[-1] == f"{len(lines) - 1} 处要改。"
    # the data folder's own layers are looked at without being named
    assert mapserver("check-layers", "--data", tmp_path, language="en").out == ended.out


def test_own_layer_may_point_at_one_that_ships(tmp_path: Path):
    (tmp_path / "pond.toml").write_text(
        'title = {zh = "鱼塘", en = "Ponds"}\n'
        'geometry = "none"\n'
        'located_by = "house"\n'
        "[[field]]\n"
        'name = "house"\n'
        'title = {zh = "房屋", en = "House"}\n'
        'type = "ref"\n'
        'layer = "house"\n',
        "utf-8",
    )
    ended = mapserver("check-layers", tmp_path, language="en")
    assert (ended.code, ended.out) == (0, f"{SHIPPED + 1} layers, no faults.\n")


def test_folder_that_is_not_there_is_no_folder_without_faults(tmp_path: Path):
    ended = mapserver("check-layers", tmp_path / "nowhere", language="en")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"There is no folder {tmp_path / 'nowhere'}.\n"


# ---------------------------------------------------------------- import


def test_import_says_what_was_held_back_and_why_and_ends_with_1(data: Path, register: Path):
    ended = mapserver("import", "person", register, "--data", data)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert any("新屋村 4" in line and "孙八" in line and "校验" in line for line in lines)
    assert any("新屋村 3" in line and "钱七" in line for line in lines)
    assert not any("赵六" in line for line in lines)
    assert lines[-1].split() == ["新增", "1", "更新", "0", "没变", "0", "待你定", "1", "拒收", "1"]


def test_import_speaks_english_where_asked(data: Path, register: Path):
    ended = mapserver("import", "person", register, "--data", data, language="en_GB.UTF-8")
    assert ended.out.splitlines()[-1].startswith("added 1  updated 0  unchanged 0")


def test_import_of_good_rows_ends_with_0_and_again_changes_nothing(data: Path, tmp_path: Path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(book(NEWCOMER))
    first = mapserver("import", "person", file, "--data", data, "--json")
    again = mapserver("import", "person", file, "--data", data, "--json")
    assert (first.code, again.code) == (0, 0)
    assert json.loads(first.out)["counts"]["added"] == 1
    counts = json.loads(again.out)["counts"]
    assert (counts["added"], counts["unchanged"]) == (0, 1)


def test_json_tells_the_counts_and_every_row(data: Path, register: Path):
    """In a process of its own, where output goes to a program: bytes of UTF-8, no bar."""
    ended = as_process("import", "person", register, "--data", data, "--json")
    assert (ended.code, ended.err) == (1, "")
    told = json.loads(ended.out)
    assert set(told) >= {"import", "counts", "houses", "unassigned", "contradictions", "rows"}
    assert told["counts"] == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "decision": 1,
        "refused": 1,
    }
    assert [row["outcome"] for row in told["rows"]] == ["added", "decision", "refused"]
    (fault,) = [one for one in told["rows"][2]["problems"] if one["severity"] == "refuse"]
    assert (fault["cell"], fault["code"]) == ("C4", "id-bad-check-digit")
    assert NEW_ID not in ended.out


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "打不开"), ("en", "cannot be opened: No such file or directory.")],
)
def test_file_that_is_not_there_is_said_and_nothing_is_made(
    tmp_path: Path, language: str, words: str
):
    ended = mapserver(
        "import", "person", tmp_path / "a.xlsx", "--data", tmp_path / "data", language=language
    )
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "data").exists()


def test_layer_that_is_unknown_is_said(data: Path, register: Path):
    ended = mapserver("import", "pond", register, "--data", data, language="en")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "There is no collection called pond.\n"


def test_file_that_is_no_spreadsheet_is_said(data: Path, tmp_path: Path):
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7 x")
    ended = mapserver("import", "person", file, "--data", data, language="en")
    assert (ended.code, ended.out) == (2, "")
    assert "PDF" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_layer_file_with_a_fault_stops_the_start_and_says_where(data: Path, register: Path):
    (data / "layers").mkdir()
    (data / "layers" / "pond.toml").write_text('title = "x"\ngeometry = "blob"\n', "utf-8")
    ended = mapserver("import", "person", register, "--data", data, language="en")
    assert ended.code == 2
    assert "pond.toml:" in ended.err
    assert "check-layers" in ended.err


# ---------------------------------------------------------------- serve


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_address_that_others_reach_is_refused_without_tls(tmp_path: Path, host: str):
    ended = mapserver("serve", "--host", host, "--data", tmp_path / "data", "--port", "0")
    assert (ended.code, ended.out) == (2, "")
    assert f"{host} is not a loopback address" in ended.err
    for way_out in ("--tls-cert", "127.0.0.1", "--insecure"):
        assert ended.err.count(way_out) == 2  # in either language
    assert not (tmp_path / "data").exists()


def test_environment_sets_what_no_option_does(tmp_path: Path):
    ended = mapserver("serve", "--data", tmp_path / "data", MAPSERVER_HOST="0.0.0.0")
    assert ended.code == 2
    assert "0.0.0.0" in ended.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_others_are_served_in_clear_only_when_told_and_with_a_warning(data: Path, language: str):
    """In a process of its own; it is stopped as soon as it has said where it is."""
    command = [sys.executable, "-m", "mapserver.cli", "serve", "--data", str(data)]
    with subprocess.Popen(
        [*command, "--host", "0.0.0.0", "--port", "0", "--insecure"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"MAPSERVER_LANG": language},
    ) as running:
        assert running.stderr is not None
        warning = running.stderr.readline().decode()
        running.terminate()
        rest = running.stderr.read().decode()
    assert {"zh": "明着走", "en": "in clear"}[language] in warning
    assert "Traceback" not in rest


def test_certificate_that_is_not_there_is_said(data: Path, tmp_path: Path):
    missing = tmp_path / "server.crt"
    ended = mapserver(
        *("serve", "--data", data, "--port", "0", "--tls-cert", missing), language="en"
    )
    assert ended.code == 2
    assert f"The certificate {missing} or its key {missing} cannot be used" in ended.err
    assert "Traceback" not in ended.err


def test_port_that_is_taken_is_said_before_anything_is_made(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = mapserver("serve", "--data", tmp_path / "data", "--port", port, language="en")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"Port {port} cannot be used: ")
    assert "--port" in ended.err
    assert not (tmp_path / "data").exists()


def test_data_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    ended = mapserver("serve", "--data", tmp_path / "file" / "data", "--port", "0", language="en")
    assert ended.code == 2
    assert "cannot be made" in ended.err
    assert "Traceback" not in ended.err


def test_version_and_help_and_wrong_use():
    assert mapserver("--version").out == f"{__version__}\n"
    assert "check-layers" in mapserver("--help").out
    assert mapserver("serve", "--port", "99999").code == 2
    assert mapserver("nothing").code == 2


def test_answers_are_sent_at_once():
    """Asyncio turns Nagle's algorithm off only for sockets that name TCP as their protocol.

    With it, a reader of a kept connection waits 40 ms for each answer (RFC 1122, 4.2.3.2).
    """
    with cli._bound("127.0.0.1", 0) as place:
        assert place.proto == socket.IPPROTO_TCP
