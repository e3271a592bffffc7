"""Every route × anonymous, each role, link holder: who is admitted is read off the permission table."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from signoff.domain.permissions import ALLOWED, Act, Role
from signoff.services.accounts.api_tokens import make_token
from signoff.web.access import access_of
from tests.dialects import POSTGRESQL_IN_TORTURE
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient
from tests.web.addresses import Filled, address, furnish_addresses, rules

pytestmark = POSTGRESQL_IN_TORTURE

NOT_ADMITTED = {302, 401, 403}


@pytest.fixture
def filled(house: House) -> Filled:
    with house.database.unit_of_work() as session:
        return furnish_addresses(house, session)


def test_every_view_says_whom_it_is_for(app: Flask) -> None:
    audiences = {access_of(app, rule.endpoint).audience for rule in rules(app, "GET")}  # type: ignore[union-attr]
    assert audiences == {"public", "link", "staff", "api"}


def test_anonymous_people_reach_only_what_is_public(app: Flask, client: InspectingClient, filled: Filled) -> None:
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        assert access is not None
        response = client.get(address(app, rule, filled))
        if access.audience == "staff":
            assert (response.status_code, "/login" in response.location) == (302, True), rule
        elif access.audience == "api" and access.act is not None:
            assert response.status_code == 401, rule
            assert response.content_type == "application/problem+json"
        elif rule.endpoint in ("partner.receipt", "public.logo", "public.partner_logo", "public.oembed"):
            assert response.status_code == 404  # none before an answer; none was set; no address was asked about
        else:
            assert response.status_code in (200, 302, 503), (rule, response.status_code)


def test_anonymous_people_change_nothing(app: Flask, client: InspectingClient, filled: Filled) -> None:
    for method in ("POST", "PUT", "PATCH"):
        for rule in rules(app, method):
            access = access_of(app, rule.endpoint)
            assert access is not None
            if access.audience == "staff":
                assert client.post(address(app, rule, filled)).status_code == 401, rule
            elif access.audience == "api":
                assert client.call(method, address(app, rule, filled), json={}).status_code == 401, rule


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_allows(
    app: Flask, client: InspectingClient, filled: Filled, house: House, role: Role
) -> None:
    client.sign_in(role.value)
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        assert access is not None
        if access.audience == "staff":
            response = client.get(address(app, rule, filled))
            allowed = role in ALLOWED[access.act or Act.READ]
            assert (response.status_code == 403) == (not allowed), (rule, response.status_code)
            if allowed:
                assert response.status_code in (200, 409), rule


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_post_what_the_table_allows(
    app: Flask, client: InspectingClient, filled: Filled, house: House, role: Role
) -> None:
    client.sign_in(role.value)
    token = _token_of_a_form(client)
    for rule in rules(app, "POST"):
        access = access_of(app, rule.endpoint)
        if access is not None and access.audience == "staff":
            response = client.post(address(app, rule, filled), data={"csrf_token": token})
            assert (response.status_code == 403) == (role not in ALLOWED[access.act or Act.READ]), rule


def _token_of_a_form(client: InspectingClient) -> str:
    field = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    assert field is not None
    return str(field["value"])


@pytest.mark.parametrize("role", list(Role))
def test_a_token_can_do_no_more_than_its_user(
    app: Flask, client: InspectingClient, filled: Filled, house: House, role: Role
) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, role.value)
        token = make_token(house.act(session, user.actor), user, name="test")
    for method in ("GET", "POST", "PUT", "PATCH"):
        for rule in rules(app, method):
            access = access_of(app, rule.endpoint)
            if access is not None and access.audience == "api" and access.act is not None:
                response = client.call(method, address(app, rule, filled), token, {} if method != "GET" else None)
                assert (response.status_code == 403) == (role not in ALLOWED[access.act]), (rule, response.text)


def test_a_link_opens_its_own_page_and_no_other(app: Flask, client: InspectingClient, filled: Filled) -> None:
    for rule in rules(app, "GET"):
        if access_of(app, rule.endpoint).audience == "staff":  # type: ignore[union-attr]
            response = client.get(f"{address(app, rule, filled)}?secret={filled.secret}")
            assert response.status_code in NOT_ADMITTED
    assert client.get(f"/r/{filled.secret}").status_code == 200


def test_who_is_not_signed_in_is_led_back_to_the_page_asked_for(app: Flask, client: InspectingClient) -> None:
    for asked in ("/staff/positions/?q=a%3F&page=2", "/staff/"):
        location = urlsplit(client.get(asked).location)
        assert (location.path, parse_qs(location.query)) == ("/login", {"next": [asked]})


def test_a_page_that_is_none_is_not_found_and_files_are_for_everyone(client: InspectingClient) -> None:
    assert client.get("/no-such-page").status_code == 404
    assert client.get("/static/no-such-file").status_code == 404


@pytest.mark.parametrize("given", ["Bearer nothing", "Basic {}", "{}", "Bearer"])
def test_only_a_token_that_is_known_is_taken(app: Flask, client: InspectingClient, house: House, given: str) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "publisher")
        token = make_token(house.act(session, user.actor), user, name="test")
    api = app.test_client()
    for scheme in ("Bearer", "bearer  "):
        assert api.get("/api/v1/record", headers={"Authorization": f"{scheme} {token}"}).status_code == 200
    refused = api.get("/api/v1/positions", headers={"Authorization": given.format(token)})
    assert (refused.status_code, refused.json["detail"]) == (401, "This token is not valid.")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_leads_to_no_other_site(client: InspectingClient, wanted: str) -> None:
    response = client.submit("/login", "", email="drafter@coalition.example", password=PASSWORD, next=wanted)
    assert response.location == "/staff/"


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(app: Flask, client: InspectingClient) -> None:
    client.sign_in("drafter")
    copy = app.test_client()
    cookie = client._client.get_cookie("signoff")
    assert cookie is not None
    copy.set_cookie("signoff", cookie.value)
    assert copy.get("/staff/").status_code == 200
    client.post("/logout", data={"csrf_token": _token_of_a_form(client)})
    assert client.get("/staff/").status_code == 302
    assert copy.get("/staff/").status_code == 302


def test_a_session_ends_after_twelve_hours(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    house.clock.advance(hours=11, minutes=59)
    assert client.get("/staff/").status_code == 200
    house.clock.advance(minutes=1)
    assert client.get("/staff/").status_code == 302


def test_signing_in_is_slowed_after_failures_and_says_the_same_for_everybody(client: InspectingClient) -> None:
    for email in ("drafter@coalition.example", "nobody@coalition.example"):
        said = set()
        for _ in range(8):
            response = client.submit("/login", "", email=email, password="wrong wrong wrong")
            assert response.status_code == 422
            said.add("The email address or password is incorrect." in response.text)
        assert said == {True}
        assert client.submit("/login", "", email=email, password="wrong wrong wrong").status_code == 429
    assert client.submit("/login", "", email="reviewer@coalition.example", password="wrong").status_code == 422


def test_forms_without_their_token_are_refused(client: InspectingClient, filled: Filled) -> None:
    client.sign_in("publisher")
    response = client.post(f"/staff/positions/{filled.slug}/retire", data={"reason": "Because."})
    assert response.status_code == 403
    assert "did not come from this site" in response.text


@pytest.mark.parametrize("role", list(Role))
def test_no_page_offers_what_its_reader_may_not_do(
    app: Flask, client: InspectingClient, filled: Filled, role: Role
) -> None:
    """Every form and every link of every staff page leads where this role is admitted."""
    client.sign_in(role.value)
    adapter, offered = app.url_map.bind("127.0.0.1"), 0
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        if access is None or access.audience != "staff" or role not in ALLOWED[access.act or Act.READ]:
            continue
        response = client.get(address(app, rule, filled))
        if not (response.content_type or "").startswith("text/html"):
            continue
        page = BeautifulSoup(response.text, "html.parser")
        ways = [(form["action"], form.get("method", "get").upper()) for form in page.find_all("form", action=True)]
        ways += [(link["href"], "GET") for link in page.find_all("a", href=True)]
        for target, method in ways:
            path = urlsplit(str(target)).path
            if not path.startswith("/staff/"):
                continue
            endpoint, _ = adapter.match(path, method=str(method))
            act = access_of(app, endpoint).act or Act.READ  # type: ignore[union-attr]
            assert role in ALLOWED[act], (rule.rule, target)
            offered += 1
    assert offered > 100
