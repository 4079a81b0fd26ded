"""Errors at the door: RFC 9457 problem details, one table from class to status and title."""

from dataclasses import dataclass

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mapserver import errors
from mapserver.api.language import language_of


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors leaves the server."""

    status: int
    zh: str
    en: str


KINDS: dict[type[errors.MapserverError], Kind] = {
    errors.NotFound: Kind(404, "没有找到", "Not found"),
    errors.InvalidRequest: Kind(400, "请求看不懂", "The request cannot be read"),
    errors.Conflict: Kind(409, "现在不能这样做", "Not possible now"),
    errors.NotASpreadsheet: Kind(415, "这不是表格", "Not a spreadsheet"),
    errors.SpreadsheetTooLarge: Kind(413, "表格太大", "The spreadsheet is too large"),
    errors.SpreadsheetError: Kind(422, "表格读不了", "The spreadsheet cannot be read"),
    errors.StoreBusy: Kind(503, "数据库正忙", "The store is busy"),
    errors.StoreFull: Kind(507, "磁盘满了", "The disk is full"),
    errors.StoreError: Kind(500, "数据库出错", "The store failed"),
    errors.MapserverError: Kind(500, "程序出错", "The program failed"),
}
_HTTP_TITLES = {
    404: Kind(404, "没有这个地址", "No such address"),
    405: Kind(405, "这里不能这样请求", "Not allowed here"),
}


def kind_of(error: errors.MapserverError) -> Kind:
    """Return the row of the table for the nearest class of `error`."""
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


def problem(error: errors.MapserverError, language: str, instance: str = "") -> dict[str, object]:
    """Return `error` as a problem details object."""
    kind = kind_of(error)
    return {
        "type": f"/problems/{error.code}",
        "title": kind.en if language == "en" else kind.zh,
        "status": kind.status,
        "detail": error.text(language),
        "code": error.code,
        "instance": instance,
        **error.details,
    }


def respond(request: Request, error: errors.MapserverError) -> Response:
    """Return the response that tells `error`."""
    body = problem(error, language_of(request), request.url.path)
    return Response(
        orjson.dumps(body), kind_of(error).status, media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Answer every error of the program and of the framework with problem details."""
    app.add_exception_handler(errors.MapserverError, _own)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)


def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.MapserverError)
    return respond(request, error)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"] if part not in ("query", "body", "path"))
    return respond(
        request,
        errors.InvalidRequest(
            f"参数 {name or '正文'} 看不懂：{first['msg']}。",
            f"The parameter {name or 'body'} cannot be read: {first['msg']}.",
            parameter=name,
        ),
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _HTTP_TITLES.get(error.status_code)
    english = language_of(request) == "en"
    title = str(error.detail) if kind is None else kind.en if english else kind.zh
    body = {
        "type": "about:blank",
        "title": title,
        "status": error.status_code,
        "detail": title,
        "code": "not-found" if error.status_code == 404 else "invalid-request",
        "instance": request.url.path,
    }
    return Response(
        orjson.dumps(body),
        error.status_code,
        media_type="application/problem+json",
        headers=error.headers,
    )
