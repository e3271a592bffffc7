"""The API's list of who accepted the commitments: for staff alone."""

import pytest

from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient

LIST = "/api/v1/commitments"


@pytest.fixture
def dialect() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


def test_staff_read_what_each_partner_has_said(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        alder, birch = house.partner(session, "Alder", "Ana Alder"), house.partner(session, "Birch", "Bo Birch")
        house.partner(session, "Cedar")
        house.ask_to_accept(session, alder, birch)
        said = house.say_of_commitments(session, "ana@alder.example")
        at = said.at.isoformat()[:19]
        drafter = house.user(session, "drafter")
        token = make_token(house.act(session, drafter.actor), drafter, name="Nightly")
    assert client.call("GET", LIST).status_code == 401
    answer = client.call("GET", f"{LIST}?limit=2", token).json
    assert answer is not None and answer["edition"] == 1
    first, second = answer["items"]
    assert (first["partner"], first["state"], first["at"][:19]) == ("alder", "accepted", at)
    assert (second["partner"], second["state"]) == ("birch", "waiting")
    rest = client.call("GET", f"{LIST}?after={answer['next']}", token).json
    assert rest is not None and [(item["state"], item["at"]) for item in rest["items"]] == [("not_asked", None)]
