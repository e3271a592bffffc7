"""Around the application: answers requests for kept public pages after one read of the database, before Flask."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask

from signoff.db.revisions import RevisionReader
from signoff.web.installation import WebInstallation
from signoff.web.kept_pages import PAGE, Page
from signoff.web.page_cache import KeptAnswer, PageCache, kept_answer
from signoff.web.request_log import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_RENEWED_WITHIN = 3.0  # seconds to wait for the one who makes the same page again, before making it oneself
# What a request may not carry, not even empty: who sends it would count. Of hosts, only what Flask would take.
_OF_SOMEONE = frozenset({"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_X_HTTP_METHOD_OVERRIDE"})
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,250}(:\d{1,5})?|\[[0-9A-Fa-f:]{2,40}\](:\d{1,5})?")


class FastPath:
    """Serves kept answers whose revisions are still the present ones; everything else goes on to the application."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        installation: WebInstallation = app.extensions["signoff"]
        self._logger, self._inner, self._clock = app.logger, inner, installation.clock
        self._reader = RevisionReader(installation.database.engine)
        self._answers = PageCache()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not _is_of_anyone(environ):
            return self._inner(environ, start_response)
        address = (environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        kept = self._answers.get(address)
        if kept is None:
            return self._made(address, environ, start_response)
        if self._holds(kept):
            return kept(environ, start_response)
        with _turn(kept.renewing):
            newer = self._answers.get(address)
            if newer is kept:
                return self._made(address, environ, start_response)
        # Another request has made it again while this one waited, or has seen that it is kept no longer.
        if newer is not None and self._holds(newer):
            return newer(environ, start_response)
        return self._made(address, environ, start_response)

    def _holds(self, kept: KeptAnswer) -> bool:
        try:
            return (kept.until is None or self._clock() <= kept.until) and (
                self._reader.read(kept.scopes) == kept.tokens
            )
        except Exception as problem:
            # The application says what the matter is, as it does for every other page.
            self._logger.debug("no revision could be read: %s", type(problem).__name__)
            return False

    def _made(
        self, address: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD":
            return self._inner(environ, start_response)  # it has no body to keep
        page, begun = Page(), _Begun()
        environ[PAGE] = page
        answer = self._inner(environ, begun)
        if page.body is None or not begun.may_be_kept:
            self._answers.drop(address)
            begun.pass_on(start_response)
            return answer
        if hasattr(answer, "close"):
            answer.close()
        kept = kept_answer(page.body, begun.headers, page.revisions, until=page.until, route=environ.get(ROUTE, ""))
        self._answers.keep(address, kept)
        return kept(environ, start_response)


@contextmanager
def _turn(renewing: Lock) -> Iterator[None]:
    """One makes a page again while the others wait, so that a change of a long list does not busy every thread."""
    is_taken = renewing.acquire(timeout=_RENEWED_WITHIN)
    try:
        yield
    finally:
        if is_taken:
            renewing.release()


def _is_of_anyone(environ: "WSGIEnvironment") -> bool:
    return environ.keys().isdisjoint(_OF_SOMEONE) and _is_host(environ.get("HTTP_HOST", ""))


@lru_cache(maxsize=64)
def _is_host(name: str) -> bool:
    return _HOST.fullmatch(name) is not None


class _Begun:
    """Takes what an answer begins with, until it is known whether it goes on as it is."""

    def __init__(self) -> None:
        self._said: tuple[Any, ...] = ()

    def __call__(self, *said: Any) -> Callable[[bytes], object]:
        self._said = said
        return _refuse_writing

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The answer's headers."""
        return list(self._said[1])

    @property
    def may_be_kept(self) -> bool:
        """Whether it is a whole answer for everyone."""
        names = {name.lower() for name, _ in self.headers}
        return self._said[0].startswith("200 ") and "set-cookie" not in names and "etag" in names

    def pass_on(self, start_response: "StartResponse") -> None:
        """Begin the answer as it was."""
        start_response(*self._said)


def _refuse_writing(_: bytes) -> None:
    raise RuntimeError("an answer is given back, not written")
