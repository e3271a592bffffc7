"""Serves the application with waitress."""

import signal
import sys
from collections.abc import Callable
from typing import Any

import waitress

from signoff.settings import Settings
from signoff.web.app import create_app

_THREADS = 20  # more than writers may hold: see signoff.web.app.WRITERS


def serve_forever(
    settings: Settings, *, host: str, port: int, ready: Callable[[], None] = lambda: None, **more: Any
) -> None:
    """Serve until stopped; `ready` is called once the port is ours, `more` goes to create_app."""
    server = waitress.create_server(
        create_app(settings, **more),
        host=host,
        port=port,
        threads=_THREADS,
        ident="signoff",
        # With proxies in front, ProxyFix reads exactly as many values as the settings trust.
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
    )
    # The first process of a container has no default for this signal, and would not stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ready()
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()
