"""The pages and calls that ask about partners' names in a text, and about numbers of signatories."""

import pytest
from sqlalchemy import select

from signoff.models import Exemption
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_as_shown import shown_form

VERSION = "/staff/positions/fund-the-coordinator/versions/1"
CALL = "/api/v1/positions/fund-the-coordinator/versions/1"
ZONES = "Buses must run into the communities in schools' zones."
COUNTED = "We, the undersigned 145 organizations, ask. We thank Birch Union."
TERMS = {"partner": "1", "deadline": "2026-12-20T12:00"}


def seeded(house: House, body: str, *, checked: bool) -> None:
    """A position with this text, its findings put and perhaps its check completed, and two partners."""
    with house.database.unit_of_work() as session:
        for name in ("Communities In Schools", "Birch Union"):
            house.partner(session, name)
        version = house.position(session, body=body)
        house.findings(session, version)
        if checked:
            house.complete(session, version)


def test_the_check_is_completed_once_the_list_is_ticked(client: InspectingClient, house: House) -> None:
    seeded(house, ZONES, checked=False)
    client.sign_in("reviewer")
    page = client.get(f"{VERSION}/check").text
    assert "reads like Communities In Schools" in page and "communities in schools&#39; zones" in page
    refused = client.submit(f"{VERSION}/check", "/check", act="complete")
    assert refused.status_code == 422 and "check the box" in refused.text
    assert client.submit(f"{VERSION}/check", "/check", act="complete", ordinary="yes").status_code == 303
    assert "reads like" not in client.get(f"{VERSION}/ordinary").text
    client.sign_in("publisher")
    assert client.submit(f"{VERSION}/publish", "/publish").status_code == 303


def test_a_list_that_grew_since_is_not_ticked(client: InspectingClient, house: House) -> None:
    seeded(house, ZONES, checked=False)
    client.sign_in("reviewer")
    target, served = client.form(f"{VERSION}/check", "/check")
    with house.database.unit_of_work() as session:
        house.partner(session, "Must Run")
    late = client.post(target, data=dict(served) | {"act": "complete", "ordinary": "yes"})
    assert late.status_code == 409
    with house.database.reading() as session:
        assert session.scalars(select(Exemption)).all() == []


def test_a_partner_registered_since_is_looked_at_before_publishing(client: InspectingClient, house: House) -> None:
    seeded(house, "Let every hazel grow.", checked=True)
    with house.database.unit_of_work() as session:
        house.partner(session, "Hazel")
    client.sign_in("publisher")
    page = client.get(f"{VERSION}/publish").text
    assert "A reviewer must look at the list once" in page and f"{VERSION}/ordinary" in page
    client.sign_in("reviewer")
    assert client.submit(f"{VERSION}/ordinary", "/ordinary").status_code == 303
    client.sign_in("publisher")
    assert client.submit(f"{VERSION}/publish", "/publish").status_code == 303


def test_asking_asks_about_names_and_numbers_first(client: InspectingClient, house: House) -> None:
    seeded(house, COUNTED, checked=True)
    client.sign_in("publisher")
    assert "The text names “Birch Union”" in client.get(f"{VERSION}/ask").text
    shown = client.submit(f"{VERSION}/ask", "/ask", act="preview", **TERMS)
    assert "undersigned 145" in shown.text and "{{signatory_count}}" in shown.text
    fields = {"act": "send"} | TERMS
    refused = client.post(f"{VERSION}/ask", data=shown_form(shown, "/ask") | fields)
    assert refused.status_code == 422 and "Nothing was sent" in refused.text
    assert client.post(f"{VERSION}/ask", data=shown_form(refused, "/ask") | fields | {"seen": "yes"}).status_code == 303


def test_publishing_asks_about_numbers_first(client: InspectingClient, house: House) -> None:
    seeded(house, COUNTED.replace("Birch Union", "them"), checked=True)
    client.sign_in("publisher")
    refused = client.submit(f"{VERSION}/publish", "/publish")
    assert refused.status_code == 422 and "Nothing was published" in refused.text
    assert client.submit(f"{VERSION}/publish", "/publish", seen="yes").status_code == 303


@pytest.fixture
def tokens(house: House) -> dict[str, str]:
    with house.database.unit_of_work() as session:
        return {
            role: make_token(house.act(session, house.user(session, role).actor), house.user(session, role), name="t")
            for role in ("reviewer", "publisher", "administrator")
        }


def test_the_api_asks_nothing_back_and_warns(client: InspectingClient, house: House, tokens: dict[str, str]) -> None:
    seeded(house, f"{ZONES} {COUNTED}", checked=False)
    warned = client.call("GET", f"{CALL}/missing", tokens["reviewer"]).json["warnings"]
    assert len(warned) == 3 and "Birch Union" in warned[0] and "145" in warned[2]
    done = client.call("POST", f"{CALL}/check", tokens["reviewer"])
    assert done.status_code == 200 and "Communities In Schools" in done.json["warnings"][0]
    round_ = {"version": 1, "partners": ["birch-union"], "deadline": "2026-12-20T12:00:00Z"}
    asked = client.call("POST", "/api/v1/positions/fund-the-coordinator/rounds", tokens["publisher"], round_)
    assert asked.status_code == 201 and [("145" in item) for item in asked.json["warnings"]] == [True]
    missing = client.call("GET", f"{CALL}/missing", tokens["reviewer"]).json
    assert [("Birch Union" in item) for item in missing["to_publish"]] == [True]


def test_the_api_proposes_short_forms(client: InspectingClient, house: House, tokens: dict[str, str]) -> None:
    partner = {
        "name": "American Federation of Teachers",
        "contacts": [{"name": "Ana", "email": "ana@aft.example"}],
    }
    made = client.call("POST", "/api/v1/partners", tokens["administrator"], partner)
    assert made.status_code == 201 and made.json["proposed_aliases"] == ["AFT"]
