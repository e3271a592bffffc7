"""Finished answers in memory, plain and as gzip, up to so many bytes; the ones read longest ago go first."""

import gzip
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags, unquote_etag

from signoff.web.request_log import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_MOST_BYTES = 48 * 1024 * 1024  # in each process
_LARGEST = 8 * 1024 * 1024  # of one answer
_BESIDES = 4096  # bytes that each answer takes beside its bodies: anyone may ask for a million of a few bytes
_SMALLEST = 500  # bytes that are worth squeezing
_SQUEEZABLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Form:
    """An answer in one encoding: its body, the headers with it, and those of an answer that says it has not changed."""

    body: bytes
    etag: str
    headers: Headers
    unchanged: Headers


@dataclass(frozen=True)
class KeptAnswer:
    """An answer of status 200, the revisions it was made of, by scope, and until when it holds."""

    plain: Form
    squeezed: Form | None
    scopes: tuple[int, ...]
    tokens: tuple[str, ...]  # of its scopes, in their order
    until: datetime | None
    route: str  # the pattern of its address, for logs
    renewing: Lock = field(default_factory=Lock)  # held by who makes the next one of this address

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.plain.body) + (len(self.squeezed.body) if self.squeezed else 0)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request with it: squeezed where that is accepted, without its body where the reader has it."""
        environ[ROUTE] = self.route
        form = self.plain
        if self.squeezed and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            form = self.squeezed
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        if known and _has(known, form.etag):
            start_response("304 NOT MODIFIED", form.unchanged)
            return ()
        start_response("200 OK", form.headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (form.body,)


def kept_answer(
    body: bytes, headers: Headers, revisions: Mapping[int, str], *, until: datetime | None = None, route: str = ""
) -> KeptAnswer:
    """An answer to keep, made of a body and the headers with it, among them its strong ETag."""
    named = {name.lower(): value for name, value in headers}
    etag, small = unquote_etag(named["etag"])[0] or "", b""
    made_of = (tuple(revisions), tuple(revisions.values()), until, route)
    if len(body) >= _SMALLEST and named["content-type"].startswith(_SQUEEZABLE) and "content-encoding" not in named:
        small = gzip.compress(body, 6, mtime=0)
    if not small or len(small) >= len(body):
        return KeptAnswer(_form(body, etag, headers), None, *made_of)
    varied = [(name, value) for name, value in headers if name.lower() != "vary"]
    varied.append(("Vary", ", ".join(filter(None, (named.get("vary"), "Accept-Encoding")))))
    squeezed = _form(small, f"{etag}-gzip", [*varied, ("Content-Encoding", "gzip")])
    return KeptAnswer(_form(body, etag, varied), squeezed, *made_of)


def _form(body: bytes, etag: str, headers: Headers) -> Form:
    own = [(name, value) for name, value in headers if name.lower() not in ("content-length", "etag")]
    own.append(("ETag", f'"{etag}"'))
    unchanged = [(name, value) for name, value in own if not name.lower().startswith("content-t")]
    unchanged = [(name, value) for name, value in unchanged if name.lower() != "content-encoding"]
    return Form(body, etag, [*own, ("Content-Length", str(len(body)))], unchanged)


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0 if accepted else False


def _has(known: str, etag: str) -> bool:
    return parse_etags(known).contains_weak(etag)


class PageCache:
    """Kept answers by address."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[tuple[str, ...], KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, address: tuple[str, ...]) -> KeptAnswer | None:
        """The answer that was kept last for this address, however old."""
        with self._lock:
            if address in self._answers:
                self._answers.move_to_end(address)
            return self._answers.get(address)

    def keep(self, address: tuple[str, ...], answer: KeptAnswer) -> None:
        """Keep an answer instead of an older one, unless it is too large; the ones read longest ago make room."""
        with self._lock:
            self._forget(address)
            weight = _weight(address, answer)
            if answer.size <= _LARGEST and weight <= self._most_bytes:
                self._answers[address] = answer
                self._bytes += weight
            while self._bytes > self._most_bytes:
                self._forget(next(iter(self._answers)))

    def drop(self, address: tuple[str, ...]) -> None:
        """Keep no answer for this address."""
        with self._lock:
            self._forget(address)

    def _forget(self, address: tuple[str, ...]) -> None:
        gone = self._answers.pop(address, None)
        self._bytes -= _weight(address, gone) if gone else 0


def _weight(address: tuple[str, ...], answer: KeptAnswer) -> int:
    return answer.size + _BESIDES + sum(map(len, address))
