"""Refusals as HTTP: one table of statuses, a page for people, problem details for programs."""

import json
import logging
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from signoff.domain import refusals
from signoff.models import StaffUser
from signoff.web.installation import close_session, db, read_first

STATUS: dict[type[refusals.Refusal], int] = {
    refusals.NotFound: 404,
    refusals.NotSignedIn: 401,
    refusals.NotAllowed: 403,
    refusals.FromElsewhere: 403,
    refusals.Invalid: 422,
    refusals.Missing: 409,
    refusals.Conflict: 409,
    refusals.StaleText: 409,
    refusals.NewerVersion: 409,
    refusals.RoundClosed: 409,
    refusals.NothingStands: 409,
    refusals.NotSealedYet: 503,
    refusals.LinkDead: 410,
    refusals.TooMany: 429,
}

_TITLES = {
    400: "This request cannot be read",
    401: "Please sign in",
    403: "This is not yours to do",
    404: "There is no such page",
    405: "This page does not take that",
    409: "Not possible at present",
    410: "This link no longer works",
    413: "This is too large",
    415: "This is not JSON",
    422: "Something needs another look",
    429: "Too many attempts",
    500: "Something broke on our side",
    503: "Please try again in a moment",
}

_ABOUT_FAILURES = "Nothing was changed. Please try again; if it happens again, tell the Coalition's staff."


def install_error_pages(app: Flask) -> None:
    """Let the application answer refusals and failures as people and programs expect."""
    app.register_error_handler(refusals.Refusal, _on_refusal)
    app.register_error_handler(IntegrityError, _on_broken_constraint)
    app.register_error_handler(OperationalError, _on_locked)
    app.register_error_handler(CSRFError, _on_forgery)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_failure)


def title_of(status: int) -> str:
    """The heading of an error page or problem."""
    return _TITLES.get(status, "This did not work")


def _on_refusal(refusal: refusals.Refusal) -> Response:
    return refused(refusal)


def refused(refusal: refusals.Refusal) -> Response:
    """A refusal as a response, with its reasons or the sentences for its fields."""
    more: dict[str, Any] = {}
    if isinstance(refusal, refusals.Missing):
        more["reasons"] = [reason.text for reason in refusal.reasons]
    if isinstance(refusal, refusals.Invalid):
        more["errors"] = refusal.errors
    heading = "This form is not valid any more" if isinstance(refusal, refusals.FromElsewhere) else ""
    return _answer(STATUS[type(refusal)], refusal.text, more, heading=heading)


def _on_broken_constraint(problem: IntegrityError) -> Response:
    # The database had the last word: somebody else acted meanwhile, or the act breaks the promise.
    logging.getLogger("signoff").warning("the database refused: %s", problem.orig)
    return _answer(409, "Somebody else changed this meanwhile. Nothing was changed. Please look at it again.")


def _on_forgery(_problem: CSRFError) -> Response:
    return refused(refusals.FromElsewhere())


def _on_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:
        return problem.get_response()
    sentences = {
        404: "Perhaps the address was mistyped, or the page has gone.",
        405: "The address is right, but this is not how it is used.",
        415: "Please send JSON, with Content-Type: application/json.",
        413: "Please send less at once; texts may have up to 100 kB.",
    }
    response = _answer(status, sentences.get(status, "Please check what was sent. Nothing was changed."))
    if "Allow" in (headers := dict(problem.get_headers())):
        response.headers["Allow"] = headers["Allow"]
    return response


def _on_failure(problem: Exception) -> Response:
    current_app.log_exception((type(problem), problem, problem.__traceback__))  # type: ignore[arg-type]
    return _answer(500, _ABOUT_FAILURES)


def _remember_user() -> None:
    # The rollback has let go of the user; its page still says who is signed in.
    user = g.get("user")
    if user is not None:
        g.user = db().get(StaffUser, inspect(user).identity)


# Deadlock, serialization failure, lock not available.
_BUSY_ON_POSTGRESQL = ("40P01", "40001", "55P03")


def _is_busy(problem: OperationalError) -> bool:
    # By codes: the words of a deadlock hold "blocked by", and would pass for SQLite's "locked".
    on_sqlite = getattr(problem.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return on_sqlite or getattr(problem.orig, "sqlstate", "") in _BUSY_ON_POSTGRESQL


def _on_locked(problem: OperationalError) -> Response:
    if not _is_busy(problem):
        return _on_failure(problem)
    response = _answer(503, "Others are writing just now. Nothing was changed. Please send this again in a moment.")
    response.headers["Retry-After"] = "5"
    return response


def _answer(status: int, detail: str, more: dict[str, Any] | None = None, *, heading: str = "") -> Response:
    # What the act had begun is undone before the answer is written.
    close_session()
    read_first()
    _remember_user()
    if request.path.startswith("/api/"):
        content = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail, **(more or {})}
        response = Response(json.dumps(content, ensure_ascii=False), status, content_type="application/problem+json")
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    page = render_template(
        "errors/error.html",
        status=status,
        heading=heading or title_of(status),
        detail=detail,
        **(more or {"reasons": []}),
    )
    return Response(page, status, content_type="text/html; charset=utf-8")
