"""Lets scripts of other sites read what the API tells everyone: never with a cookie or a token, and never act."""

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from signoff.web.access import access_of

_READING = ("GET", "HEAD")
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(_READING),
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def install_cross_origin(app: Flask) -> None:
    """Answer preflights of public reads, and mark those reads; staff calls get neither."""
    app.before_request(_answer_preflight)
    app.after_request(_mark)


def _answer_preflight() -> Response | None:
    wanted = request.headers.get("Access-Control-Request-Method")
    if request.method != "OPTIONS" or wanted not in _READING or not _is_for_everyone(_endpoint_read()):
        return None
    return Response(status=204, headers=_PREFLIGHT)


def _endpoint_read() -> str | None:
    # A preflight names no endpoint: of an address that also takes POST it may be the wrong one.
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter.match(method="GET")[0] if adapter else None
    except HTTPException:
        return None


def _is_for_everyone(endpoint: str | None) -> bool:
    access = access_of(current_app, endpoint) if endpoint and endpoint != "static" else None
    return access is not None and access.audience == "api" and access.act is None


def _mark(response: Response) -> Response:
    by_someone = "Authorization" in request.headers or "Cookie" in request.headers
    if request.method in _READING and not by_someone and _is_for_everyone(request.endpoint):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response
