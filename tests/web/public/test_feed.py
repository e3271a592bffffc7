"""The Atom feed: names that joined, how many left, when a list changed last, and positions that are gone."""

from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from signoff.models import Version
from signoff.web.public import feed as view
from tests.house import House
from tests.inspection import InspectingClient

ATOM, TOMBSTONE = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def read(client: InspectingClient, path: str = "/positions/feed.atom") -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content_type.startswith("application/atom+xml")
    return ElementTree.fromstring(answer.data)  # noqa: S314 - our own


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None and found.text, name
    return found.text


def entry(client: InspectingClient) -> ElementTree.Element:
    feed = read(client)
    found = feed.find(f"{ATOM}entry")
    assert found is not None
    assert text(feed, "updated") == text(found, "updated")
    return found


def links(feed: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in feed.findall(f"{ATOM}link")}


def published(house: House, session: Session, *names: str, title: str = "Fund the coordinator") -> Version:
    version = house.asked(session, *names, title=title)
    house.clock.advance(minutes=1)
    house.publish(session, version)
    return version


def test_an_entry_moves_with_each_change_of_its_list_and_with_nothing_else(
    client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta")
        house.say(session, version, "Alder", public_note="For one year.")
        house.clock.advance(minutes=1)
        house.publish(session, version)
    first = entry(client)
    assert text(first, "updated") == text(first, "published") == "2026-11-24T12:01:00Z"
    number = text(first, "id")

    def after(act: object, name: str, *more: str) -> tuple[str, str]:
        house.clock.advance(hours=24)
        with house.database.unit_of_work() as session:
            act(session, session.merge(version), name, *more)  # type: ignore[operator]
        found = entry(client)
        assert text(found, "id") == number
        return text(found, "updated"), text(found, "content")

    assert after(house.say, "Birch", "decline")[0] == "2026-11-24T12:01:00Z"
    when, words = after(house.say, "Cedar")
    assert when == "2026-11-26T12:01:00Z"
    assert "Two signatories" in words and "Alder: “For one year.”" in words and "Birch" not in words
    assert "Cedar" in words.partition("Joined")[2].partition("Named when it was published")[0]
    when, words = after(house.withdraw, "Alder")
    assert when == "2026-11-27T12:01:00Z"
    assert "Alder" not in words and "One partner withdrew on" in words
    assert after(house.say, "Delta", "abstain")[0] == when
    when, words = after(lambda session, _version, name: house.leaves(session, name), "Cedar")
    assert when == "2026-11-29T12:01:00Z" and "Cedar (left the Coalition for Community Schools" in words


def test_a_position_that_is_gone_leaves_a_tombstone_and_a_newer_version_the_same_entry(
    client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder")
        house.clock.advance(hours=1)
        house.publish(session, house.checked(session, house.revised(session, version)))
    found = entry(client)
    assert text(found, "published") == "2026-11-24T12:01:00Z" and text(found, "updated") == "2026-11-24T13:01:00Z"
    assert len(read(client).findall(f"{ATOM}entry")) == 1
    house.clock.advance(hours=1)
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(version))
    feed = read(client)
    gone = feed.find(TOMBSTONE)
    assert gone is not None and not feed.findall(f"{ATOM}entry")
    assert gone.attrib == {"ref": text(found, "id"), "when": "2026-11-24T14:01:00Z"}
    assert text(feed, "updated") == "2026-11-24T14:01:00Z"
    assert "fund" not in client.get("/positions/feed.atom").text


def test_a_long_feed_has_pages_and_the_last_change_comes_first(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "ON_ONE_PAGE", 2)
    titles = ["Fund the coordinator", "Open the yards", "Count the buses"]
    with house.database.unit_of_work() as session:
        first, *_ = [published(house, session, f"Partner {title}", title=title) for title in titles]
        house.clock.advance(minutes=1)
        house.say(session, first, f"Partner {titles[0]}")
    pages = [read(client, f"/positions/feed.atom?page={number}") for number in (1, 2)]
    shown = [[text(one, "title") for one in page.findall(f"{ATOM}entry")] for page in pages]
    assert shown == [[titles[0], titles[2]], [titles[1]]]
    base = f"{house.settings.base_url}/positions/feed.atom"
    ends = {"first": base, "last": f"{base}?page=2"}
    alternate = {"alternate": f"{house.settings.base_url}/positions/"}
    assert links(pages[0]) == {"self": base, "next": f"{base}?page=2", **ends, **alternate}
    assert links(pages[1]) == {"self": f"{base}?page=2", "previous": base, **ends, **alternate}
    for number in ("0", "3", "x"):
        assert client.get(f"/positions/feed.atom?page={number}").status_code == 404
