"""What the public may ask about a name or an address: who is silent reads like a name that nobody has."""

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from signoff.models import Partner, Version
from signoff.web.access import access_of
from tests.house import House
from tests.web.addresses import Filled, address, rules

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
SLUG, PRIVATE, NOWHERE = "fund-the-coordinator", "count-the-buses", "count-the-trees"
# Of one length, so that nothing differs but whom they name.
STANDS, WAITS, DECLINES, ABSTAINS, WITHDRAWS, CONTESTS, REMOVED, LEFT, NOBODY = (
    f"{tree}wood House" for tree in ("Alder", "Birch", "Cedar", "Drift", "Ebony", "Hazel", "Maple", "Olive", "Zebra")
)
SILENT = (WAITS, DECLINES, ABSTAINS, WITHDRAWS, CONTESTS, REMOVED, LEFT)
OF_POSITIONS = "/positions/?partner={name}", "/positions/?q={name}", "/positions/fund-the-coordinator?name={name}"
OF_THE_REGISTER = (
    "/partners/?q={name}",
    "/partners/{slug}",
    f"/partners/{{slug}}/logo-{'0' * 64}.png",
    "/oembed?url=http://127.0.0.1:8000/partners/{slug}",
    "/positions/{slug}",
)


@pytest.fixture
def version(house: House) -> Version:
    """A position that is public with one name; another that is private, which everybody approved but one."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, STANDS, *SILENT)
        private = house.checked(session, house.position(session, "Count the buses"))
        house.ask(session, private, session.scalars(select(Partner)).all())
        for name in (STANDS, WITHDRAWS, CONTESTS, REMOVED):
            house.say(session, version, name)
        for name in (DECLINES, LEFT):
            house.say(session, version, name, "decline", note="Private word")
        house.say(session, version, ABSTAINS, "abstain")
        for name in (STANDS, WAITS, DECLINES):
            house.say(session, private, name)
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, WITHDRAWS)
        house.contest(session, version, CONTESTS)
        house.remove(session, version, REMOVED)
        house.leaves(session, LEFT)
        house.seal(session)
    return version


def slug_of(name: str) -> str:
    return name.lower().replace(" ", "-")


def told(response: TestResponse, asked: str) -> tuple[int, dict[str, str], str]:
    """All that an answer says, its headers too, without what was asked and the digest of all this."""
    headers = {
        name: value.replace(asked, "…") for name, value in response.headers.items() if name not in ("ETag", "Date")
    }
    body = response.get_data().decode(errors="replace")
    for said in (asked, asked.replace(" ", "+"), asked.replace(" ", "%20"), slug_of(asked)):
        body = body.replace(said, "…")
    return response.status_code, headers, body


def asked_about(app: Flask, question: str, name: str) -> tuple[int, dict[str, str], str]:
    return told(app.test_client().get(question.format(name=name, slug=slug_of(name))), name)


def of_positions(app: Flask, slug: str) -> Iterator[str]:
    """Every public address of a position."""
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        is_public = access and access.audience in ("public", "api") and access.act is None
        if is_public and "slug" in rule.arguments and not rule.rule.startswith("/partners/"):
            yield address(app, rule, Filled(slug, "", "", ""))


def ensure_private(app: Flask) -> None:
    """A position that is not public answers at each address as one that does not exist."""
    private, nowhere = (list(of_positions(app, slug)) for slug in (PRIVATE, NOWHERE))
    assert len(private) > 15
    more = [f"/oembed?url=http://127.0.0.1:8000/positions/{slug}" for slug in (PRIVATE, NOWHERE)]
    more += [f"/subscribe?position={slug}" for slug in (PRIVATE, NOWHERE)]
    client = app.test_client()
    for kept, none in [*zip(private, nowhere, strict=True), more[:2], more[2:]]:
        assert told(client.get(kept), PRIVATE) == told(client.get(none), NOWHERE), kept
        assert client.head(kept).status_code == client.head(none).status_code, kept


def ensure_silent_beside(app: Flask) -> None:
    """Headers, addresses that lead elsewhere, and what a PDF says of itself name no one who is silent."""
    client = app.test_client()
    for path in [*of_positions(app, SLUG), "/", "/positions/", "/positions/feed.atom", "/sitemap.xml", "/robots.txt"]:
        response = client.get(path)
        beside = str(response.headers)
        if response.content_type == "application/pdf":
            read = PdfReader(BytesIO(response.data))
            beside += json.dumps([str(read.metadata), str(read.outline), str(read.attachments)])
        assert not [name for name in SILENT if name in beside or slug_of(name) in beside], path


def test_who_is_silent_reads_like_nobody_and_what_is_private_like_nothing(app: Flask, version: Version) -> None:
    for question in OF_POSITIONS:
        nobody = asked_about(app, question, NOBODY)
        assert nobody[0] == 200
        assert "?q=" in question or asked_about(app, question, STANDS) != nobody
        for name in SILENT:
            assert asked_about(app, question, name) == nobody, (question, name)
    for question in OF_THE_REGISTER:
        assert asked_about(app, question, LEFT) == asked_about(app, question, NOBODY), question
    ensure_private(app)


def test_what_goes_with_pages_names_no_one_who_is_silent(app: Flask, house: House, version: Version) -> None:
    """Nor does a picture: while one name stands instead of another, it is the same at the same address."""
    ensure_silent_beside(app)

    def picture() -> tuple[str, bytes]:
        page = BeautifulSoup(app.test_client().get(f"/positions/{SLUG}").text, "html.parser")
        found = page.find("meta", attrs={"property": "og:image"})
        assert found
        where = str(found["content"]).removeprefix(house.settings.base_url)
        return where, app.test_client().get(where).data

    before = picture()
    with house.database.unit_of_work() as session:
        house.say(session, session.merge(version), WAITS)
    assert picture()[0] != before[0]
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.merge(version), STANDS)
    assert picture() == before
