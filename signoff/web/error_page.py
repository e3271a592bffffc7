"""The page that says what went wrong: written without database, routes or session, so that it can always be written."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from signoff.web.headers import add_security_headers
from signoff.web.installation import WebInstallation
from signoff.web.log_masking import mask
from signoff.web.typed_words import typed_words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TEMPLATE = "errors/error.html"

_TITLES = {
    308: "This position has another address",
    400: "This request cannot be read",
    401: "Please sign in",
    403: "You cannot do this",
    404: "There is no such page",
    405: "This page does not accept that",
    409: "Not possible right now",
    410: "This link no longer works",
    412: "This has changed since you read it",
    413: "This is too large",
    415: "This is not JSON",
    422: "Something needs another look",
    429: "Too many attempts",
    500: "Something broke on our side",
    501: "This format is not available",
    503: "Please try again in a moment",
}
# Words are given back where what was sent may have been in order; not where it was forged, unreadable or too large.
_GIVES_BACK = (409, 410, 429, 500, 503)


@dataclass(frozen=True)
class Failure:
    """What is said to the sender of a request that failed: what went wrong, what became of what was sent, what to do;
    `may_resend` when the same may succeed a little later."""

    status: int
    about: str
    outcome: str = ""
    advice: str = ""
    heading: str = ""
    reasons: tuple[str, ...] = ()
    questions: tuple[Mapping[str, Any], ...] = ()
    errors: Mapping[str, str] | None = None
    may_resend: bool = False
    retry_after: int | None = None

    @property
    def title(self) -> str:
        """The heading of the page or problem."""
        return self.heading or title_of(self.status)

    @property
    def detail(self) -> str:
        """All that is said below the heading."""
        return " ".join(filter(None, (self.about, self.outcome, self.advice)))


def title_of(status: int) -> str:
    """The heading of an error page or problem."""
    return _TITLES.get(status, "This did not work")


def error_response(app: Flask, failure: Failure) -> Response:
    """The answer to a request that failed: problem details for the API, a page for people."""
    if request.path.startswith("/api/"):
        response = _problem(failure)
    else:
        typed = typed_words() if failure.status in _GIVES_BACK else None
        who = {"is_staff": g.get("user") is not None, "user_name": g.get("user_name", "")}
        page = _page(app, failure, path=request.path, root=request.script_root, typed=typed, **who)
        response = Response(page, failure.status, content_type="text/html; charset=utf-8")
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _problem(failure: Failure) -> Response:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
    }
    if failure.reasons:
        content["reasons"] = list(failure.reasons)
    if failure.questions:
        content["questions"] = list(failure.questions)
    if failure.errors is not None:
        content["errors"] = dict(failure.errors)
    text = json.dumps(content, ensure_ascii=False)
    response = Response(text, failure.status, content_type="application/problem+json")
    if failure.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(app: Flask, failure: Failure, **more: Any) -> str:
    installation: WebInstallation = app.extensions["signoff"]
    # Rendered as a bare template: what Flask gives every page asks the database who the Coalition is.
    template = app.jinja_env.get_template(TEMPLATE)
    return template.render(failure=failure, coalition=installation.coalition_name, **more)


class LastResort:
    """Around the whole application: whatever it raises is logged masked and answered by the same page and headers."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self._app = app
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        begun = _Begun(start_response)
        try:
            return self._inner(environ, begun)
        except Exception:
            path = str(environ.get("PATH_INFO", ""))
            self._app.logger.exception("Exception on %s [%s]", mask(path), environ.get("REQUEST_METHOD", ""))
            if begun.is_begun:
                raise
            return self._response(path, str(environ.get("SCRIPT_NAME", "")))(environ, start_response)

    def _response(self, path: str, root: str) -> Response:
        failure = Failure(500, "Please try again; if it happens again, tell the Coalition's staff.")
        page = _page(self._app, failure, path=path, root=root, typed=None, is_staff=False, user_name="")
        response = Response(page, 500, content_type="text/html; charset=utf-8")
        settings = self._app.extensions["signoff"].settings
        add_security_headers(response, path, https=settings.is_https)
        return response


class _Begun:
    """Remembers whether the answer has begun: then it can no longer become another."""

    def __init__(self, start_response: "StartResponse") -> None:
        self._start_response = start_response
        self.is_begun = False

    def __call__(self, *said: Any) -> Callable[[bytes], object]:
        self.is_begun = True
        return self._start_response(*said)
