"""What is never public: declines, abstentions, silence, private words, and names of those who left."""

from flask import Flask

from signoff.models import Partner
from signoff.web.access import access_of
from tests.house import House
from tests.inspection import InspectingClient, words_of
from tests.web.addresses import Filled, address, rules

PRIVATE = ("Quiet reason", "Private word", "Ana Birch House", "ana@birch-house.example")


# Names of two words: hashes in proofs are written in letters, and three of them in a row may spell a tree.
def test_no_public_surface_names_those_who_did_not_approve(app: Flask, client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(
            session, "Alder House", "Birch House", "Cedar House", "Delta House", "Elm House", "Fir House", "Gum House"
        )
        for name in ("Alder House", "Delta House", "Elm House", "Fir House"):
            house.say(session, version, name)
        house.say(session, version, "Birch House", "decline", reason="Quiet reason", note="Private word")
        house.say(session, version, "Cedar House", "abstain")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        filled = Filled(
            version.position.slug, "alder-house", house.secret(house.link(session, version, "Gum House")), ""
        )
    client.sign_in("publisher")
    handed = {"recipient": "The Committee", "way": "by_hand", "day": "2026-11-24"}
    assert client.submit(f"/staff/positions/{filled.slug}/deliver", "/deliver", **handed).status_code == 303
    client.sign_out()

    def surfaces() -> dict[str, str]:
        with house.database.unit_of_work() as session:
            house.seal(session)
        pages = {}
        for rule in rules(app, "GET"):
            access = access_of(app, rule.endpoint)
            # The directory lists every partner as such; being one says nothing about a position.
            is_directory = rule.endpoint in ("public.partners", "api.partners")
            if access and access.audience in ("public", "api") and access.act is None and not is_directory:
                path = address(app, rule, filled)
                pages[path] = words_of(client.get(path))
        return pages

    before = surfaces()
    kinds = {path.rpartition("/")[2].rpartition(".")[2] for path in before}
    assert kinds >= {"pdf", "docx", "proof", "json", "md", "csv"}
    assert f"/positions/{filled.slug}/deliveries/1.pdf" in before
    for name in ("Alder House", "Delta House", "Elm House", "Fir House"):  # these were there to be found
        assert all(name in text for path, text in before.items() if path.endswith((".pdf", ".docx", "/proof")))
        assert sum(name in text for text in before.values()) >= 4
    with house.database.unit_of_work() as session:
        house.clock.advance(minutes=1)
        house.withdraw(session, version, "Delta House")
        house.remove(session, version, "Elm House")
        house.contest(session, version, "Fir House")
    after = surfaces()
    for path, text in after.items():
        for name in ("Birch House", "Cedar House", "Delta House", "Elm House", "Fir House", "Gum House", *PRIVATE):
            assert name not in text and name.lower().replace(" ", "-") not in text, (path, name)
    page = client.soup(f"/positions/{filled.slug}").text
    assert "One partner withdrew on November 24, 2026." in page
    assert "Two names were taken off on November 24, 2026." in page


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


def test_a_retired_position_names_nobody(client: InspectingClient, house: House) -> None:
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
