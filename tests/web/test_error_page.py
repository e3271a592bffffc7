"""The page that says what went wrong: for every status, without the database, with what was typed and no secret."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask, abort
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from signoff.web.access import public
from signoff.web.error_page import LastResort
from signoff.web.typed_words import is_secret
from tests.house import House
from tests.inspection import InspectingClient, inspect, served_fields
from tests.served import bring_back, take_away
from tests.web.addresses import address, furnish_addresses, rules

HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cache-Control",
    "Permissions-Policy",
)
STATUSES = (400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 414, 415, 418, 422, 429, 451, 500, 501, 502, 503, 504)
CANARY = "we stand by the coordinator"


def breaking(app: Flask, problem: BaseException, path: str = "/breaks") -> None:
    """Let a page of the application raise."""

    @public
    def breaks(**_address: str) -> str:
        raise problem

    app._got_first_request = False
    app.add_url_rule(path, f"breaks{len(app.view_functions)}", breaks, methods=["GET", "POST"])


def is_whole(response: TestResponse) -> None:
    """Whatever failed, the answer is a page of ours with all its headers."""
    inspect(response.text)
    for header in HEADERS:
        assert header in response.headers, header


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_status_has_a_page_and_a_problem(app: Flask, client: InspectingClient, status: int) -> None:
    @public
    def breaks() -> str:
        abort(status, response=None) if status in (408, 418) else abort(status)

    if status in (402, 407):
        return
    app._got_first_request = False
    for path in ("/breaks", "/api/breaks"):
        app.add_url_rule(path, path.replace("/", "x"), breaks, methods=["GET", "POST"])
    is_whole(response := client.post("/breaks", data={"note": CANARY}))
    assert response.status_code == status
    problem = client.post("/api/breaks")
    assert problem.status_code == status and problem.content_type == "application/problem+json"
    assert problem.get_json(force=True)["status"] == status


def test_without_the_database_there_is_a_page_that_says_when_to_come_back(
    app: Flask, client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
        user = house.user(session, Role.DRAFTER)
        token = make_token(house.act(session, user.actor), user, name="test")
    client.sign_in("drafter")
    take_away(house.database)
    away = 0
    for rule in rules(app, "GET"):
        path = address(app, rule, filled)
        is_call = path.startswith("/api/v1/") and path != "/api/v1/"
        response = client.call("GET", path, token) if is_call else client.get(path)
        if response.status_code == 503 and path != "/readyz":
            away += 1
            assert int(response.headers["Retry-After"]) > 0, path
            if path.startswith("/api/"):
                assert response.get_json(force=True)["status"] == 503
            else:
                is_whole(response)
        else:
            assert response.status_code < 400 or response.status_code == 404 or path == "/readyz", path
    assert away > 60
    is_whole(client.get("/no/such/page"))


def test_an_answer_that_cannot_be_recorded_comes_back_to_be_sent_again(
    app: Flask, client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))
    target, served = client.form(f"/r/{secret}", "/answer")
    words = {"answer": "decline", "full_name": "Ana Alder", "reason": f"{CANARY}\n<b>not</b>", "authority": "board"}
    take_away(house.database)
    refused = client.post(target, data=dict(served) | words)
    assert refused.status_code == 503
    shown = BeautifulSoup(refused.text, "html.parser")
    assert [dd.text for dd in shown.select(".typed dd")].count(words["reason"]) == 1
    bring_back(house.database)
    again = dict(served_fields(shown.form))
    assert shown.form and shown.form["action"] == target
    sent = client.post(str(shown.form["action"]), data=again)
    assert sent.status_code == 303
    assert "declined" in client.get(f"/r/{secret}").text


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_password_code_or_token_comes_back(app: Flask, client: InspectingClient) -> None:
    breaking(app, RuntimeError("on purpose"))
    secret = {"password": "aaaa1", "present": "aaaa2", "again": "aaaa3", "code": "aaaa4", "prove_password": "aaaa5"}
    odd = {"new_password": "aaaa6", "api_token": "aaaa7", "client_secret": "aaaa8"}
    response = client.post("/breaks", data={**secret, **odd, "email": "ada@coalition.example", "csrf_token": "kept"})
    assert response.status_code == 500 and "ada@coalition.example" in response.text
    assert "aaaa" not in response.text
    asked = BeautifulSoup(response.text, "html.parser").select("input[type=password], input[type=text]")
    assert {field["name"] for field in asked} == {*secret, *odd}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_secret_field_that_a_page_has_is_known(app: Flask, client: InspectingClient, house: House) -> None:
    secret = set()
    for template in Path("templates").rglob("*.html"):
        for macro in re.findall(r"line\(([^)]*(?:password|one-time-code)[^)]*)\)", template.read_text()):
            secret.add(macro.split(",")[0].strip("\"' "))
    assert secret - {"field"} >= {"password", "present", "again", "code"}
    assert all(is_secret(name) for name in secret - {"field"}), secret


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_another_site_sent_is_not_repeated(app: Flask, client: InspectingClient) -> None:
    breaking(app, RuntimeError("on purpose"))
    response = client.post("/breaks", data={"note": CANARY}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 500 and CANARY not in response.text


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("problem", "may_resend"), [(IntegrityError("", {}, ValueError()), True), (Conflict("No."), False)]
)
def test_words_of_a_conflict_come_back(
    app: Flask, client: InspectingClient, problem: Exception, may_resend: bool
) -> None:
    breaking(app, problem)
    response = client.post("/breaks", data={"note": CANARY})
    assert response.status_code == 409 and CANARY in response.text
    assert ("Send again" in response.text) is may_resend


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_each_address_on_the_page_is_there(app: Flask, client: InspectingClient) -> None:
    addresses = app.url_map.bind("localhost")
    template = Path("templates/errors/error.html").read_text()
    written = re.findall(r"\(\"(/[^\"]*)\", \"", template) + re.findall(r"{{ root }}(/[\w/.]*)[\"']", template)
    assert len(written) > 10
    for path in written:
        addresses.match(path)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_the_application_itself_raises_gets_the_page_and_all_headers(
    app: Flask, client: InspectingClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> list[bytes]:
        raise RuntimeError("no router anymore")

    app.wsgi_app = LastResort(app, broken)  # type: ignore[method-assign]
    secret = "Sx" * 21 + "s"
    response = client.get(f"/r/{secret}")
    assert response.status_code == 500 and secret not in caplog.text and "no router anymore" in caplog.text
    is_whole(response)
