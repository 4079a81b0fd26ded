"""The program's log: one JSON object a line on standard error, which never quotes data.

Operators copy logs around, so nothing of what a town keeps may get into one. A request is told
by its route and not by its address, which may name somebody; an error by its class and place
and not by its words, because a database quotes the row it refused; what a library says by where
it said it. As a second net, whatever still looks like an ID number, a phone number or a
credential is blanked.

Modules log by the standard library (`logging.getLogger(__name__)`), so that nothing below the
commands depends on how lines are written; `told(...)` adds a line's own fields.
"""

import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any, BinaryIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The number by which the request that is being answered is told in the log."""

_OWN = ("mapserver", "uvicorn")
"""Whose messages are known to quote no data; uvicorn's are fixed sentences."""
_SECRETS = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)|\b(?:bearer|basic)\s+\S+", re.IGNORECASE
)
_BLANK = "***"
_DEEPEST = 5


def told(**fields: object) -> dict[str, Any]:
    """Return what to hand as `extra`, so that a line has these fields beside its event."""
    return {"told": fields}


def configure(level: str, stream: BinaryIO | None = None) -> None:
    """Send everything that is logged, warned of or raised unseen to `stream` as JSON lines.

    Parameters
    ----------
    level : str
        The least that is written: "debug", "info", "warning" or "error".
    stream : binary file, optional
        By default standard error.
    """
    handler = JsonLines(stream or sys.stderr.buffer)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _raised_in_thread
    sys.unraisablehook = _raised_unseen


class JsonLines(logging.Handler):
    """Writes a record of the standard library's logging as a line of JSON, by structlog."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._lines = structlog.BytesLogger(stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; where that fails, say so without the record."""
        try:
            self._lines.msg(_line(record))
        except Exception:
            sys.stderr.write('{"event":"a line of the log could not be written"}\n')


def _line(record: logging.LogRecord) -> bytes:
    event: Any = {"event": _event(record), **record.__dict__.get("told", {})}
    if record.exc_info and record.exc_info[1] is not None:
        event |= failure(record.exc_info[1])
    # in order and by hand: a bound logger would take longer for a request than all else here
    for process in _PROCESSORS:
        event = process(record, record.levelname.lower(), event)
    line: bytes = event
    return line


def _event(record: logging.LogRecord) -> str:
    if record.name.startswith(_OWN):
        return record.getMessage()
    return f"said by a library in {record.module}, line {record.lineno}"


def failure(error: BaseException) -> dict[str, Any]:
    """Return what may be told of an error: its class, where it was raised, and its causes."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < _DEEPEST:
        causes.append(_class_of(cause))
        cause = cause.__cause__ or cause.__context__
    told_of: dict[str, Any] = {"error": _class_of(error), "frames": _frames(error.__traceback__)}
    return {**told_of, "causes": causes} if causes else told_of


def _class_of(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _frames(trace: TracebackType | None) -> list[str]:
    # StackSummary.extract would read the source; the place is enough to find it
    return [
        f"{_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


def _short(path: str) -> str:
    """Return a file's path from its package on: where the program lies is nobody's business."""
    return "/".join(path.replace("\\", "/").split("/")[-3:])


def _scrubbed(_: Any, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        # what is shorter holds no number of 11 digits
        if isinstance(value, str) and len(value) > 10:
            event[key] = _SECRETS.sub(_BLANK, value)
    return event


def _from_where(record: Any, level: str, event: EventDict) -> EventDict:
    identifier = request_id.get()
    request = {"request": identifier} if identifier else {}
    return {"level": level, "logger": record.name, **request, **event}


_PROCESSORS: tuple[Processor, ...] = (
    _scrubbed,
    _from_where,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event, str)),
)


def _raised_in_thread(raised: threading.ExceptHookArgs) -> None:
    name = raised.thread.name if raised.thread else "?"
    fields = failure(raised.exc_value) if raised.exc_value else {}
    logging.getLogger(__name__).error("a thread ended", extra=told(thread=name, **fields))


def _raised_unseen(raised: "sys.UnraisableHookArgs") -> None:
    fields = failure(raised.exc_value) if raised.exc_value else {}
    logging.getLogger(__name__).error("an error nobody could catch", extra=told(**fields))
