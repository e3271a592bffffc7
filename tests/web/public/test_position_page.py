"""The page of a position: names in groups, found by a filter, with the history of the list and ways to cite it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from signoff.models import Partner, Publication
from signoff.services.publications import list_history
from signoff.web.public import position_page
from tests.house import House
from tests.inspection import InspectingClient

PAGE = "/positions/fund-the-coordinator"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def published(house: House, names: dict[str, dict[str, object]], *, withdraws: str = "") -> None:
    """A position that these partners signed, the last one on the day after; `withdraws` did then."""
    with house.database.unit_of_work() as session:
        partners = [house.partner(session, name, **more) for name, more in names.items()]
        version = house.checked(session, house.position(session))
        house.ask(session, version, partners)
        *first, last = names
        for name in first:
            note = {"public_note": "Our charter is silent on hiring."} if name == "Birch" else {}
            house.say(session, version, name, **note)
        house.publish(session, version)
        house.clock.advance(days=1)
        house.say(session, version, last)
        if withdraws:
            house.withdraw(session, version, withdraws)


ORDINARY: dict[str, dict[str, object]] = {
    "Alder": {"level": "local", "places": ("Cleveland, OH",)},
    "Birch": {"level": "state", "places": ("TX",)},
    "Cedar": {"level": "national"},
    "Delta": {"level": "local"},
}


def shown_names(client: InspectingClient, path: str) -> dict[str, list[str]]:
    groups = client.soup(path).select(".name-group")
    return {
        (heading.get_text(" ", strip=True) if (heading := group.find(["h2", "h3"])) else ""): [
            item.get_text() for item in group.select("li > a")
        ]
        for group in groups
    }


def test_names_stand_in_the_groups_that_the_publisher_chose(client: InspectingClient, house: House) -> None:
    published(house, ORDINARY)
    by_level = {
        "National organizations 1": ["Cedar"],
        "State organizations 1": ["Birch"],
        "Local organizations 2": ["Alder", "Delta"],
    }
    assert shown_names(client, PAGE) == by_level
    page = client.soup(PAGE)
    assert page.select_one(".tally").get_text(" ", strip=True) == "4 partners have signed"  # type: ignore[union-attr]
    assert page.select_one(".tally a")["href"] == "#signatories"  # type: ignore[index]
    assert [note.get_text() for note in page.select(".signatories q")] == ["Our charter is silent on hiring."]
    assert "Ohio · approved" in page.text and not page.select(".find-names, .jump")
    with house.database.unit_of_work() as session:
        session.scalars(select(Publication)).one().grouping = "state"
    assert list(shown_names(client, PAGE)) == [
        "National organizations 1", "Ohio 1", "Texas 1", "Other organizations 1",
    ]  # fmt: skip


def test_many_names_are_found_without_a_script(client: InspectingClient, house: House) -> None:
    crowd = {f"Partner {chr(65 + number)}": {"level": "local"} for number in range(22)}
    published(house, {**crowd, "Ñandú Club": {"level": "state", "places": ("TX",)}, **ORDINARY}, withdraws="Partner A")
    page = client.soup(PAGE)
    ids = {tag["id"] for tag in page.select("[id]")}
    jumps = [link["href"] for link in page.select(".jump a")]
    assert jumps == [
        f"{PAGE}#signatories", "#names-national-organizations", "#names-state-organizations",
        "#names-local-organizations", f"{PAGE}?notes=only#signatories",
    ]  # fmt: skip
    assert {jump[1:] for jump in jumps if jump.startswith("#")} <= ids
    assert [link.get_text(" ", strip=True) for link in page.select(".jump a")] == [
        "All 26", "National 1", "State 2", "Local 23", "With a note 1",
    ]  # fmt: skip
    assert shown_names(client, f"{PAGE}?name=nandu") == {"State organizations 1": ["Ñandú Club"]}
    assert shown_names(client, f"{PAGE}?name=ohio") == {"Local organizations 1": ["Alder"]}
    assert shown_names(client, f"{PAGE}?notes=only") == {"State organizations 1": ["Birch"]}
    assert "1 of 26 names matches “ohio”." in client.soup(f"{PAGE}?name=ohio").text
    nothing = client.soup(f"{PAGE}?name=Partner+A")  # has left: found like one that never was
    assert "No name matches “Partner A”." in nothing.text and not nothing.select(".name-group")
    # A filter changes what is shown of the list, never the number of those who signed.
    assert "26 partners have signed" in nothing.text
    with house.database.unit_of_work() as session:
        session.scalars(select(Publication)).one().grouping = "alphabet"
    by_letter = client.soup(PAGE)
    assert [link["href"] for link in by_letter.select(".jump a")][1:5] == [
        "#names-a", "#names-b", "#names-c", "#names-d",
    ]  # fmt: skip
    assert len(by_letter.select("#names-a, #names-b, #names-n, #names-p")) == 4


def test_a_long_list_stands_on_pages(client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position_page, "MANY_NAMES", 3)
    monkeypatch.setattr(position_page, "NAMES_ON_ONE_PAGE", 3)
    published(house, {**ORDINARY, "Elm": {"level": "local"}})
    first, second = (client.soup(f"{PAGE}{more}") for more in ("", "?page=2"))
    assert shown_names(client, PAGE) == {
        "National organizations 1": ["Cedar"], "State organizations 1": ["Birch"], "Local organizations 3": ["Alder"],
    }  # fmt: skip
    assert shown_names(client, f"{PAGE}?page=2") == {"Local organizations (continued) 3": ["Delta", "Elm"]}
    assert shown_names(client, f"{PAGE}?page=9") == shown_names(client, f"{PAGE}?page=2")
    pages = [[(link.get_text(), link["href"]) for link in page.select(".pages a")] for page in (first, second)]
    assert pages == [[("Next", f"{PAGE}?page=2#signatories")], [("Previous", f"{PAGE}#signatories")]]
    assert first.select_one(".pages span").get_text() == "1 to 3, page 1 of 2"  # type: ignore[union-attr]
    jumps = [str(link["href"]) for link in second.select(".jump a")]
    assert jumps[1] == f"{PAGE}#{first.select('.name-group h3')[0]['id']}"  # to the page that the group begins on
    assert not first.select("[data-filters]")  # a script would look for names on this page only
    assert shown_names(client, f"{PAGE}?name=el") == {"Local organizations 1": ["Elm"]}
    assert "Next" not in client.soup(f"{PAGE}?name=el").text
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.scalars(select(Publication)).one().version, "Cedar")
    names = [
        name for more in ("", "?page=2") for names in shown_names(client, f"{PAGE}{more}").values() for name in names
    ]
    assert names == ["Birch", "Alder", "Delta", "Elm"]


def test_the_history_names_who_stands_and_counts_who_left(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(house, ORDINARY, withdraws="Birch")
    with house.database.unit_of_work() as session:
        house.clock.advance(days=2)
        house.say(session, session.scalars(select(Publication)).one().version, "Birch")

    def rows() -> list[list[str]]:
        days = client.soup(f"{PAGE}?unknown=1").select(".over-time tbody tr")  # made anew
        return [[cell.get_text(" ", strip=True) for cell in day.select("th, td")] for day in days]

    expected = [
        ["November 24, 2026", "Alder ; Cedar", "1", "", "3"],
        ["November 25, 2026", "Delta", "", "1", "3"],
        ["November 27, 2026", "Birch", "", "", "4"],
    ]
    assert rows() == expected
    monkeypatch.setattr(list_history, "_MOST_NAMED", 1)
    expected[0][1] = "two partners"
    assert rows() == expected
    chart = client.soup(PAGE).select_one(".over-time svg")
    assert chart is not None and chart.get("role") == "img"
    assert "From three names on November 24, 2026 to four names on November 27, 2026" in chart.get_text()


def test_a_list_of_another_day_has_its_groups_and_notes(client: InspectingClient, house: House) -> None:
    published(house, ORDINARY, withdraws="Alder")
    path = f"{PAGE}/delivered?on=2026-11-24"
    assert shown_names(client, path) == {"National organizations 1": ["Cedar"], "State organizations 1": ["Birch"]}
    page = client.soup(path)
    assert [note.get_text() for note in page.select("q")] == ["Our charter is silent on hiring."]
    assert "three partners stood behind it" in page.text and "Alder" not in page.text


def test_any_day_since_can_be_asked_about_in_the_coalitions_zone(client: InspectingClient, house: House) -> None:
    """A leap day, and the days on which the clocks change; an answer counts on its day, as New York tells it."""
    house.clock.now = datetime(2028, 2, 29, 17, tzinfo=UTC)
    approvals = {
        "Alder": datetime(2028, 2, 29, 17, tzinfo=UTC),
        "Birch": datetime(2028, 3, 13, 3, 59, 30, tzinfo=UTC),  # still March 12, of 23 hours
        "Cedar": datetime(2028, 3, 13, 4, tzinfo=UTC),
        "Delta": datetime(2028, 11, 6, 4, 59, 30, tzinfo=UTC),  # still November 5, of 25 hours
    }
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        partners = [house.partner(session, name) for name in approvals]
        house.ask(session, version, partners, deadline=datetime(2028, 12, 1, 17, tzinfo=UTC))
        for name, at in approvals.items():
            house.clock.now = at
            house.say(session, version, name)
            if name == "Alder":
                house.publish(session, version)

    def on(day: str) -> str:
        return " ".join(client.soup(f"{PAGE}/delivered?on={day}").get_text().split())

    days = {"02-29": "one", "03-11": "one", "03-12": "two", "03-13": "three", "11-04": "three", "11-05": "four"}
    for day, number in days.items():
        assert re.search(f"At the end of [^,]+, 2028, {number} partners? stood behind it", on(f"2028-{day}")), day
    assert "The list on February 29, 2028: Fund the coordinator" in on("2028-02-29")
    for day in ("2028-02-28", "0001-01-01"):
        assert "The position was not public yet on that day." in on(day)
    for day in ("2028-11-07", "9999-12-31"):
        assert "This date is in the future." in on(day)
    assert "Please give the date as" in on("2029-02-29")


def test_who_left_before_it_was_published_was_never_on_the_list(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        for name in ("Alder", "Birch"):
            house.say(session, version, name)
        house.clock.advance(hours=1)
        session.scalars(select(Partner).where(Partner.name == "Birch")).one().left_at = house.clock()
        house.clock.advance(hours=1)
        house.publish(session, version)
    assert "one partner stood behind it" in client.soup(f"{PAGE}/delivered").text


def test_headings_are_linked_by_their_numbers(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        body = "# Alder wants\n\nx\n\n## The {{date}}\n\nx\n\n### Deeper\n\nx\n\n# *Why*\n\nx[^1]\n\n[^1]: Note."
        house.publish(session, house.checked(session, house.position(session, body=body)))
    page = client.soup(PAGE)
    links = page.select(".contents a[href^='#body-part']")
    assert [(link["href"], link.get_text()) for link in links] == [
        ("#body-part-1", "Alder wants"), ("#body-part-2", "The November 24, 2026"), ("#body-part-3", "Deeper"),
        ("#body-part-4", "Why"),
    ]  # fmt: skip
    for link in links:
        target = page.select_one(str(link["href"]))
        assert target is not None and target.get_text() == link.get_text()


def test_it_can_be_cited_shared_and_asked_about(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        contact = "Paul Reyes\npress@coalition.example"
        version = house.checked(session, house.position(session, "Fund & keep “it”", press_contact=contact))
        house.publish(session, version)
        slug, digest = version.position.slug, version.digest
    page = client.soup(f"/positions/{slug}")
    cited = page.select_one("#citation").get_text()  # type: ignore[union-attr]
    assert cited == (
        "Coalition for Community Schools, “Fund & keep “it””, version 1, published November 24, 2026, "
        f"http://127.0.0.1:8000/positions/{slug}/versions/1, SHA-256 {digest}."
    )
    assert client.get(f"/positions/{slug}/versions/1").status_code == 302
    assert page.select_one("#link").get_text() == f"http://127.0.0.1:8000/positions/{slug}"  # type: ignore[union-attr]
    (mail,) = [link["href"] for link in page.select("a[href^='mailto:?']")]
    assert mail == (
        "mailto:?subject=Fund%20%26%20keep%20%E2%80%9Cit%E2%80%9D&body=Fund%20%26%20keep%20%E2%80%9Cit%E2%80%9D"
        f"%0A%0Ahttp%3A//127.0.0.1%3A8000/positions/{slug}"
    )
    assert [link["href"] for link in page.select(".side a[href^='mailto:press']")] == ["mailto:press@coalition.example"]


def test_a_page_says_the_same_at_every_hour(client: InspectingClient, house: House) -> None:
    published(house, ORDINARY)
    first = client.get(PAGE).text
    house.clock.advance(days=3)
    assert client.get(PAGE).text == first


def test_a_version_that_ended_says_so_and_stays_citable(client: InspectingClient, house: House) -> None:
    published(house, ORDINARY, withdraws="Alder")
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Publication)).one().version
        house.clock.advance(days=1)
        house.publish(session, house.checked(session, house.revised(session, version)))
        digest = version.digest
    page = client.soup(f"{PAGE}/versions/1")
    assert "superseded on November 26, 2026" in page.text
    assert "Its list of signatories ended with it; three partners stood behind it then." in page.text
    assert page.select_one("#citation").get_text() == (  # type: ignore[union-attr]
        "Coalition for Community Schools, “Fund the coordinator”, version 1, published November 24, 2026, superseded "
        f"November 26, 2026, http://127.0.0.1:8000{PAGE}/versions/1, SHA-256 {digest}."
    )
    assert not [name for name in ORDINARY if name in page.text]
    with house.database.unit_of_work() as session:  # what was public is not told otherwise later
        house.withdraw(session, session.scalars(select(Publication)).first().version, "Birch")  # type: ignore[union-attr]
    assert "three partners stood behind it then" in client.soup(f"{PAGE}/versions/1").text
