"""A base URL with a path: every address that any page, file, redirect or cookie gives lies under it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from signoff.web.app import create_app
from tests.house import PASSWORD, House
from tests.web.addresses import address, furnish_addresses, rules

HOST, PATH = "https://shared.example", "/at/signoff"
_ADDRESSES = {"href", "src", "action", "formaction", "data", "cite"}


@pytest.fixture
def dialect() -> str:
    """Addresses do not depend on the database."""
    return "sqlite"


@pytest.fixture
def under(house: House) -> Iterator[Flask]:
    house.settings = replace(house.settings, base_url=HOST + PATH)
    made = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    yield made
    made.extensions["signoff"].database.engine.dispose()


def _holds_address(name: str) -> bool:
    return name in _ADDRESSES or (name.startswith("data-") and name != "data-shortcut")


def strays(page: TestResponse) -> list[str]:
    """The addresses of a page that lead to this host and not under the path."""
    found = [page.headers[name] for name in ("Location", "Content-Location") if name in page.headers]
    if page.mimetype == "text/html":
        for tag in BeautifulSoup(page.text, "html.parser").find_all(True):
            found += [str(value) for name, value in tag.attrs.items() if _holds_address(name)]
    elif page.mimetype.endswith(("xml", "json")) or page.mimetype == "text/plain":
        found += re.findall(rf"{HOST}[^\s\"<>)]*", page.text)
    found = [one for one in found if one.startswith(("/", HOST))]
    return [one for one in found if not f"{urlsplit(one).path}/".startswith(f"{PATH}/")]


def test_every_page_stays_under_the_path(under: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    statuses = set()
    staff = under.test_client()
    form = staff.get(f"{PATH}/login", base_url=HOST)
    token = BeautifulSoup(form.text, "html.parser").find("input", {"name": "csrf_token"})
    assert token
    typed = {"csrf_token": token["value"], "email": "administrator@coalition.example", "password": PASSWORD}
    entered = staff.post(f"{PATH}/login", data=typed, base_url=HOST, headers={"Referer": f"{HOST}{PATH}/login"})
    assert entered.status_code == 303 and entered.location == f"{PATH}/staff/"
    assert re.search(r"__Secure-signoff=.*Path=/at/signoff", entered.headers["Set-Cookie"])
    for rule in rules(under, "GET"):
        client = staff if rule.rule.startswith(("/staff", "/login")) else under.test_client()
        page = client.get(PATH + address(under, rule, filled), base_url=HOST)
        assert strays(page) == [], rule.rule
        statuses.add(page.status_code)
    assert statuses >= {200, 302, 401, 403} and 500 not in statuses
    assert strays(staff.get(f"{PATH}/nothing-here", base_url=HOST)) == []
    described = staff.get(f"{PATH}/api/v1/openapi.json", base_url=HOST).get_json()
    assert described["servers"] == [{"url": f"{HOST}{PATH}/api/v1"}]
    # Who is sent to sign in comes back to where they wanted to go.
    sent = under.test_client().get(f"{PATH}/staff/positions/?q=alder", base_url=HOST)
    assert unquote(sent.location) == f"{PATH}/login?next={PATH}/staff/positions/?q=alder"


def test_proxies_may_take_the_path_off_and_servers_may_mount_it(under: Flask) -> None:
    def links(page: TestResponse) -> list[str]:
        return [str(tag["href"]) for tag in BeautifulSoup(page.text, "html.parser").find_all("a", href=True)]

    client = under.test_client()
    whole, taken_off = client.get(f"{PATH}/principles", base_url=HOST), client.get("/principles", base_url=HOST)
    mounted = Client(DispatcherMiddleware(lambda _environ, _start: [], {PATH: under.wsgi_app}), TestResponse)
    assert links(whole) == links(taken_off) == links(mounted.get(f"{PATH}/principles", base_url=HOST)) != []
    assert client.get(PATH, base_url=HOST).status_code == client.get(f"{PATH}/", base_url=HOST).status_code == 200
    assert client.get(f"{PATH}x/principles", base_url=HOST).status_code == 404
