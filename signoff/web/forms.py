"""Runs a form: what it asks for is done and committed, or its page comes back with what was typed and why not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import flash, redirect
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid, Missing
from signoff.web.installation import db

Page = str | tuple[str, int] | Response
View = Callable[..., "Done | Page"]
RefusedPage = Callable[..., str]


@dataclass(frozen=True)
class Done:
    """The act is done: where to go and what to say there; or the page to show this once instead."""

    to: str = ""
    say: str = ""
    page: Callable[[], str] | None = None


def form_view(
    *, invalid: RefusedPage | None = None, conflict: RefusedPage | None = None
) -> Callable[[View], Callable[..., Page]]:
    """A view that does what a form asks and returns `Done`: it is committed, and the browser sent on (303).

    A refusal undoes everything and shows a page again: `invalid` for Invalid (422), `conflict` for Conflict and
    Missing (409). Each is called with the refusal and the parts of the address; without one, the error page tells of
    the refusal. Whatever else the view returns is answered as it is, and nothing is committed.
    """

    def wrap(view: View) -> Callable[..., Page]:
        @wraps(view)
        def run(**address: Any) -> Page:
            try:
                result = view(**address)
                if not isinstance(result, Done):
                    return result
                db().commit()
            except Invalid as refusal:
                return _refused(refusal, invalid, address), 422
            except (Conflict, Missing) as refusal:
                return _refused(refusal, conflict, address), 409
            return _follow(result)

        return run

    return wrap


def _refused(refusal: Invalid | Conflict | Missing, page: RefusedPage | None, address: dict[str, Any]) -> str:
    if page is None:
        raise refusal
    db().rollback()
    return page(refusal, **address)


def _follow(done: Done) -> Page:
    if done.page is not None:
        return done.page()
    if done.say:
        flash(done.say)
    return redirect(done.to, 303)
