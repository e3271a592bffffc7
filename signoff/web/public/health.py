"""Whether the process lives, whether it can work, and what a monitoring system reads of both."""

import hmac

from flask import jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound, NotSignedIn
from signoff.domain.setting_values import is_loopback
from signoff.services.outbox.mail_state import mail_problems, mail_state
from signoff.services.publications.restorations import is_closed
from signoff.services.publications.witnessed_heads import witness_problems
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.logs import log_problem, retry_log
from signoff.web.public.blueprint import pages
from signoff.web.request_parsing import is_from_here
from signoff.worker import engines
from signoff.worker.condition import Condition, condition, disk_problems

_CLOSED = "Public pages are closed until an administrator opens them: the database was restored from a copy."


@pages.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """503 while database or migrations keep pages from being served.

    `problems` also names a restored copy that is not open yet, a silent worker, paused email, a disk that is full
    or nearly so, a log that cannot be written, and witnesses that do not cosign.
    Without times: outsiders would learn from them when a partner did something in private.
    """
    try:
        wrong = engines.problems(db().connection(), installation().settings)
        mail = mail_state(db(), at=installation().clock()) if not wrong else None
        closed = not wrong and is_closed(db())
        unwitnessed = witness_problems(db(), installation().settings.witnesses) if not wrong else ()
        full = disk_problems(db(), installation())
    except SQLAlchemyError:
        return jsonify(status="not ready", problems=["The database does not answer."]), 503
    if mail is None:
        return jsonify(status="not ready", problems=wrong), 503
    retry_log()
    problems = [_CLOSED] if closed else []
    problems += [*mail_problems(mail, in_public=True), *full, *filter(None, [log_problem()])]
    problems += [row.problem for row in unwitnessed]
    return jsonify(status="ok", problems=problems), 200


@pages.get("/metrics")
@public
def metrics() -> Response:
    """What Prometheus reads of this process and of the installation, for who has the token.

    How many pages of a kind were read or sent tells of private acts; so there is no page without a token, except where
    only this machine can reach it.
    """
    _ensure_may_read_metrics()
    here = installation()
    text = here.metrics.as_text(_condition_if_known(), here.database.queue)
    return Response(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _ensure_may_read_metrics() -> None:
    settings = installation().settings
    if not settings.metrics_token:
        # A server may listen for others, or a proxy pass them on, though the base URL is on loopback.
        if not (is_loopback(settings.base_url) and is_from_here()):
            raise NotFound("There are no metrics here.")
        return
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
        raise NotSignedIn("This token is not valid.")


def _condition_if_known() -> Condition | None:
    try:
        return (
            condition(db(), installation())
            if not engines.problems(db().connection(), installation().settings)
            else None
        )
    except SQLAlchemyError:
        return None
