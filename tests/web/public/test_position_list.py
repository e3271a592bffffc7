"""The list of positions: found by words, kind, year, criterion and who signed, from page to page by key."""

from urllib.parse import urlencode

import pytest

from signoff.web.public import position_list
from tests.house import House
from tests.inspection import InspectingClient

SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def found(client: InspectingClient, **asked: object) -> list[str]:
    page = client.soup(f"/positions/?{urlencode(asked)}")
    return [heading.get_text() for heading in page.select(".index h2")]


def furnish(house: House) -> None:
    with house.database.unit_of_work() as session:
        alder = house.partner(session, "Ñandú Alder", aliases=("The Secret Society",))
        birch = house.partner(session, "Birch")
        house.clock.now = house.clock.now.replace(month=12, day=31, hour=23)  # 6 p.m. in New York
        for title, kind, body in (
            ("Open the yards", "letter", "Yards stay open {{date}}. Every child plays."),
            ("Feed every child", "position", "Meals for <b>all</b>. " + "And so on. " * 40 + "Coordinators matter."),
        ):
            version = house.position(session, title, kind=kind, body=body.replace("<b>", "").replace("</b>", ""))
            if kind == "letter":
                for key in ("vision", "mission"):
                    house.finding(session, version, key, "It does.")
            house.checked(session, version)
            house.ask(session, version, [alder, birch])
            house.say(session, version, "Ñandú Alder" if kind == "letter" else "Birch")
            if kind == "position":
                house.say(session, version, "Ñandú Alder")
                house.publish(session, version)
                house.withdraw(session, version, "Ñandú Alder")
            else:
                house.publish(session, version)
            house.clock.advance(hours=7)  # the next year, in New York too
        draft = house.position(session, "Open the gates", body="A draft about coordinators and yards.")
        house.checked(session, draft)


def test_positions_are_found_by_all_that_readers_know_of_them(client: InspectingClient, house: House) -> None:
    furnish(house)
    everything = ["Feed every child", "Open the yards"]
    assert found(client) == everything
    assert found(client, q="played yard") == ["Open the yards"]  # other endings of the words
    assert found(client, q="coordinator") == ["Feed every child"]
    assert found(client, q="coordinators gates") == []  # never a draft
    assert found(client, q="...") == everything
    assert found(client, kind="letter") == ["Open the yards"]
    assert found(client, year="2026") == ["Open the yards"] and found(client, year="2027") == ["Feed every child"]
    assert found(client, partner="nandu") == ["Open the yards"]  # it withdrew from the other
    assert found(client, partner="birch") == ["Feed every child"]
    assert found(client, partner="secret") == []  # an alias is for staff
    assert found(client, q="every", kind="letter", year="2026", partner="alder") == ["Open the yards"]
    # What is not offered is not looked for.
    assert found(client, kind="drafts", year="1999", criterion="nothing") == everything


@SQLITE
def test_what_was_found_says_why(client: InspectingClient, house: House) -> None:
    furnish(house)
    page = client.soup("/positions/?q=coordinator&partner=birch")
    (item,) = page.select(".index > li")
    assert [mark.get_text() for mark in item.select("mark")] == ["Coordinators"]
    assert "And so on. Coordinators matter." in item.get_text() and "Meals for all" not in item.get_text()
    assert item.select_one(".count").get_text(" ", strip=True) == "1 partner"  # type: ignore[union-attr]
    assert [line.get_text() for line in item.select(".to")] == ["Signed by Birch"]
    assert "One position with “coordinator” signed by a partner named “birch”." in page.text
    # The form keeps what was asked for; what is filled in is read as it is on the position's page.
    assert page.select_one("#q")["value"] == "coordinator"  # type: ignore[index]
    assert "Yards stay open December 31, 2026" in client.soup("/positions/?q=yards").text
    nothing = client.soup("/positions/?q=zebra&kind=letter")
    assert "No positions with “zebra”, letter." in nothing.text and not nothing.select(".index")
    assert client.soup("/positions/?partner=alder").text.count("Birch") == 0


@SQLITE
def test_positions_are_found_by_the_criterion_that_they_advance(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        for title, verdict in (("Open the yards", "advances"), ("Feed every child", "not_engaged")):
            version = house.position(session, title)
            house.findings(session, version, equity=verdict)
            house.complete(session, version)
            house.publish(session, version)
    assert found(client, criterion="equity") == ["Open the yards"]
    assert found(client, criterion="vision") == ["Feed every child", "Open the yards"]


@SQLITE
def test_pages_lead_on_by_key_and_miss_nothing_that_comes_meanwhile(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_list, "ON_ONE_PAGE", 2)

    def publish(number: int) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, house.checked(session, house.position(session, f"Ask {number}")))

    for number in range(1, 6):
        publish(number)
    path, seen = "/positions/?q=ask", []
    while path:
        page = client.soup(path)
        seen.append([heading.get_text() for heading in page.select(".index h2")])
        publish(5 + len(seen))  # moves no page that follows
        older = page.select_one("a[rel=next]")
        path = str(older["href"]) if older else ""
    assert seen == [["Ask 5", "Ask 4"], ["Ask 3", "Ask 2"], ["Ask 1"]]
    newer = str(page.select_one("a[rel=prev]")["href"])  # type: ignore[index]
    assert "q=ask" in newer and found(client, **{"before": 1}) == ["Ask 3", "Ask 2"]
    assert [heading.get_text() for heading in client.soup(newer).select(".index h2")] == ["Ask 3", "Ask 2"]
    # The address of a page by its number leads to where that page is now.
    for number, titles in ((1, ["Ask 8", "Ask 7"]), (2, ["Ask 6", "Ask 5"]), (99, ["Ask 2", "Ask 1"])):
        response = client.get(f"/positions/?q=ask&page={number}")
        assert response.status_code == 302
        assert [h.get_text() for h in client.soup(response.headers["Location"]).select(".index h2")] == titles
    assert "There are no positions on this page." in client.soup("/positions/?after=1").text


@SQLITE
def test_a_place_without_positions_says_what_will_be_here(client: InspectingClient, house: House) -> None:
    for path in ("/", "/positions/", "/positions/?q=yards"):
        page = client.soup(path)
        assert "No position is published yet." in page.text and not page.select("[role=search]")


@SQLITE
def test_the_first_page_shows_the_newest_position_and_how_many_there_are(
    client: InspectingClient, house: House
) -> None:
    furnish(house)
    page = client.soup("/")
    assert [tally.get_text(" ", strip=True) for tally in page.select(".tally")] == [
        "2 positions", "2 partners named", "1 partner has signed",
    ]  # fmt: skip
    assert page.select_one(".newest h2").get_text() == "Feed every child"  # type: ignore[union-attr]
    assert [heading.get_text() for heading in page.select(".index h3")] == ["Open the yards"]
