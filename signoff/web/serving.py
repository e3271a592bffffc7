"""Serves the application with waitress."""

import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import waitress

from signoff.settings import Settings
from signoff.web.app import create_app
from signoff.web.fault_reports import report_faults
from signoff.web.logs import start_logging

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS = 30  # more than writers may hold: see signoff.web.app.WRITERS


def serve_forever(
    settings: Settings, *, host: str, port: int, ready: Callable[[], None] = lambda: None, **more: Any
) -> None:
    """Serve an installation until stopped; `ready` is called once the port is ours, `more` goes to create_app."""
    heed_signals()
    start_logging(settings.log)
    report_faults(settings.sentry_dsn)
    serve_application(create_app(settings, **more), host=host, port=port, ready=ready)


def serve_application(
    application: "WSGIApplication", *, host: str, port: int, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve an application until stopped; `ready` is called once the port is ours. OSError when it is another's."""
    try:
        server = waitress.create_server(
            application,
            host=host,
            port=port,
            threads=_THREADS,
            ident="signoff",
            # ProxyFix reads exactly as many values as the settings trust, and the application takes none away unread.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as problem:
        raise OSError(problem.errno, f"{host}:{port}: {problem.strerror}") from None
    try:
        ready()
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


def heed_signals() -> None:
    """Let this process end at SIGTERM and SIGINT: the first of a container, and a shell's job, would pass them over."""
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: sys.exit(0))
