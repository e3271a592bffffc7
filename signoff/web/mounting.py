"""Around the application: the path under which it is answered, and a word when its sources are not what they seem."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ASKED_DIRECTLY = ("/healthz", "/readyz", "/metrics")  # by who runs the machine, past the proxy


def path_of(base_url: str) -> str:
    """The path of the address of an installation, without a slash at its end; empty for a whole host."""
    return urlsplit(base_url).path.rstrip("/")


class UnderPath:
    """Lets the whole installation answer under a path, whether or not the proxy in front takes it off."""

    def __init__(self, inner: "WSGIApplication", path: str) -> None:
        self._inner = inner
        self._path = unquote_to_bytes(path).decode("latin-1")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        if not environ.get("SCRIPT_NAME"):  # otherwise a server has mounted it already
            asked = str(environ.get("PATH_INFO", ""))
            if f"{asked}/".startswith(f"{self._path}/"):
                environ["PATH_INFO"] = asked.removeprefix(self._path) or "/"
            environ["SCRIPT_NAME"] = self._path
        return self._inner(environ, start_response)


class ProxyCheck:
    """Says once in the log when requests do not come through as many proxies as the settings trust.

    `problem` is what it said, for the page System; empty for nothing.
    """

    def __init__(self, inner: "WSGIApplication", trusted: int) -> None:
        self._inner = inner
        self._trusted = trusted
        self.problem = ""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        if not self.problem and not str(environ.get("PATH_INFO", "")).endswith(_ASKED_DIRECTLY):
            named = [part for part in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
            self.problem = _problem(len(named), self._trusted)
            if self.problem:
                logging.getLogger("signoff").warning(self.problem)
        return self._inner(environ, start_response)


def _problem(named: int, trusted: int) -> str:
    if trusted == 0 and named:
        return (
            "A request came through a proxy, but SIGNOFF_TRUSTED_PROXIES is 0. Everyone then counts as one source, "
            "and failed sign-ins by one slow down the others. Set it to the number of proxies in front."
        )
    if named < trusted:
        return (
            f"A request came through fewer proxies ({named}) than SIGNOFF_TRUSTED_PROXIES says ({trusted}). Senders "
            "can then invent the address that they come from. Set it to the number that every request passes."
        )
    return ""
