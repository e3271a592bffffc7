"""What each request was: an id, its method, the pattern of its address, its status and how long it took."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import getrandbits
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from signoff.web.logs import REQUEST_ID

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SANE_ID = re.compile(r"[A-Za-z0-9-]{8,40}")  # shorter than a link's secret
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROUTE = "signoff.route"  # where the environment of a request has the pattern of its address
_log = logging.getLogger("signoff.requests")


@dataclass(slots=True)
class RequestFacts:
    """One request that was answered. `route` is the pattern of its address, never the address; `seconds` to its end."""

    method: str
    route: str
    status: int
    seconds: float

    def as_json(self) -> dict[str, str | int | float]:
        """The same as a line of the log has it, with milliseconds."""
        milliseconds = round(self.seconds * 1000, 1)
        return {"method": self.method, "route": self.route, "status": self.status, "milliseconds": milliseconds}


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
        answer = _Answer(environ, start_response, self._seen)
        REQUEST_ID.set(self._id(environ))
        try:
            answer.body = self._inner(environ, answer.begin)
        except BaseException:  # the server says what it was; here it is counted
            answer.end()
            raise
        if isinstance(answer.body, tuple):  # from memory, whole: nothing is left to wait for, and nothing to close
            answer.end()
            return answer.body
        return answer

    def _id(self, environ: "WSGIEnvironment") -> str:
        given = str(environ.get("HTTP_X_REQUEST_ID", "")) if self._trusts_id else ""
        # Nothing is guarded by an id: it only has to be another each time, without asking the system for chance.
        return given if _SANE_ID.fullmatch(given) else f"{getrandbits(64):016x}"  # noqa: S311


class _Answer:
    """An answer on its way to the server, which counts and logs it when the server closes it."""

    __slots__ = ("_began", "_environ", "_seen", "_start_response", "_status", "body")

    def __init__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", seen: Callable[[RequestFacts], None]
    ) -> None:
        self._began = time.perf_counter()
        self._environ, self._start_response, self._seen = environ, start_response, seen
        self._status = "500"
        self.body: Iterable[bytes] = ()

    def begin(self, status: str, *said: Any) -> Callable[[bytes], object]:
        """Take note of the status that the answer begins with."""
        self._status = status
        return self._start_response(status, *said)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        """Close what was answered, then say what the request was."""
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            self.end()

    def end(self) -> None:
        """Log and count the request."""
        method = self._environ.get("REQUEST_METHOD", "")
        route, seconds = self._environ.get(ROUTE, "none"), time.perf_counter() - self._began
        facts = RequestFacts(method if method in _METHODS else "other", route, int(self._status[:3]), seconds)
        if _log.isEnabledFor(logging.INFO):
            _log.info("%s %s %s", facts.method, route, facts.status, extra={"facts": facts.as_json()})
        self._seen(facts)
        REQUEST_ID.set(None)


def _note_route(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
