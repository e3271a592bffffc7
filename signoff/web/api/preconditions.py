"""`If-Match`: an act that says what its caller had read is done only while that reads the same."""

import inspect
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import generate_etag

from signoff.services.locks import reads_as_before
from signoff.services.positions.positions import get_position
from signoff.web.api.signatures import call_of
from signoff.web.installation import db


def ensure_unchanged(shown: tuple[str, ...], address: dict[str, Any]) -> None:
    """Refuse (412) when none of what may have been shown reads now as `If-Match` says; without it, nothing is compared.

    It is compared while everything that it tells of is held. A call that has nothing to compare refuses `If-Match`
    rather than passing over it.
    """
    if "If-Match" not in request.headers:
        return

    def compare() -> bool:
        return any(request.if_match.contains(_etag(name, address)) for name in shown)

    if not shown or not reads_as_before(db(), get_position(db(), address["slug"]), compare):
        raise PreconditionFailed


def _etag(name: str, address: dict[str, Any]) -> str:
    """What a reading call would answer now, as its ETag."""
    view = call_of(current_app.view_functions[f"api.{name}"]).view
    parts = {part: address[part] for part in inspect.signature(view).parameters}
    return generate_etag(view(**parts).model_dump_json().encode())
