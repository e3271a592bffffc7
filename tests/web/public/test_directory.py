"""The directory: partners found by names, places and expertise, from A to Z; and what a partner's own page says."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.models import Partner, Version
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.web.public import partner_pages
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_queries import counted

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def found(client: InspectingClient, **asked: str) -> list[str]:
    page = client.soup(f"/partners/?{urlencode(asked)}")
    return [link.get_text() for link in page.select(".directory li > a")]


def furnish(house: House) -> None:
    with house.database.unit_of_work() as session:
        act = house.act(session, house.user(session, "administrator").actor)
        add_expertise(act, "early literacy")
        add_expertise(act, "school health")
        house.partner(session, "The Ñandú Club", aliases=("Secret Society",), places=("Cleveland, OH",))
        house.partner(
            session, "Birch County", level="local", places=("Dona Ana County, NM",), expertise=("early literacy",)
        )
        house.partner(session, "Alder", level="national", places=("nationwide",), expertise=("school health",))
        gone = house.partner(session, "Yew", places=("Cleveland, OH",), expertise=("early literacy",))
        change_partner(act, gone, replace(form_of(gone), places=(), expertise=()))
        house.partner(session, "Zelkova of Ohio", places=("Cleveland, OH",))
        house.leaves(session, "Zelkova of Ohio")


def test_partners_are_found_by_names_places_and_expertise(client: InspectingClient, house: House) -> None:
    furnish(house)
    assert found(client) == ["Alder", "Birch County", "The Ñandú Club", "Yew"]  # “The” and accents do not count
    assert found(client, q="nandu") == ["The Ñandú Club"]
    assert found(client, q="ohio") == found(client, q="OH") == found(client, q="cleveland") == ["The Ñandú Club"]
    assert found(client, q="new mexico") == found(client, q="dona") == ["Birch County"]
    assert found(client, q="nationwide") == found(client, q="health") == ["Alder"]
    assert found(client, q="literacy county") == found(client, q="early", level="local") == ["Birch County"]
    assert found(client, q="secret") == []  # an alias is for staff
    nothing = client.soup("/partners/?q=zelkova")  # has left
    assert "No partners matching “zelkova”" in nothing.text and "No partners match these filters." in nothing.text
    assert "1 of four partners matching “nandu”" in client.soup("/partners/?q=nandu").text


def test_a_long_directory_has_a_page_for_each_letter(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(house)
    with house.database.unit_of_work() as session:
        for number in range(21):
            house.partner(session, f"Cedar {chr(65 + number)}")
    page = client.soup("/partners/")
    letters = {link.get_text(): link["href"] for link in page.select(".letters a")}
    assert letters["C"] == "#letter-c" and list(letters) == ["A", "B", "C", "N", "Y"]
    assert page.select_one("#letter-c > a").get_text() == "Cedar A"  # type: ignore[union-attr]
    monkeypatch.setattr(partner_pages, "MOST_AT_ONCE", 20)
    monkeypatch.setattr(partner_pages, "MOST_OF_A_LETTER", 20)
    with house.database.unit_of_work() as session:  # so that pages kept in memory are made again
        house.partner(session, "Cedar Z")
    assert found(client) == ["Alder"] and found(client, letter="N") == ["The Ñandú Club"]
    assert found(client, letter="Q") == ["Alder"]  # no name begins so
    assert found(client, q="birch", letter="C") == ["Birch County"]
    first, second, beyond = (found(client, letter="C", page=number) for number in ("1", "2", "99"))
    assert (len(first), second) == (20, ["Cedar U", "Cedar Z"]) and beyond == second and first[0] == "Cedar A"
    (next_page,) = client.soup("/partners/?letter=C").select(".pages a")
    assert (next_page.get_text(), next_page["href"]) == ("Next", "/partners/?letter=C&page=2#list")
    assert client.soup("/partners/?letter=C&page=2").select_one(".pages span").get_text() == "21 to 22, page 2 of 2"  # type: ignore[union-attr]
    links = [str(link["href"]) for link in client.soup("/partners/").select(".letters a")]
    assert links[1] == "/partners/?letter=B#list"


def test_a_partner_has_its_positions_with_their_notes(app: Flask, client: InspectingClient, house: House) -> None:
    furnish(house)

    def signed(title: str, **more: str) -> None:
        with house.database.unit_of_work() as session:
            partner = session.scalars(select(Partner).where(Partner.name == "Birch County")).one()
            version = house.checked(session, house.position(session, title))
            house.ask(session, version, [partner])
            house.say(session, version, "Birch County", **more)
            house.publish(session, version)

    signed("Open the yards", public_note="Our charter is silent on hours.")
    page = client.soup("/partners/birch-county")
    assert page.select_one(".tally").get_text(" ", strip=True) == "1 position signed"  # type: ignore[union-attr]
    assert [note.get_text() for note in page.select(".index q")] == ["Our charter is silent on hours."]
    client.get("/partners/")  # counts the directory
    with counted(app) as statements:
        card = client.soup("/partners/?q=birch").select_one(".directory li").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "Dona Ana County, New Mexico" in card and "Signed one position" in card
    few = len(statements)
    signed("Feed every child")
    with counted(app) as statements:
        assert "Signed two positions" in client.get("/partners/?q=birch").text
    assert len(statements) == few
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version).where(Version.title == "Open the yards")).one()
        house.withdraw(session, version, "Birch County")
    page = client.soup("/partners/birch-county")
    assert not page.select("q") and "Open the yards" not in page.text
    assert "Signed one position" in client.get("/partners/").text
