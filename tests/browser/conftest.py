"""A real browser against a real server: Debian's Chromium, waitress, SMTP on loopback, a worker's turn on demand."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, sync_playwright
from waitress import wasyncore

from signoff.web.app import create_app
from signoff.worker.installation import utc_now
from signoff.worker.turn import work_once
from tests.house import House
from tests.letters.sink import Sink, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI installs Chromium; without it the browser tests prove nothing"
        pytest.skip("BROWSER TESTS SKIPPED: no Chromium is installed on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def dialect() -> str:
    """The browser sees one database; what differs between the two is tested below it."""
    return "sqlite"


@pytest.fixture
def site(house: House, sink: Sink) -> Iterator[str]:
    """The address of the house, served on a port of its own with the real time."""
    port = free_port()
    house.settings = replace(house.settings, base_url=f"http://127.0.0.1:{port}")
    house.clock = utc_now  # type: ignore[assignment]
    app = create_app(house.settings, passwords=house.passwords)
    sockets: dict[int, Any] = {}
    server = waitress.create_server(app, map=sockets, host="127.0.0.1", port=port, threads=4, asyncore_loop_timeout=0.1)

    def run() -> None:
        # Closing it takes away the socket that its loop waits on.
        with suppress(OSError):
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield house.settings.base_url
    server.close()
    wasyncore.close_all(sockets, ignore_all=True)  # the browser keeps connections open; the loop would wait for them
    thread.join(5)
    app.extensions["signoff"].database.engine.dispose()


@pytest.fixture
def deliver(house: House, site: str) -> Callable[[], None]:
    """One turn of the worker."""
    return lambda: work_once(replace(house.worker(), clock=utc_now))
