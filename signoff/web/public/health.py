"""Whether the process lives, and whether it can work."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from signoff import schema
from signoff.domain.moments import rfc3339
from signoff.models import WorkerBeat
from signoff.services.sealing import oldest_unsealed
from signoff.web.access import public
from signoff.web.installation import db, here

_BEAT_OLD_AFTER = timedelta(minutes=5)


@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@public
def readyz() -> tuple[Response, int]:
    """Database, migrations with all guards, and the worker's last sign of life; 503 while one is wanting."""
    try:
        wrong = schema.problems(db().connection())
        beat = db().get(WorkerBeat, 1) if not wrong else None
    except SQLAlchemyError:
        return jsonify(status="not ready", problems=["The database does not answer."]), 503
    if not wrong and (beat is None or here().clock() - beat.at > _BEAT_OLD_AFTER):
        wrong = ["The worker has not been seen for five minutes; start `signoff worker`."]
    content: dict[str, Any] = {"status": "not ready" if wrong else "ok", "problems": wrong}
    if beat is not None:
        waiting = oldest_unsealed(db())
        content["oldest_unsealed_at"] = rfc3339(waiting) if waiting else None
        content["worker_seen_at"] = rfc3339(beat.at)
    return jsonify(content), 503 if wrong else 200


def add_to(pages: Blueprint) -> None:
    """Put these at their addresses."""
    pages.add_url_rule("/healthz", "healthz", healthz)
    pages.add_url_rule("/readyz", "readyz", readyz)
