"""The list of routes that people keep: a new route, or another mark on one, fails until someone edits the list."""

import re
from pathlib import Path

import pytest
from flask import Flask

from signoff.domain.permissions import Role
from signoff.models import StaffRole
from signoff.web.access import access_of
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.addresses import address, furnish_addresses, rules
from tests.web.dump import everything

# Acts that ask only when they give someone power, and how they are told to.
GRAVE_WHEN_CONFIRMED = {
    "/staff/proposals/<number>": {"settle": "accept"},
    "/staff/referrals/<number>": {"settle": "accept"},
    "/staff/partners/import": {"act": "import"},
}
LIST = Path(__file__).with_name("routes.txt")


def listed() -> list[tuple[str, ...]]:
    """Method, address, audience, act, and what else is asked for or let be, as the list has them."""
    lines = [line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    assert all(len(line) == 5 for line in lines), [line for line in lines if len(line) != 5]
    return [tuple(line) for line in lines]


def plain(rule: str) -> str:
    """An address as people write it, without its converters."""
    return re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"<\1>", rule)


def routed(app: Flask) -> list[tuple[str, ...]]:
    """The same, as the application has them."""
    result = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = plain(rule.rule)
            if rule.endpoint == "static":
                result.append((method, path, "public", "-", "-"))
                continue
            assert access is not None, rule
            proof = "proof" if access.proven else "-" if access.second_factor else "first-factor"
            result.append((method, path, access.audience, access.act.name.lower() if access.act else "-", proof))
    return result


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_routes_are_those_of_the_list(app: Flask) -> None:
    assert sorted(routed(app)) == sorted(listed())


def test_the_list_is_in_order_and_says_nothing_twice() -> None:
    rows = [(line[1], line[0]) for line in listed()]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_each_act_that_the_list_calls_grave_asks_for_the_password_and_does_nothing(
    app: Flask, client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
        user = house.user(session, "administrator")
        session.add_all(StaffRole(user_id=user.id, role=role) for role in Role if role != Role.ADMINISTRATOR)
    client.sign_in("administrator")
    token = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    house.clock.advance(minutes=31)
    before = everything(house.database)
    grave = {(method, path) for method, path, *_, proof in listed() if proof == "proof"}
    posted = set()
    for rule in rules(app, "POST"):
        path = plain(rule.rule)
        if ("POST", path) in grave or path in GRAVE_WHEN_CONFIRMED:
            fields = {"csrf_token": token["value"], **GRAVE_WHEN_CONFIRMED.get(path, {})}  # type: ignore[index]
            response = client.post(address(app, rule, filled), data=fields)
            assert (response.status_code, 'name="prove_password"' in response.text) == (401, True), rule
            posted.add(("POST", path))
    assert posted == grave | {("POST", path) for path in GRAVE_WHEN_CONFIRMED}
    assert everything(house.database) == before
