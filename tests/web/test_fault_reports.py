"""A Sentry server is told where the program failed, and no link, no secret, no person and nothing that was typed."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk
from flask import Flask

from signoff.settings import SettingsRefused
from signoff.web import fault_reports
from signoff.web.fault_reports import report_faults
from tests.house import House
from tests.inspection import InspectingClient


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback that takes reports, and its address as Sentry writes them."""
    taken: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://abc@127.0.0.1:{server.server_port}/1", taken
        server.shutdown()


@pytest.fixture
def reports() -> Iterator[list[bytes]]:
    """What a Sentry server is sent while this process reports to it."""
    with listening() as (dsn, taken):
        report_faults(dsn)
        yield taken
        sentry_sdk.get_client().close()
        sentry_sdk.init()  # to no one


def events(taken: list[bytes]) -> list[dict[str, Any]]:
    """The events in what was sent; nothing else may be."""
    sentry_sdk.flush(10)
    lines = [body.splitlines() for body in taken]
    assert all(json.loads(kind)["type"] == "event" for _, kind, *_ in lines)
    return [json.loads(event) for _, _, event in lines]


def test_a_fault_says_where_and_not_who(
    app: Flask, client: InspectingClient, house: House, reports: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))

    def fail(*_: object, **__: object) -> None:
        who = "Ana Alder"
        raise RuntimeError(f"{who} <ana@alder.example> could not open https://signoff.example/r/{secret}")

    monkeypatch.setattr("signoff.web.partner.request_page.render_template", fail)
    headers = {"User-Agent": "Ana's browser", "X-Forwarded-For": "203.0.113.9"}
    assert client.get(f"/r/{secret}?seen=ana", headers=headers).status_code == 500
    logging.getLogger("signoff").error("%s was not told: %s", "Birch Union", f"/r/{secret}")
    logging.getLogger("signoff").warning("the database is busy")
    fault, error = events(reports)
    (one,) = fault["exception"]["values"]
    assert one["type"] == "RuntimeError" and one["stacktrace"]["frames"][-1]["function"] == "fail"
    assert fault["logentry"]["message"] == "Exception on %s [%s]" and fault["release"].startswith("signoff@")
    assert error["logentry"]["message"] == "%s was not told: %s"
    said = b"".join(reports).decode()
    for word in (secret, "/r/", "Ana", "ana@", "alder", "Birch", "203.0.113.9", "seen=", "vars", "context_line"):
        assert word not in said, word
    assert {name for event in (fault, error) for name in event} <= {
        *("event_id", "timestamp", "platform", "level", "release", "logger", "logentry", "exception", "tags"),
    }


def test_it_is_refused_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    report_faults("")
    monkeypatch.setattr(fault_reports, "sentry_sdk", None)
    report_faults("")
    with pytest.raises(SettingsRefused, match=r"signoff\[sentry\]"):
        report_faults("https://abc@sentry.example/1")
