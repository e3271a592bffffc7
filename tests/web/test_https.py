"""Reached by https, every answer tells the browser to come by https only: pages, refusals, failures and files."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from signoff.web.app import create_app
from tests.house import House
from tests.web.addresses import address, furnish_addresses, rules

BASE = "https://signoff.coalition.example"
NAME, VALUE = "Strict-Transport-Security", "max-age=31536000"


@pytest.fixture
def dialect() -> str:
    """The headers do not depend on the database."""
    return "sqlite"


@pytest.fixture
def secure(house: House) -> Iterator[Flask]:
    """The house's application as people reach it by https; what fails in it is answered, not raised."""
    house.settings = replace(house.settings, base_url=BASE)
    made = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    yield made
    made.extensions["signoff"].database.engine.dispose()


def test_every_address_of_the_application(secure: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    client = secure.test_client()
    statuses = set()
    for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"):
        for rule in rules(secure, method if method != "DELETE" else "GET"):
            response = client.open(address(secure, rule, filled), method=method, base_url=BASE)
            assert response.headers.getlist(NAME) == [VALUE], (method, rule.rule, response.status)
            statuses.add(response.status_code)
    assert statuses >= {200, 302, 401, 403, 405}


# Answers of each other kind: how it is asked for, and the status it has.
OTHERS = [
    ("GET", "/nothing-here", 404),
    ("GET", f"/r/{'x' * 43}", 404),
    ("GET", "/positions/nothing-here.json", 404),
    ("GET", "/api/v1/nothing-here", 404),
    ("GET", "/static/signoff.css", 200),
    ("GET", "/static/nothing-here.css", 404),
    ("GET", "/staff", 308),
    ("GET", "/positions/?q=%00", 422),
    ("POST", "/login", 413),
    ("GET", "/api/v1/record", 401),
]


@pytest.mark.parametrize(("method", "path", "status"), OTHERS)
def test_refusals_files_and_redirects(secure: Flask, method: str, path: str, status: int) -> None:
    data = "x" * 20_000_000 if status == 413 else None
    headers = {"Authorization": "Bearer wrong"} if status == 401 else {}
    with secure.test_client().open(path, method=method, base_url=BASE, data=data, headers=headers) as response:
        assert response.status_code == status
        assert response.headers.getlist(NAME) == [VALUE]


@pytest.mark.parametrize(
    ("problem", "status"),
    [(RuntimeError("a fault of ours"), 500), (OperationalError("SELECT", {}, Exception("database is locked")), 503)],
)
def test_failures(secure: Flask, problem: Exception, status: int) -> None:
    def fail() -> None:
        raise problem

    endpoint = secure.url_map.bind("signoff.coalition.example").match("/principles", method="GET")[0]
    fail.access = secure.view_functions[endpoint].access  # type: ignore[attr-defined]
    secure.view_functions[endpoint] = fail
    response = secure.test_client().get("/principles", base_url=BASE)
    assert response.status_code == status
    assert response.headers.getlist(NAME) == [VALUE]


def test_without_https_nothing_is_said_of_it(app: Flask) -> None:
    assert NAME not in app.test_client().get("/").headers
