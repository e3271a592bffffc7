"""Acts that matter most ask for the password again, each at its own address: nothing happens without it."""

import pytest
from flask import Flask

from tests.dialects import POSTGRESQL_IN_TORTURE
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient
from tests.web.addresses import furnish_addresses
from tests.web.dump import everything

pytestmark = POSTGRESQL_IN_TORTURE

POSITION = "/staff/positions/fund-the-coordinator"
CONTACT = "/staff/partners/alder/contacts/1"
# Kept by hand: who may act, where, and what is sent. Whoever adds such an act adds it here.
ACTS = [
    ("publisher", f"{POSITION}/versions/1/publish", {}),
    ("publisher", f"{POSITION}/retire", {"reason": "A slip."}),
    ("publisher", "/staff/proposals/1", {"settle": "accept"}),
    ("publisher", "/staff/referrals/1", {"settle": "accept"}),
    ("publisher", f"{CONTACT}/confirm", {}),
    ("administrator", f"{CONTACT}/confirm", {}),
    ("administrator", f"{CONTACT}/remove", {}),
    ("administrator", CONTACT, {"name": "Mallory", "email": "mallory@evil.example", "may_answer": "yes"}),
    ("administrator", "/staff/partners/alder/contacts", {"name": "Mallory", "email": "mallory@evil.example"}),
    ("administrator", "/staff/partners/new", {"name": "Oak"}),
    ("administrator", "/staff/partners/import", {"act": "import", "carried": "bmFtZQpPYWsK"}),
    ("administrator", "/staff/partners/alder/edit", {"name": "Alder of Ohio"}),
    ("administrator", "/staff/partners/alder/leave", {"reason": "It merged."}),
    ("administrator", "/staff/partners/alder/return", {}),
    ("administrator", "/staff/partners/cedar/merge", {"into": "alder"}),
    ("administrator", "/staff/partners/cedar/merge/undo", {}),
    ("administrator", "/staff/partners/commitments/ask", {"partner": "alder"}),
    ("administrator", f"{POSITION}/sign-on/1", {"decision": "reject"}),
    ("administrator", "/staff/users/new", {"name": "N", "email": "n@coalition.example", "role": "publisher"}),
    ("administrator", "/staff/users/2", {"name": "R", "role": "administrator"}),
    ("administrator", "/staff/users/2/deactivate", {}),
    ("administrator", "/staff/users/2/reactivate", {}),
    ("administrator", "/staff/users/2/way", {}),
    ("administrator", "/staff/users/2/authenticator", {}),
    ("administrator", "/staff/erase/person", {"email": "ana@alder.example"}),
    ("administrator", "/staff/tokens/1/revoke", {}),
    ("administrator", "/staff/restored/open", {"seen": "yes"}),
    ("drafter", "/staff/account/address", {"email": "dora@new.example"}),
    ("drafter", "/staff/account/tokens", {"token_name": "Nightly"}),
    ("drafter", "/staff/account/authenticator", {}),
    ("drafter", "/staff/account/authenticator/remove", {}),
    ("drafter", "/staff/account/authenticator/codes", {}),
]


@pytest.fixture
def dialect() -> str:
    """What is asked does not depend on the database."""
    return "sqlite"


def rows_besides_tries(house: House) -> dict[str, list[object]]:
    return {table: rows for table, rows in everything(house.database).items() if table != "sign_in_failure"}


@pytest.mark.parametrize(("role", "address", "fields"), ACTS)
def test_an_old_proof_is_not_enough(
    client: InspectingClient, house: House, role: str, address: str, fields: dict[str, str]
) -> None:
    with house.database.unit_of_work() as session:
        furnish_addresses(house, session)
    client.sign_in(role)
    token = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    sent = fields | {"csrf_token": token["value"]}  # type: ignore[index]
    before = everything(house.database)
    house.clock.advance(minutes=30)
    asked = client.post(address, data=sent)
    assert (asked.status_code, 'name="prove_password"' in asked.text) == (401, True)
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in asked.text
    assert everything(house.database) == before
    wrong = client.post(address, data=sent | {"prove_password": "wrong wrong wrong wrong"})
    assert (wrong.status_code, 'name="prove_password"' in wrong.text) == (422, True)
    assert rows_besides_tries(house) == {table: rows for table, rows in before.items() if table != "sign_in_failure"}
    right = client.post(address, data=sent | {"prove_password": PASSWORD})
    assert 'name="prove_password"' not in right.text and right.status_code != 401


def test_the_list_is_whole(app: Flask) -> None:
    """Every view that is marked so is in the list; the three that ask by themselves are there besides."""
    listed = {_endpoint(app, address) for _, address, _ in ACTS}
    marked = {name for name, view in app.view_functions.items() if getattr(getattr(view, "access", None), "proven", 0)}
    assert listed - marked == {"staff.settle_proposal", "staff.settle_colleague", "staff.take_import"}
    assert marked - listed == set()


def _endpoint(app: Flask, address: str) -> str:
    return str(app.url_map.bind("127.0.0.1").match(address, method="POST")[0])
