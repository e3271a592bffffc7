"""The page on which a publisher chooses how the names on sheets are grouped."""

import pytest
from sqlalchemy import select

from signoff.models import Publication
from tests.house import House
from tests.inspection import InspectingClient

HERE = "/staff/positions/fund-the-coordinator"
SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def grouping(house: House) -> str:
    with house.database.reading() as session:
        return session.scalars(select(Publication.grouping)).one()


@SQLITE
def test_it_is_chosen_at_publishing_and_changed_afterwards(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder")])
        house.say(session, version, "Alder")
    client.sign_in("publisher")
    assert "No font on this server" not in client.get(f"{HERE}/versions/1/publish").text
    assert client.get(f"{HERE}/grouping").status_code == 409
    assert client.submit(f"{HERE}/versions/1/publish", "/publish", grouping="alphabet", seen="yes").status_code == 303
    assert grouping(house) == "alphabet"
    page = client.soup(f"{HERE}/grouping")
    (chosen,) = page.find_all("input", attrs={"name": "grouping", "checked": True})
    assert chosen["value"] == "alphabet"
    refused = client.submit(f"{HERE}/grouping", "/grouping", grouping="random")
    assert refused.status_code == 422 and "Please choose one of those listed." in refused.text
    assert client.submit(f"{HERE}/grouping", "/grouping", grouping="level").status_code == 303
    assert grouping(house) == "level"


@SQLITE
def test_a_character_that_no_font_has_is_said_before_publishing(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session, body="Here: \U0001e290."))
    client.sign_in("publisher")
    for page in ("versions/1", "versions/1/publish"):
        said = client.get(f"{HERE}/{page}").text
        assert "No font on this server has one character of this text" in said and "such as [U+1E290]" in said
