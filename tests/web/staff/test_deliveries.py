"""Delivering from the position's page, and what the public reads of it: never a name that is no longer listed."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient
from tests.word_files import WordFile

HERE, PUBLIC = "/staff/positions/fund-the-coordinator", "/positions/fund-the-coordinator"
FILE = f"{PUBLIC}/deliveries/1.pdf"
TYPED = {"recipient": "Committee on Schools", "way": "by_hand", "day": "2026-11-24", "note": "Left at the desk."}
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
def version(house: House) -> int:
    with house.database.unit_of_work() as session:
        result = house.asked(session, "Alder House", "Birch House", "Cedar House")
        for name in ("Alder House", "Birch House"):
            house.say(session, result, name)
        house.publish(session, result)
        house.clock.advance(minutes=1)
        return result.id


def delivered(client: InspectingClient) -> str:
    section = client.soup(PUBLIC).find(id="deliveries")
    return " ".join(section.get_text().split()) if section else ""


def test_the_public_reads_it_with_its_file_until_a_name_leaves(
    client: InspectingClient, house: House, version: int
) -> None:
    assert delivered(client) == "" and client.get(FILE).status_code == 404
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/deliver")
    assert page.h1 and page.h1.get_text() == "Deliver version 1 with two names"
    assert [name.get_text() for name in page.select(".signatories .who")] == ["Alder House", "Birch House"]
    assert client.submit(f"{HERE}/deliver", "/deliver", **TYPED).status_code == 303
    staff = client.get(HERE).text
    assert "Committee on Schools" in staff and "Left at the desk." in staff
    client.sign_out()
    assert "Committee on Schools, November 24, 2026, with two names" in delivered(client)
    assert "Left at the desk." not in client.get(PUBLIC).text
    file = client.get(FILE)
    assert file.status_code == 200 and file.content_type == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    assert "Alder House" in words and "Birch House" in words and "Cedar House" not in words
    with house.database.unit_of_work() as session:
        house.say(session, session.get_one(Version, version), "Cedar House")
    assert "One name has been added since." in delivered(client)
    assert client.get(FILE).data == file.data
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.get_one(Version, version), "Birch House")
    assert "One name on that list is no longer listed, so the file is not offered here." in delivered(client)
    assert client.get(FILE).status_code == 404
    for path in (PUBLIC, FILE, f"{PUBLIC}.json", f"{PUBLIC}/delivered"):
        assert "Birch House" not in client.get(path).text
    client.sign_in("reviewer")
    assert client.get(f"{HERE}/deliveries/1.pdf").data == file.data
    assert client.get(f"{HERE}/deliver").status_code == 403


def test_what_was_typed_comes_back_and_other_names_are_shown_again(
    client: InspectingClient, house: House, version: int
) -> None:
    client.sign_in("publisher")
    refused = client.submit(f"{HERE}/deliver", "/deliver", **{**TYPED, "day": "2027-01-01"})
    assert refused.status_code == 422 and "This date is in the future." in refused.text
    assert "Left at the desk." in refused.text and "Nothing was sent or recorded." in refused.text
    target, served = client.form(f"{HERE}/deliver", "/deliver")
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.get_one(Version, version), "Birch House")
    stale = client.post(target, data={**dict(served), **TYPED})
    assert stale.status_code == 409 and "The listed names have changed since this page was shown." in stale.text
    assert "with one name" in stale.text and "Birch House" not in stale.text
    assert client.submit(f"{HERE}/deliver", "/deliver", **TYPED).status_code == 303


def test_a_supplement_names_the_delivery_that_it_adds_to(client: InspectingClient, house: House, version: int) -> None:
    client.sign_in("publisher")
    client.submit(f"{HERE}/deliver", "/deliver", **TYPED)
    with house.database.unit_of_work() as session:
        house.say(session, session.get_one(Version, version), "Cedar House")
    (link,) = client.soup(HERE).select(f'a[href="{HERE}/deliver?after=1"]')
    assert "Deliver a supplement" in link.get_text()
    page = client.soup(f"{HERE}/deliver?after=1")
    assert "One name has been added since." in page.get_text()
    (recipient,) = page.select("input[name=recipient]")
    assert recipient["value"] == "Committee on Schools"
    assert client.submit(f"{HERE}/deliver?after=1", "/deliver", **TYPED).status_code == 303
    assert "as a supplement" in client.get("/staff/record").text
    assert client.get(f"{HERE}/deliver?after=7").status_code == 404


def test_nothing_of_a_retired_position_is_offered(client: InspectingClient, house: House, version: int) -> None:
    with house.database.unit_of_work() as session:
        house.deliver(session, session.get_one(Version, version))
        house.retire(session, session.get_one(Version, version))
    assert client.get(FILE).status_code == 404
    client.sign_in("publisher")
    assert client.get(f"{HERE}/deliver").status_code == 409
    assert client.get(f"{HERE}/deliveries/1.pdf").data == b"%PDF of 1"


def test_what_is_taken_back_is_gone_from_every_public_surface(
    client: InspectingClient, house: House, version: int
) -> None:
    client.sign_in("publisher")
    client.submit(f"{HERE}/deliver", "/deliver", **TYPED)
    assert client.get(f"{PUBLIC}.json").json["deliveries"] == [
        {
            "recipient": "Committee on Schools", "delivered_on": "2026-11-24", "names": 2, "no_longer_listed": 0,
            "added_since": 0, "file_url": f"http://127.0.0.1:8000{FILE}",
        }
    ]  # fmt: skip
    at = f"{HERE}/deliveries/1/take-back"
    assert client.submit(at, "/take-back", reason="").status_code == 422
    assert client.submit(at, "/take-back", reason="Meant for the other committee.").status_code == 303
    assert "was taken back as a mistake" in client.get("/staff/record").text
    staff = client.get(HERE).text
    assert "Meant for the other committee." in staff and "Taken back by" in staff
    assert client.get(f"{HERE}/deliveries/1.pdf").status_code == 200
    assert client.get(at).status_code == client.get(f"{HERE}/deliveries/1/added.pdf").status_code == 409
    client.sign_out()
    assert delivered(client) == "" and client.get(FILE).status_code == 404
    assert "Committee on Schools" not in client.get(PUBLIC).text
    assert client.get(f"{PUBLIC}.json").json["deliveries"] == []


def words_of(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_each_state_has_a_file_with_its_names_first(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        rows = [
            ("Alder", "OH", "local"), ("Birch", "OH", "state"), ("Cedar", "TX", "state"), ("Elm", "OH", "national"),
            ("Fir", "OH; TX", "local"),
        ]  # fmt: skip
        asked = [house.partner(session, name, places=place.split("; "), level=level) for name, place, level in rows]
        signed = house.checked(session, house.position(session))
        house.ask(session, signed, asked)
        for name, *_ in rows:
            house.say(session, signed, name)
        house.publish(session, signed)
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/deliver")
    links = [link.get_text() for link in page.select('a[href*="/states/"]')]
    assert links == ["Ohio (PDF)", "Word for Ohio", "Texas (PDF)", "Word for Texas"]
    texas = words_of(client.get(f"{HERE}/states/tx.pdf").data)
    in_word = WordFile(client.get(f"{HERE}/states/tx.docx").data).words().split("\n")
    assert in_word.index("Texas") + 1 == in_word.index("Cedar") < in_word.index("National organizations")
    assert client.get(f"{HERE}/states/nv.docx").status_code == 409
    assert "Texas Cedar National organizations Elm State organizations Birch (Ohio)" in texas
    assert client.get(f"{HERE}/states/nv.pdf").status_code == 409
    assert client.get(f"{HERE}/states/no.pdf").status_code == 404
    assert client.submit(f"{HERE}/deliver", "/deliver", **TYPED, state="nowhere").status_code == 422
    assert client.submit(f"{HERE}/deliver", "/deliver", **TYPED, state="OH").status_code == 303
    kept = words_of(client.get(f"{HERE}/deliveries/1.pdf").data)
    assert "Ohio Alder Birch National organizations Elm" in kept
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.get_one(Version, signed.id), "Cedar")
    with ZipFile(BytesIO(client.get(f"{HERE}/states.zip").data)) as archive:
        assert archive.namelist() == ["fund-the-coordinator-ohio.pdf", "fund-the-coordinator-ohio.docx"]
        ohio = words_of(archive.read("fund-the-coordinator-ohio.pdf"))
        assert "Cedar" not in WordFile(archive.read("fund-the-coordinator-ohio.docx")).words()
    assert "Ohio Alder Birch National organizations Elm" in ohio and "Cedar" not in ohio


def test_added_names_stand_alone_on_a_sheet(client: InspectingClient, house: House, version: int) -> None:
    client.sign_in("publisher")
    client.submit(f"{HERE}/deliver", "/deliver", **TYPED)
    at = f"{HERE}/deliveries/1/added"
    assert client.get(f"{at}.pdf").status_code == client.get(f"{at}.docx").status_code == 409
    with house.database.unit_of_work() as session:
        house.say(session, session.get_one(Version, version), "Cedar House", public_note="In part.")
        house.withdraw(session, session.get_one(Version, version), "Birch House")
    assert client.soup(HERE).select(f'a[href="{at}.pdf"]') and client.soup(HERE).select(f'a[href="{at}.docx"]')
    word = client.get(f"{at}.docx").data
    said = " ".join(ElementTree.fromstring(ZipFile(BytesIO(word)).read("word/document.xml")).itertext())
    for words in (words_of(client.get(f"{at}.pdf").data), " ".join(said.split())):
        assert "Names added since November 24, 2026" in words
        assert "We delivered “Fund the coordinator” to Committee on Schools on November 24, 2026, with two" in words
        assert "Since then, this organization has approved exactly the same text:" in words
        assert "One name on the earlier list is no longer listed." in words
        assert "Cedar House" in words and "In part." in words
        assert "Alder House" not in words and "Birch House" not in words


def test_added_names_have_their_states_in_full_when_the_whole_list_has_codes(
    client: InspectingClient, house: House, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signoff.web.public.paper.IN_TWO_COLUMNS", 2)
    with house.database.unit_of_work() as session:
        house.deliver(session, session.get_one(Version, version))
        late = house.partner(session, "Delta House", level="local", places=("OH",))
        house.ask(session, session.get_one(Version, version), [late])
        house.say(session, session.get_one(Version, version), late.name)
    client.sign_in("publisher")
    assert "Delta House\u00a0(Ohio)" in WordFile(client.get(f"{HERE}/deliveries/1/added.docx").data).words()
