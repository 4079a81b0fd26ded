"""The log: JSON lines that say what happened and where, and quote nothing."""

import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from mapserver import logs

ID_NUMBER, PHONE = "43049919900503001X", "19900001111"


class Lines:
    """What was logged."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue().decode()

    @property
    def last(self) -> dict:
        """The last line."""
        line: dict = json.loads(self.text.splitlines()[-1])
        return line


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Yield what is logged in this process from now on."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, threading.excepthook, sys.unraisablehook
    kept = Lines()
    logs.configure("info", kept.stream)
    yield kept
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, threading.excepthook, sys.unraisablehook = before


def test_line_says_what_when_and_by_whom(lines: Lines):
    logging.getLogger("mapserver.x").warning("kept %s", 3, extra=logs.told(rows=7))
    assert lines.last.pop("at").endswith("Z")
    told = {name: value for name, value in lines.last.items() if name != "at"}
    assert told == {"level": "warning", "event": "kept 3", "logger": "mapserver.x", "rows": 7}


def test_line_below_the_level_is_not_written(lines: Lines):
    logging.getLogger("mapserver.x").debug("nothing")
    assert lines.text == ""


def test_line_within_a_request_carries_its_number(lines: Lines):
    token = logs.request_id.set("0123456789ab")
    logging.getLogger("mapserver.x").info("one")
    logs.request_id.reset(token)
    assert lines.last["request"] == "0123456789ab"
    logging.getLogger("mapserver.x").info("two")
    assert "request" not in lines.last


def test_error_is_told_by_class_place_and_causes_and_not_by_its_words(lines: Lines):
    try:
        try:
            raise KeyError(PHONE)
        except KeyError as error:
            raise ValueError(f"row of {ID_NUMBER}") from error
    except ValueError:
        logging.getLogger("mapserver.x").exception("failed")
    assert (lines.last["error"], lines.last["causes"]) == ("ValueError", ["KeyError"])
    (frame,) = lines.last["frames"]
    assert frame.startswith("tests/test_logs.py:") or "/tests/test_logs.py:" in frame
    assert frame.endswith(" in test_error_is_told_by_class_place_and_causes_and_not_by_its_words")
    for secret in (ID_NUMBER, PHONE, "row of"):
        assert secret not in lines.text


def test_library_is_told_by_its_place_alone(lines: Lines):
    """Asyncio quotes the exception, a database its row."""
    logging.getLogger("asyncio").error("Task failed: ValueError(%r)", "张三")
    assert lines.last["logger"] == "asyncio"
    assert re.fullmatch(r"said by a library in test_logs, line \d+", lines.last["event"])
    assert "张三" not in lines.text


def test_warning_is_told_by_its_place_alone(lines: Lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("张三", stacklevel=1)
    assert lines.last["logger"] == "py.warnings"
    assert "张三" not in lines.text


def test_thread_that_ends_by_an_error_is_told_without_its_words(lines: Lines, capfd):
    def fail() -> None:
        raise RuntimeError(ID_NUMBER)

    thread = threading.Thread(target=fail, name="one")
    thread.start()
    thread.join()
    assert (lines.last["event"], lines.last["thread"]) == ("a thread ended", "one")
    assert lines.last["error"] == "RuntimeError"
    assert ID_NUMBER not in lines.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "secret",
    [ID_NUMBER, ID_NUMBER.lower(), PHONE, "Bearer abc.def-1", "basic dXNlcjpwYXNz"],
)
def test_what_still_looks_like_a_secret_is_blanked(lines: Lines, secret: str):
    logging.getLogger("mapserver.x").info("from %s on", secret, extra=logs.told(more=secret))
    assert secret not in lines.text
    assert lines.last["event"] == "from *** on"


@pytest.mark.parametrize("plain", ["430424100201001", "2026-11-24T03:05:17Z", "01900000000070008"])
def test_codes_of_areas_and_times_are_left(lines: Lines, plain: str):
    logging.getLogger("mapserver.x").info(plain)
    assert lines.last["event"] == plain


def test_what_cannot_be_written_stops_nobody(lines: Lines, capsys):
    logging.getLogger("mapserver.x").info("odd", extra=logs.told(value="\ud800"))
    assert "could not be written" in capsys.readouterr().err
    logging.getLogger("mapserver.x").info("even")
    assert lines.last["event"] == "even"
