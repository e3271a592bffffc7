"""What each request was: an id, its method, the pattern of its address, its status and how long it took."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.wsgi import ClosingIterator

from signoff.web.logs import REQUEST_ID

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SANE_ID = re.compile(r"[A-Za-z0-9-]{8,40}")  # shorter than a link's secret
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROUTE = "signoff.route"  # where the environment of a request has the pattern of its address
_log = logging.getLogger("signoff.requests")


@dataclass(frozen=True)
class RequestFacts:
    """One request that was answered. `route` is the pattern of its address, never the address; `seconds` to its end."""

    method: str
    route: str
    status: int
    seconds: float


class RequestLog:
    """Around the whole application: says of each request what it was, once its answer is on its way.

    `trusts_id` is for who has a proxy that gives each request an id, as X-Request-ID. `seen` hears of each request.
    """

    def __init__(
        self, app: Flask, inner: "WSGIApplication", *, trusts_id: bool, seen: Callable[[RequestFacts], None]
    ) -> None:
        self._inner = inner
        self._trusts_id = trusts_id
        self._seen = seen
        app.url_value_preprocessor(_note_route)  # before anything that may turn the request away

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        began, statuses = time.perf_counter(), [500]
        REQUEST_ID.set(self._id(environ))

        def begin(status: str, *said: object) -> Callable[[bytes], object]:
            statuses.append(int(status.split(" ", 1)[0]))
            return start_response(status, *said)  # type: ignore[arg-type]

        def end() -> None:
            method = environ.get("REQUEST_METHOD", "")
            taken = time.perf_counter() - began
            known = method if method in _METHODS else "other"
            self._end(RequestFacts(known, environ.get(ROUTE, "none"), statuses[-1], taken))

        try:
            return ClosingIterator(self._inner(environ, begin), [end])
        except BaseException:  # the server says what it was; here it is counted
            end()
            raise

    def _id(self, environ: "WSGIEnvironment") -> str:
        given = str(environ.get("HTTP_X_REQUEST_ID", "")) if self._trusts_id else ""
        return given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)

    def _end(self, facts: RequestFacts) -> None:
        milliseconds = round(facts.seconds * 1000, 1)
        known = {"method": facts.method, "route": facts.route, "status": facts.status, "milliseconds": milliseconds}
        _log.info("%s %s %s", facts.method, facts.route, facts.status, extra={"facts": known})
        self._seen(facts)
        REQUEST_ID.set(None)


def _note_route(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
