"""Whether the process lives, and whether it can work."""

from flask import jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from signoff.db import schema
from signoff.services.outbox.mail_state import mail_problems, mail_state
from signoff.services.publications.witnessed_heads import witness_problems
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages


@pages.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """503 while database or migrations keep pages from being served.

    `problems` also names a silent worker, paused email, and witnesses that do not cosign.
    Without times: outsiders would learn from them when a partner did something in private.
    """
    try:
        wrong = schema.problems(db().connection())
        mail = mail_state(db(), at=installation().clock()) if not wrong else None
        unwitnessed = witness_problems(db(), installation().settings.witnesses) if not wrong else ()
    except SQLAlchemyError:
        return jsonify(status="not ready", problems=["The database does not answer."]), 503
    if mail is None:
        return jsonify(status="not ready", problems=wrong), 503
    problems = [*mail_problems(mail, in_public=True), *(row.problem for row in unwitnessed)]
    return jsonify(status="ok", problems=problems), 200
