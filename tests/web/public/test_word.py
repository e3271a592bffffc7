"""The Word file of a position: what its page says, the same names at every moment, and for the same content bytes."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient
from tests.word_files import W, WordFile

WORD = "/positions/fund-the-coordinator.docx"
SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def published(house: House, *names: str, note: str = "") -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, name) for name in names])
        for name in names:
            house.say(session, version, name, public_note=note)
        house.publish(session, version)


@SQLITE
def test_it_says_what_the_page_says(client: InspectingClient, house: House) -> None:
    published(house, "Alder House", note="For the first request only.")
    response = client.get(WORD)
    assert response.status_code == 200
    assert response.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert response.headers["Content-Disposition"] == 'attachment; filename="fund-the-coordinator.docx"'
    file = WordFile(response.data)
    words = " ".join(file.words().split())
    digest = client.get("/positions/fund-the-coordinator.json").get_json()["digest"]  # type: ignore[index]
    for said in (
        "Fund the coordinator", "published November 24, 2026", "version 1", "We ask for five-year grants.",
        "Schools need a coordinator.", "Two seats for families.", "One signatory when this file was made",
        "Alder House*", "* Alder House: “For the first request only.”",
        "against the principles of September 2016, edition 1", "Public education: advances. Because it says so.",
        digest, "http://127.0.0.1:8000/positions/fund-the-coordinator", "http://127.0.0.1:8000/verify",
    ):  # fmt: skip
        assert said in words, said
    assert file.styled("Title") == ["Fund the coordinator"]
    assert file.styled("Heading1") == ["What we ask", "Who signed", "How it was checked", "Verify"]
    assert client.soup("/positions/fund-the-coordinator").find("a", href=WORD) is not None


ACTS: list[Callable[[House, Session, Version], object]] = [
    lambda house, session, version: house.say(session, version, "Gum House"),
    lambda house, session, version: house.withdraw(session, version, "Alder House"),
    lambda house, session, version: house.remove(session, version, "Birch House"),
    lambda house, session, version: house.contest(session, version, "Cedar House"),
    lambda house, session, version: house.say(session, version, "Alder House"),
]


@SQLITE
def test_its_names_are_those_of_the_page_at_every_moment(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *(f"{tree} House" for tree in ("Alder", "Birch", "Cedar", "Gum", "Fir")))
        house.publish(session, version)
        assert version.id == 1
        for tree in ("Alder", "Birch", "Cedar"):
            house.say(session, version, f"{tree} House")
    files = []
    for act in [lambda *_: None, *ACTS]:
        with house.database.unit_of_work() as session:
            house.clock.advance(minutes=1)
            act(house, session, session.get_one(Version, 1))
        page = client.soup("/positions/fund-the-coordinator")
        names = [item.get_text().split("\n")[0] for item in page.select("ul.signatories .who, ul.signatories a")]
        response = client.get(WORD)
        assert sorted(WordFile(response.data).styled("Signatory")) == sorted(names)
        assert client.get(WORD).data == response.data
        assert client.get(WORD, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
        assert response.headers["Cache-Control"] == "no-cache"
        files.append(response.data)
    assert len(set(files)) == len(files)


@SQLITE
def test_staff_download_a_version_that_no_one_else_can(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder House")
        house.say(session, version, "Alder House")
        digest = version.digest
    address = "/staff/positions/fund-the-coordinator/versions/1.docx"
    assert client.get(WORD).status_code == 404
    assert client.get(address).status_code == 302
    client.sign_in("reviewer")
    assert client.soup("/staff/positions/fund-the-coordinator/versions/1").find("a", href=address) is not None
    response = client.get(address)
    file = WordFile(response.data)
    foot = "".join(file.part("footer").itertext())
    assert "Working copy of version 1" in file.words() and "Working copy of version 1" in foot
    assert digest[:8] in foot and "http" not in foot
    assert "Two seats for families." in file.words() and "Alder House" not in file.words()
    assert client.get("/staff/positions/fund-the-coordinator/versions/2.docx").status_code == 404


def test_the_foot_has_the_address_the_digest_and_the_number_of_the_page(client: InspectingClient, house: House) -> None:
    published(house, "Alder House")
    foot = WordFile(client.get(WORD).data).part("footer")
    words = "".join(foot.itertext())
    digest = client.get("/positions/fund-the-coordinator.json").get_json()["digest"]  # type: ignore[index]
    assert "http://127.0.0.1:8000/positions/fund-the-coordinator" in words
    assert f"SHA-256 {digest[:8]}…{digest[-4:]}" in words
    assert [(field.text or "").strip() for field in foot.iter(f"{W}instrText")] == ["PAGE", "NUMPAGES"]
