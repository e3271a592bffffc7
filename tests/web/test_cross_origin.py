"""Scripts of other sites read the API's public calls without credentials, and nothing else."""

import pytest
from flask import Flask

from tests.house import House
from tests.inspection import InspectingClient
from tests.web.addresses import address, furnish_addresses, rules
from tests.web.test_routes import listed, plain

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ALLOWED = "Access-Control-Allow-Origin"
ELSEWHERE = {"Origin": "https://news.example"}


def test_only_public_reads_of_the_api_are_open_to_other_sites(app: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    public = {path for method, path, audience, act, _ in listed() if (method, audience, act) == ("GET", "api", "-")}
    assert "/api/v1/positions/<slug>" in public
    for rule in rules(app, "GET"):
        if not plain(rule.rule).startswith(("/api/", "/positions/<slug>.json", "/r/", "/staff/record", "/oembed")):
            continue
        path, is_open = address(app, rule, filled), plain(rule.rule) in public
        assert app.test_client().head(path, headers=ELSEWHERE).headers.get(ALLOWED) == ("*" if is_open else None), path
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path, is_open = address(app, rule, filled), plain(rule.rule) in public
        for method in ("GET", "POST"):
            asked = {**ELSEWHERE, "Access-Control-Request-Method": method}
            answer = app.test_client().options(path, headers=asked)
            assert answer.headers.get(ALLOWED) == ("*" if is_open and method == "GET" else None), (method, path)


def test_who_shows_a_cookie_or_a_token_is_told_nothing_from_elsewhere(app: Flask, client: InspectingClient) -> None:
    path = "/api/v1/positions"
    answer = client.get(path, headers=ELSEWHERE)
    assert answer.headers[ALLOWED] == "*" and "Access-Control-Allow-Credentials" not in answer.headers
    client = app.test_client(use_cookies=False)
    for shown in ({"Authorization": "Bearer x"}, {"Cookie": "a=b"}):
        assert ALLOWED not in client.get(path, headers=ELSEWHERE | shown).headers
    preflight = client.options(
        path,
        headers={
            **ELSEWHERE,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert preflight.status_code == 204 and "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]
