"""Each request leaves one line that says what it was and holds no secret, and every line of it has the same id."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from signoff.web.access import public
from signoff.web.app import create_app
from signoff.web.log_masking import mask_logs
from signoff.web.logs import JsonLines, start_logging
from tests.house import House

GIVEN = "0c9e4f2a-7d31-4b57-9d7e-1f1f3c2b5a60"


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def printed() -> Iterator[StringIO]:
    """What the program logs, as JSON."""
    mask_logs()
    stream, logger = StringIO(), logging.getLogger("signoff")
    handler, level = logging.StreamHandler(stream), logger.level
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def requests(stream: StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(stream) if line["logger"] == "signoff.requests"]


def test_a_line_says_what_a_request_was_and_not_by_which_link(app: Flask, house: House, printed: StringIO) -> None:
    client = app.test_client()
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))
    client.get(f"/r/{secret}?from=ana@alder.example").close()
    client.get("/positions/?q=the+alder+trust").close()
    client.get("/staff/positions/the-alder-trust").close()
    client.get("/no/such/page").close()
    client.open("/positions/", method="BREW").close()
    seen = [(line["method"], line["route"], line["status"]) for line in requests(printed)]
    assert seen == [
        ("GET", "/r/<secret>", 200),
        ("GET", "/positions/", 200),
        ("GET", "/staff/positions/<slug:slug>", 302),
        ("GET", "none", 404),
        ("other", "none", 405),
    ]
    assert all(0 < line["milliseconds"] < 60_000 and line["at"].endswith("+00:00") for line in requests(printed))
    assert not any(word in printed.getvalue() for word in (secret, "alder", "no/such", "BREW"))


def test_all_lines_of_a_request_have_its_id_and_no_other_has(app: Flask, printed: StringIO) -> None:
    @public
    def breaks() -> str:
        raise RuntimeError("on purpose")

    app._got_first_request = False
    app.add_url_rule("/breaks", "breaks", breaks)
    app.test_client().get("/breaks").close()
    failure, request = lines(printed)
    assert failure["request_id"] == request["request_id"] and len(request["request_id"]) == 16
    assert failure["level"] == "error" and "RuntimeError: on purpose" in failure["traceback"]
    assert (request["route"], request["status"]) == ("/breaks", 500)
    logging.getLogger("signoff").warning("between requests")
    assert "request_id" not in lines(printed)[-1]


def test_what_the_database_refuses_is_told_without_the_row(app: Flask, printed: StringIO) -> None:
    @public
    def breaks() -> str:
        said = 'duplicate key value violates "email"\nDETAIL:  Key (email)=(ana@alder.example) already exists.'
        raise IntegrityError("INSERT", None, Exception(said))

    app._got_first_request = False
    app.add_url_rule("/breaks", "breaks", breaks)
    assert app.test_client().get("/breaks").status_code == 409
    assert lines(printed)[0]["message"] == 'the database refused: duplicate key value violates "email"'
    assert "ana@" not in printed.getvalue()


@pytest.mark.parametrize(
    ("proxies", "given", "is_kept"),
    [(1, GIVEN, True), (0, GIVEN, False), (1, "x", False), (1, "a" * 43, False), (1, "two words\there", False)],
)
def test_an_id_is_taken_from_a_trusted_proxy_only_and_when_it_is_one(
    house: House, printed: StringIO, proxies: int, given: str, is_kept: bool
) -> None:
    app = create_app(replace(house.settings, trusted_proxies=proxies), clock=house.clock)
    app.test_client().get("/healthz", headers={"X-Request-ID": given}).close()
    app.extensions["signoff"].database.engine.dispose()
    (line,) = requests(printed)
    assert (line["request_id"] == given) is is_kept


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_process_logs_in_the_style_of_its_settings_and_without_known_tracebacks(
    monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    class ConnectorException(Exception):
        """As Procrastinate raises it."""

    root, ours, stream = logging.getLogger(), logging.getLogger("signoff"), StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    handlers, level = root.handlers, ours.level
    try:
        start_logging(style)
        ours.info("routine")
        ours.warning("worth a look")
        try:
            raise ConnectorException("\n  Database error.\n") from OSError("connection refused")
        except ConnectorException:
            logging.getLogger("procrastinate.worker").exception("listener error")
    finally:
        root.handlers = handlers
        ours.setLevel(level)
    said = stream.getvalue().splitlines()
    assert len(said) == (3 if style == "json" else 2)
    if style == "json":
        assert [json.loads(line)["message"] for line in said][:2] == ["routine", "worth a look"]
    else:
        assert said[0].endswith("Z WARNING worth a look")
    assert "the database cannot be reached: connection refused" in said[-1]
