"""One HTTP exchange with someone else's server, within bounded time and memory, following no redirect."""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_AT_ONCE = 65_536  # bytes


class Unreachable(Exception):
    """No answer that could be used came; the sentence says why."""


@dataclass(frozen=True)
class HttpAnswer:
    """An answer's status and whole body."""

    status: int
    body: bytes


def is_address(url: str) -> bool:
    """Whether this is the http or https address of a server, with or without a path, and nothing else."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(whole) and url.isascii() and url.isprintable() and " " not in url and not parts.query + parts.fragment


def exchange(url: str, *, patience: float, most: int, body: bytes | None = None) -> HttpAnswer:
    """GET an address, or POST a body to it; the answer comes within `patience` seconds and has `most` bytes at most.

    Unreachable otherwise, and when the server leads elsewhere.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(url, patience)
    # A time limit for each read lets a server that drips go on for hours.
    is_cut = threading.Event()
    limit = threading.Timer(patience, _cut, (connection, is_cut))
    limit.daemon = True
    limit.start()
    try:
        connection.request("POST" if body is not None else "GET", path, body=body)
        response = connection.getresponse()
        answer = HttpAnswer(response.status, _read(response, most))
        if is_cut.is_set():  # what was cut off can look like an answer that ended
            raise TimeoutError
    except (OSError, http.client.HTTPException, ValueError) as problem:
        is_late = is_cut.is_set() or isinstance(problem, TimeoutError)
        reason = f"no answer within {patience:g} seconds" if is_late else _reason(problem)
        raise Unreachable(f"{url} cannot be reached: {reason}.") from None
    finally:
        limit.cancel()
        connection.close()
    if 300 <= answer.status < 400:
        raise Unreachable(f"{url} leads to another address. Give the address where it is.")
    return answer


def _connection(url: str, patience: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=patience, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=patience)


def _cut(connection: http.client.HTTPConnection, is_cut: threading.Event) -> None:
    is_cut.set()
    with suppress(OSError, ValueError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    parts, size = list[bytes](), 0
    while part := response.read(min(_AT_ONCE, most + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > most:
            raise http.client.HTTPException(f"the answer has more than {most:,} bytes")
    return b"".join(parts)


def _reason(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError):
        return f"its certificate or encryption cannot be trusted ({problem.reason or 'TLS'})"
    words = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    return words[0].lower() + words[1:].rstrip(".")
