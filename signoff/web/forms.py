"""Runs a form: what it asks for is done and committed, or its page comes back with what was typed and why not."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid, Missing
from signoff.models import IdempotentCall
from signoff.web.installation import acting_user, db, installation

Page = str | tuple[str, int] | Response
View = Callable[..., "Done | Page"]
RefusedPage = Callable[..., str]


@dataclass(frozen=True)
class Done:
    """The act is done: where to go and what to say there; or the page to show this once instead.

    `changed` is false when the act left everything as it was: then what is said is a note and no success.
    """

    to: str = ""
    say: str = ""
    changed: bool = True
    page: Callable[[], str | Response] | None = None


def form_key() -> str:
    """A new value for one form as it is served: sent twice with the same words, the form acts once."""
    return secrets.token_urlsafe(12)


def form_view(
    *, invalid: RefusedPage | None = None, conflict: RefusedPage | None = None
) -> Callable[[View], Callable[..., Page]]:
    """A view that does what a form asks and returns `Done`: it is committed, and the browser sent on (303).

    A refusal undoes everything and shows a page again: `invalid` for Invalid (422), `conflict` for Conflict and
    Missing (409). Each is called with the refusal and the parts of the address; without one, the error page tells of
    the refusal. Whatever else the view returns is answered as it is, and nothing is committed. The same form sent
    twice, as by a double click, is done once; both times the browser is sent to where the first was.
    """

    def wrap(view: View) -> Callable[..., Page]:
        @wraps(view)
        def run(**address: Any) -> Page:
            try:
                result = view(**address)
                if not isinstance(result, Done):
                    return result
                _remember(result)
                db().commit()
            except Invalid as refusal:
                return _done_before() or (_refused(refusal, invalid, address), 422)
            except (Conflict, Missing) as refusal:
                return _done_before() or (_refused(refusal, conflict, address), 409)
            except IntegrityError:
                if again := _done_before():
                    return again
                raise
            return _follow(result)

        return run

    return wrap


def _key() -> str:
    # Of the same form with other words, as after going back to it, the key is another.
    served = request.form.get("form_key", "")
    if not served or g.get("user") is None:
        return ""
    said = [request.path, *(f"{name}={value}" for name, values in request.form.lists() for value in values)]
    return f"form:{hashlib.sha256(json.dumps(said).encode()).hexdigest()}"


def _remember(done: Done) -> None:
    key = _key()
    if key and done.page is None:
        at = installation().clock()
        user = acting_user().id
        db().add(IdempotentCall(user_id=user, key=key, request_digest="", status=303, answer=done.to, at=at))


def _done_before() -> Page | None:
    key = _key()
    if not key:
        return None
    db().rollback()
    of_user = IdempotentCall.user_id == acting_user().id
    earlier = db().scalar(select(IdempotentCall).where(of_user, IdempotentCall.key == key))
    if earlier is None:
        return None
    flash("This was already done. It was not done twice.", "note")
    return redirect(earlier.answer, 303)


def _refused(refusal: Invalid | Conflict | Missing, page: RefusedPage | None, address: dict[str, Any]) -> str:
    if page is None:
        raise refusal
    db().rollback()
    return page(refusal, **address)


def _follow(done: Done) -> Page:
    if done.page is not None:
        return done.page()
    if done.say:
        flash(done.say, "done" if done.changed else "note")
    return redirect(done.to, 303)
