"""What search engines are told: robots.txt, the sitemap of what is public now, canonical addresses, the icon."""

from xml.etree import ElementTree

import pytest

from signoff.web.public import crawlers
from tests.house import House
from tests.inspection import InspectingClient

PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def listed(client: InspectingClient, path: str = "/sitemap.xml") -> list[str]:
    answer = client.get(path)
    assert answer.content_type.startswith("application/xml")
    return [str(place.text) for place in ElementTree.fromstring(answer.data).iter(PLACE)]  # noqa: S314 - our own


def test_the_sitemap_lists_what_is_published_now_and_nothing_else(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.publish(session, house.checked(session, house.position(session, "Fund the coordinator")))
        gone = house.checked(session, house.position(session, "Count the buses"))
        house.publish(session, gone)
        house.position(session, "Seat the parents")
    base = house.settings.base_url
    assert f"{base}/positions/count-the-buses" in listed(client)
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(gone))
    places = listed(client)
    assert places[0] == f"{base}/" and f"{base}/positions/fund-the-coordinator" in places
    assert not [place for place in places if "buses" in place or "parents" in place]
    assert all(client.get(place.removeprefix(base)).status_code == 200 for place in places)


def test_more_positions_than_one_sitemap_holds_are_in_several(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawlers, "_MOST", 2)
    with house.database.unit_of_work() as session:
        for title in ("Fund the coordinator", "Count the buses", "Seat the parents"):
            house.publish(session, house.checked(session, house.position(session, title)))
    base = house.settings.base_url
    assert listed(client) == [f"{base}/sitemap.xml?part=1", f"{base}/sitemap.xml?part=2"]
    first, second = (listed(client, f"/sitemap.xml?part={number}") for number in (1, 2))
    assert first[0] == f"{base}/" and second == [f"{base}/positions/fund-the-coordinator"]
    assert [place for place in first if "/positions/" in place][-2:] == [
        f"{base}/positions/seat-the-parents",
        f"{base}/positions/count-the-buses",
    ]


def test_private_addresses_are_not_for_search_engines(client: InspectingClient, house: House) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /staff/", "Disallow: /r/", "Disallow: /sign-on/"} <= set(lines)
    assert f"Sitemap: {house.settings.base_url}/sitemap.xml" in lines


def test_pages_name_their_own_address_and_the_icon_is_one(client: InspectingClient, house: House) -> None:
    page = client.soup("/positions/?q=x")
    assert page.find("link", rel="canonical")["href"] == f"{house.settings.base_url}/positions/"
    assert client.get("/favicon.ico").data[:4] == b"\x00\x00\x01\x00"
