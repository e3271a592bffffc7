"""What is never public: declines, abstentions, silence, private words, and names of those who left."""

from signoff.models import Partner
from tests.house import House
from tests.inspection import InspectingClient


def test_a_page_counts_departures_and_names_none(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Delta House", "Elm House", "Fir House")
        for name in ("Delta House", "Elm House", "Fir House"):
            house.say(session, version, name)
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, "Delta House")
        house.remove(session, version, "Elm House")
        house.contest(session, version, "Fir House")
    page = client.soup("/positions/fund-the-coordinator").text
    assert "One partner withdrew on November 24, 2026." in page
    assert "Two names were taken off on November 24, 2026." in page
    assert not [name for name in ("Delta House", "Elm House", "Fir House") if name in page]


def test_a_partner_that_left_is_in_no_directory(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        house.partner(session, "Birch").left_at = house.clock()
    assert client.get("/partners/alder").status_code == 200
    assert client.get("/partners/birch").status_code == 404
    for path in ("/partners/", "/api/v1/partners"):
        assert "Alder" in client.get(path).text
        assert "Birch" not in client.get(path).text
    with house.database.reading() as session:
        assert session.query(Partner).count() == 2


def test_unpublished_positions_and_versions_are_unknown_to_the_public(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
    unknown = client.get("/positions/no-such-position").text
    for path in ("/positions/fund-the-coordinator", "/positions/fund-the-coordinator.json"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.text == unknown
    with house.database.unit_of_work() as session:
        house.publish(session, version)
        house.revised(session, version)
    assert client.get("/positions/fund-the-coordinator").status_code == 200
    assert client.get("/positions/fund-the-coordinator/versions/1").status_code == 302
    assert client.get("/positions/fund-the-coordinator/versions/2").status_code == 404
    assert client.get("/api/v1/positions/fund-the-coordinator").get_json()["version"] == 1  # type: ignore[index]


def test_a_retired_position_names_no_one(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    assert "Alder" in client.get("/positions/fund-the-coordinator").text
    with house.database.unit_of_work() as session:
        house.retire(session, version)
    for path in ("/positions/fund-the-coordinator", "/positions/fund-the-coordinator/versions/1"):
        ended = client.get(path)
        assert ended.status_code == 200
        assert "Overtaken by the law." in ended.text
        assert "Alder" not in ended.text
    for ending in (".json", ".md", ".pdf", ".docx", "/text", "/signatories.csv"):
        assert client.get(f"/positions/fund-the-coordinator{ending}").status_code == 404
