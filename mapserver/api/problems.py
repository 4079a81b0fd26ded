"""Errors at the door: RFC 9457 problem details, one table from class to status and title."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mapserver import errors
from mapserver.api.language import language_of
from mapserver.api.refusing import REFUSED, note_refusal
from mapserver.api.unreadable import unreadable
from mapserver.logs import request_id

_log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_ON_THE_WAY_IN = (errors.SignInRefused, errors.CodeNeeded)
"""What signing in notes by itself, with what was wrong; a code that is asked for is no refusal."""

_FRESH = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors leaves the server.

    The words of one that is `inward` are for whoever runs the server, who reads them from a
    command: they name files, or quote the database. Its reader gets a number instead.
    """

    status: int
    zh: str
    en: str
    inward: bool = False


_INWARD = Kind(500, "程序出错", "The program failed", inward=True)
KINDS: dict[type[errors.MapserverError], Kind] = {
    errors.NotFound: Kind(404, "没有找到", "Not found"),
    errors.InvalidRequest: Kind(400, "请求看不懂", "The request cannot be read"),
    errors.NotAllowed: Kind(403, "您的岗位不能这样做", "Your appointments do not give this"),
    errors.Conflict: Kind(409, "现在不能这样做", "Not possible now"),
    errors.ActRefused: Kind(422, "这样画不行", "This cannot be drawn"),
    errors.RequestTooLarge: Kind(413, "请求太大", "The request is too large"),
    errors.SignInRefused: Kind(401, "登录不了", "Not signed in"),
    errors.ProviderUnreachable: Kind(503, "对方服务没有回应", "The other service does not answer"),
    errors.ProviderMisset: _INWARD,
    errors.CodeNeeded: Kind(401, "还要验证码", "A code is needed"),
    errors.NotConfirmed: Kind(403, "没有确认", "Not confirmed"),
    errors.TooManyTries: Kind(429, "试得太多", "Too many tries"),
    errors.WeakPassword: Kind(422, "密码不行", "The password will not do"),
    errors.SignInNeeded: Kind(401, "要先登录", "Sign in first"),
    errors.NotASpreadsheet: Kind(415, "这不是表格", "Not a spreadsheet"),
    errors.SpreadsheetTooLarge: Kind(413, "表格太大", "The spreadsheet is too large"),
    errors.SpreadsheetError: Kind(422, "表格读不了", "The spreadsheet cannot be read"),
    errors.TooManyOpenings: Kind(429, "查看得太多", "Too many openings"),
    errors.TooManyReads: Kind(429, "看得太多", "Too many reads"),
    errors.StoreBusy: Kind(503, "数据库正忙", "The store is busy"),
    errors.StoreFull: Kind(507, "磁盘满了", "The disk is full"),
    errors.StoreReadOnly: Kind(503, "硬盘只能读", "The disk takes no writes"),
    errors.StoreUnreachable: Kind(503, "数据库连不上", "The database does not answer"),
    errors.StoreError: Kind(500, "数据库出错", "The store failed", inward=True),
    errors.LayerFileError: _INWARD,
    errors.CertificateError: _INWARD,
    errors.KeyFileError: _INWARD,
    errors.BrokenChain: _INWARD,
    errors.MapserverError: Kind(500, "程序出错", "The program failed"),
}
_HTTP = {
    404: ("not-found", "没有这个地址", "There is no such address"),
    405: ("method-not-allowed", "这个地址不能这样请求", "The address does not take this method"),
}
_UNREADABLE = ("invalid-request", "请求看不懂", "The request cannot be read")
"""Code and words for what the framework refuses by itself."""


def kind_of(error: errors.MapserverError) -> Kind:
    """Return the row of the table for the nearest class of `error`."""
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


def problem(error: errors.MapserverError, language: str, instance: str = "") -> dict[str, object]:
    """Return `error` as a problem details object."""
    kind = kind_of(error)
    told = failure() if kind.inward else error
    return {
        "type": f"/problems/{error.code}",
        "title": kind.en if language == "en" else kind.zh,
        "status": kind.status,
        "detail": told.text(language),
        "code": error.code,
        "instance": instance,
        **told.details,
    }


def respond(request: Request, error: errors.MapserverError) -> Response:
    """Return the response that tells `error`."""
    kind = kind_of(error)
    if kind.inward:
        _log.error("failed", exc_info=error)
    body = problem(error, language_of(request), request.url.path)
    wait = error.details.get("retry_after_s")
    headers = _FRESH if wait is None else {**_FRESH, "Retry-After": str(wait)}
    return Response(orjson.dumps(body), kind.status, media_type=PROBLEM, headers=headers)


def problem_response(
    request: Request, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem that no class of errors stands for."""
    body = {
        "type": f"/problems/{code}",
        "title": detail,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.url.path,
    }
    return Response(
        orjson.dumps(body), status, media_type=PROBLEM, headers={**_FRESH, **(headers or {})}
    )


def install(app: FastAPI) -> None:
    """Answer every error of the program and of the framework with problem details."""
    app.add_exception_handler(errors.MapserverError, _own)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.MapserverError)
    if kind_of(error).status in REFUSED and not isinstance(error, _ON_THE_WAY_IN):
        note_refusal(request, error.code)
    return respond(request, error)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return respond(request, unreadable(error.errors()[0]))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, zh, en = _HTTP.get(error.status_code, _UNREADABLE)
    text = en if language_of(request) == "en" else zh
    return problem_response(request, error.status_code, code, text, error.headers)


def _unforeseen(request: Request, _: Exception) -> Response:
    return failure_response(request)


def failure_response(request: Request) -> Response:
    """Say that the program failed and nothing of how: that is in its log."""
    return respond(request, failure())


def failure() -> errors.MapserverError:
    """Return what is said of a failure: the number by which the log tells it."""
    number = request_id.get()
    return errors.MapserverError(
        f"程序出错。再试一次；还是这样就把编号 {number} 告诉管理员。",
        f"The program failed. Try again; if it fails again tell the administrator {number}.",
        request=number,
    )
