"""Whether the process lives, and whether it can work."""

from typing import Any

from flask import jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from signoff.db import schema
from signoff.domain.time import rfc3339
from signoff.services.outbox.mail_state import MailState, mail_state
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
    """Database, migrations with all guards, and the worker's last sign of life; 503 while one is wanting."""
    try:
        wrong = schema.problems(db().connection())
        mail = mail_state(db(), at=installation().clock()) if not wrong else None
    except SQLAlchemyError:
        return jsonify(status="not ready", problems=["The database does not answer."]), 503
    if mail is not None and mail.worker_is_missing:
        wrong = ["The worker has not been seen for five minutes; start `signoff worker`."]
    content: dict[str, Any] = {"status": "not ready" if wrong else "ok", "problems": wrong}
    if mail is not None and mail.worker_seen_at is not None:
        content |= _signs(mail)
    return jsonify(content), 503 if wrong else 200


def _signs(mail: MailState) -> dict[str, Any]:
    moments = {
        "worker_seen_at": mail.worker_seen_at,
        "oldest_waiting_letter_at": mail.oldest_due_at,
        "letters_paused_since": mail.paused_since,
    }
    return {name: rfc3339(moment) if moment else None for name, moment in moments.items()}
