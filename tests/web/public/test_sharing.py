"""A position elsewhere: its picture, its facts for search engines, its frame, and oEmbed."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image

from signoff.models import Version
from signoff.settings import PACKAGE
from signoff.web.app import create_app
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.addresses import address, furnish_addresses, rules

PAGE = "/positions/fund-the-coordinator"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
def version(house: House) -> Version:
    """A position that is public with one signatory, while another partner is asked."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder", public_note="For one year.")
        house.publish(session, version)
    return version


def meta(page: BeautifulSoup, name: str) -> str:
    tag = page.find("meta", attrs={"property": name}) or page.find("meta", attrs={"name": name})
    assert tag, name
    return str(tag["content"])


def test_a_shared_link_has_a_picture_that_changes_with_what_it_says(
    client: InspectingClient, house: House, version: Version
) -> None:
    base, page = house.settings.base_url, client.soup(PAGE)
    first = meta(page, "og:image")
    assert first.startswith(f"{base}{PAGE}/card-") and meta(page, "og:url") == base + PAGE
    assert meta(page, "og:image:alt") == "Fund the coordinator. 1 signatory. Coalition for Community Schools"
    answer = client.get(first.removeprefix(base))
    assert answer.headers["Cache-Control"] == "no-cache"  # its title may name a partner that withdraws
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(first.removeprefix(base), headers=known).status_code == 304
    assert Image.open(BytesIO(answer.data)).size == (1200, 630)
    with house.database.unit_of_work() as session:
        house.say(session, session.merge(version), "Birch")
    second = meta(client.soup(PAGE), "og:image")
    moved = client.get(first.removeprefix(base))
    assert (moved.status_code, moved.headers["Cache-Control"]) == (302, "no-cache")
    assert base + moved.headers["Location"] == second != first
    assert client.get(second.removeprefix(base)).data != answer.data
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(version))
    assert client.get(second.removeprefix(base)).status_code == 404


def test_search_engines_read_the_text_its_publisher_and_each_endorsement(
    client: InspectingClient, house: House, version: Version
) -> None:
    script = client.soup(PAGE).find("script", type="application/ld+json")
    assert script
    text, *endorsements = json.loads(script.text)["@graph"]
    whole = house.settings.base_url + PAGE
    assert (text["@type"], text["@id"], text["headline"]) == ("Article", whole, "Fund the coordinator")
    assert text["publisher"]["name"] == "Coalition for Community Schools"
    assert text["identifier"] == f"sha256:{version.digest}"
    agents = [(one["agent"]["name"], one["agent"]["url"], one["object"]["@id"]) for one in endorsements]
    assert agents == [("Alder", "https://alder.example/", whole)]


def test_a_frame_has_the_names_without_scripts_and_says_when_the_position_is_gone(
    client: InspectingClient, house: House, version: Version
) -> None:
    page = client.soup("/embed/fund-the-coordinator")
    assert "1 signatory" in page.text and "Alder" in page.text and "For one year." in page.text
    assert not page.find_all(["script", "form", "iframe"])
    assert {link["target"] for link in page.find_all("a")} == {"_blank"}
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(version))
    page = client.soup("/embed/fund-the-coordinator")
    assert "was retired on" in page.text and "Alder" not in page.text
    assert client.get("/embed/no-such-position").status_code == 404


def test_only_the_frame_may_be_framed(app: Flask, client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    for rule in rules(app, "GET"):
        if rule.endpoint == "public.offline":  # a file that is kept and opened from a disk
            continue
        policy = client.head(address(app, rule, filled)).headers["Content-Security-Policy"]
        ancestors = "*" if rule.endpoint == "public.embed" else "'none'"
        assert policy.rpartition("; ")[2] == f"frame-ancestors {ancestors}", rule
    # What a page of staff shows came from the same place: no other module has a policy of its own.
    own = {path.name for path in PACKAGE.rglob("*.py") if "Content-Security-Policy" in path.read_text()}
    assert own == {"headers.py", "embed.py"}


def test_oembed_tells_how_to_show_a_position_and_nothing_else(
    client: InspectingClient, house: House, version: Version
) -> None:
    base = house.settings.base_url
    found = client.soup(PAGE).find("link", type="application/json+oembed")
    assert found
    answer = client.get(str(found["href"]).removeprefix(base)).get_json()
    assert (answer["version"], answer["type"], answer["title"]) == ("1.0", "rich", "Fund the coordinator")
    frame = BeautifulSoup(answer["html"], "html.parser").iframe
    assert frame and frame["src"] == f"{base}/embed/fund-the-coordinator"
    assert (answer["width"], answer["height"]) == (int(frame["width"]), int(frame["height"]))
    assert answer["thumbnail_url"] == meta(client.soup(PAGE), "og:image")
    small = client.get(f"/oembed?url={base}{PAGE}&maxwidth=320&maxheight=200").get_json()
    assert (small["width"], small["height"]) == (320, 200) and 'width="320"' in small["html"]
    assert "thumbnail_url" not in small
    for url in (
        "",
        PAGE,
        f"{base}/positions/",
        f"https://evil.example{PAGE}",
        f"{base}{PAGE}x",
        f"{base}/staff/",
        "http://[",
    ):
        assert client.get("/oembed", query_string={"url": url}).status_code == 404, url
    assert client.get("/oembed", query_string={"url": base + PAGE, "format": "xml"}).status_code == 501
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(version))
    assert client.get("/oembed", query_string={"url": base + PAGE}).status_code == 404


def test_addresses_keep_the_path_of_the_base_url(house: House, version: Version) -> None:
    base = f"{house.settings.base_url}/signoff"
    client = create_app(replace(house.settings, base_url=base), clock=house.clock).test_client()
    page = BeautifulSoup(client.get(f"/signoff{PAGE}").text, "html.parser")
    found = page.find("link", type="application/json+oembed")
    assert found and meta(page, "og:url") == base + PAGE and meta(page, "og:image").startswith(f"{base}{PAGE}/card-")
    answer = client.get(str(found["href"]).removeprefix(house.settings.base_url)).get_json()
    assert f'src="{base}/embed/fund-the-coordinator"' in answer["html"]
    for path in ("/positions/feed.atom", "/sitemap.xml"):
        assert f"{base}{PAGE}" in client.get(f"/signoff{path}").text
    assert "Disallow: /signoff/staff/" in client.get("/signoff/robots.txt").text
