"""Refusals as HTTP: one table of statuses, a page for people, problem details for programs."""

import logging
from dataclasses import replace

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from signoff.db.errors import FOR_THE_LOG, Trouble, trouble_of
from signoff.domain import errors
from signoff.domain.full_disk import DISK_IS_FULL
from signoff.web.error_page import TEMPLATE, Failure, error_response
from signoff.web.installation import READING_METHODS, close_session, installation
from signoff.web.moved import merged_to, moved_to
from signoff.web.name_questions import questions_of

STATUS: dict[type[errors.Refusal], int] = {
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.FromElsewhere: 403,
    errors.Invalid: 422,
    errors.Missing: 409,
    errors.Conflict: 409,
    errors.NotAsShown: 409,
    errors.NamesInDoubt: 409,
    errors.StaleText: 409,
    errors.NewerVersion: 409,
    errors.NewerDraft: 409,
    errors.DraftEnded: 409,
    errors.RegisterChanged: 409,
    errors.PartnerMerged: 409,
    errors.SameOrganization: 409,
    errors.RoundClosed: 409,
    errors.AskedInPart: 409,
    errors.NothingStands: 409,
    errors.NotSealedYet: 503,
    errors.TooBusy: 503,
    errors.BeingRestored: 503,
    errors.LinkDead: 410,
    errors.TooMany: 429,
}

_HEADINGS: dict[type[errors.Refusal], str] = {
    errors.FromElsewhere: "This form is no longer valid",
    errors.BeingRestored: "This site is being restored",
}
_NOTHING = "Nothing was changed."
_MAY_BE_SAVED = "Before you send this again, open the page in another window and check whether it was saved."
_ABOUT_TROUBLE = {  # what is the matter, what became of what was sent, what to do
    Trouble.BUSY: ("Other changes are being saved right now.", _NOTHING, "Please try again in a few seconds."),
    Trouble.UNAVAILABLE: ("We cannot reach our database right now.", _NOTHING, "Please try again in a minute."),
    Trouble.FULL: ("We cannot save anything right now, because our disk is full.", _NOTHING, "Please try later."),
    Trouble.LOST: ("We lost the connection to our database while saving.", "", _MAY_BE_SAVED),
}
_RETRY_AFTER = {Trouble.BUSY: 5, Trouble.UNAVAILABLE: 30, Trouble.FULL: 300, Trouble.LOST: 30}  # seconds
_RETRY_REFUSED: dict[type[errors.Refusal], int] = {  # seconds
    errors.NotSealedYet: 60,
    errors.BeingRestored: 60,
    errors.TooBusy: 10,
    errors.TooMany: 900,
}


def install_error_pages(app: Flask) -> None:
    """Let the application answer refusals and failures as people and programs expect."""
    app.register_error_handler(errors.Refusal, _on_refusal)
    app.register_error_handler(IntegrityError, _on_broken_constraint)
    app.register_error_handler(SQLAlchemyError, _on_database_error)
    app.register_error_handler(CSRFError, _on_forgery)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_failure)
    app.jinja_env.get_template(TEMPLATE)  # read now, not when something has failed already


def _on_refusal(refusal: errors.Refusal) -> Response:
    if isinstance(refusal, errors.PartnerMerged) and (where := merged_to(refusal.slug)):
        response = _answer(Failure(302, refusal.text))
        response.headers["Location"] = where
        return response
    address = moved_to() if isinstance(refusal, errors.NotFound) else ""
    if not address:
        return refused(refusal)
    # A form or a body is sent there again, by the same method.
    response = _answer(Failure(308, "The address of this position was changed."))
    response.headers["Location"] = address
    return response


def refused(refusal: errors.Refusal) -> Response:
    """A refusal as a response, with its reasons or the sentences for its fields."""
    status = STATUS[type(refusal)]
    return _answer(
        Failure(
            status,
            refusal.text,
            heading=_HEADINGS.get(type(refusal), ""),
            reasons=tuple(reason.text for reason in refusal.reasons) if isinstance(refusal, errors.Missing) else (),
            questions=questions_of(refusal) if isinstance(refusal, errors.NamesInDoubt) else (),
            errors=refusal.errors if isinstance(refusal, errors.Invalid) else None,
            retry_after=_RETRY_REFUSED.get(type(refusal)),
        )
    )


def _on_broken_constraint(problem: IntegrityError) -> Response:
    # The database had the last word: someone else acted meanwhile, or the act breaks the promise.
    # PostgreSQL's further lines repeat the values of the row.
    said = str(problem.orig).partition("\n")[0]
    logging.getLogger("signoff").warning("the database refused: %s", said)
    about = "Someone else changed this in the meantime."
    return _answer(Failure(409, about, _NOTHING, "Please look at it again.", may_resend=True))


def _on_forgery(_problem: CSRFError) -> Response:
    return refused(errors.FromElsewhere())


def _on_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:
        return problem.get_response()
    sentences = {
        404: "The address may be mistyped, or the page may be gone.",
        405: "The address is correct, but it does not take this kind of request.",
        412: "Nothing was done. Please read it again, and repeat the call with the new ETag if you still want to.",
        415: "Please send JSON, with Content-Type: application/json.",
        501: "Only JSON is available here: use format=json.",
        413: "Please go back and send less at once. A text may have up to 100 kB, and a file up to 10 MB.",
    }
    usual = Failure(status, "Please check what was sent.", _NOTHING)
    response = _answer(Failure(status, sentences[status]) if status in sentences else usual)
    if "Allow" in (headers := dict(problem.get_headers())):
        response.headers["Allow"] = headers["Allow"]
    return response


def _on_failure(problem: Exception) -> Response:
    if isinstance(problem, OSError) and problem.errno in DISK_IS_FULL:
        logging.getLogger("signoff").warning("%s cannot be written: the disk is full", problem.filename or "a file")
        return _trouble(Trouble.FULL)
    current_app.log_exception((type(problem), problem, problem.__traceback__))  # type: ignore[arg-type]
    advice = "Please try again; if it happens again, tell the Coalition's staff."
    return _answer(Failure(500, "", _NOTHING, advice, may_resend=True))


def _on_database_error(problem: SQLAlchemyError) -> Response:
    trouble = trouble_of(problem, writing=request.method not in READING_METHODS)
    if trouble is None:
        return _on_failure(problem)
    installation().metrics.see_trouble(trouble)
    said = getattr(problem, "orig", None) or problem
    logging.getLogger("signoff").warning("%s: %s", FOR_THE_LOG[trouble], said)
    return _trouble(trouble)


def _trouble(trouble: Trouble) -> Response:
    return _answer(Failure(503, *_ABOUT_TROUBLE[trouble], may_resend=True, retry_after=_RETRY_AFTER[trouble]))


def _answer(failure: Failure) -> Response:
    # What the act had begun is undone before the answer is written.
    close_session()
    # A refusal in the middle of such a request says itself what was done.
    if (committed := g.get("committed")) and (failure.outcome or failure.status >= 500):
        failure = replace(failure, outcome=committed)
    return error_response(current_app, failure)
