"""A reader in a real browser: finds a position, reads it, finds a name among many, cites it and shares it."""

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from signoff.models import Partner
from signoff.web.public import position_page
from tests.browser.person import Person
from tests.house import House

TITLE = "Every school needs a coordinator"


def furnish(house: House) -> str:
    """A position with three names, one of them with a note, and another with none; the digest of the first."""
    names = ["Alder House", "Birch County", "Ñandú Friends"]
    with house.database.unit_of_work() as session:
        for name in names:
            house.partner(session, name, level="local", places=("OH",) if name == "Ñandú Friends" else ())
        body = "Schools need one.\n\n## What we ask\n\nFive years.\n\n## What it costs\n\nAs much as a teacher."
        version = house.checked(session, house.position(session, TITLE, body=body))
        house.ask(session, version, session.scalars(select(Partner)).all())
        for name in names:
            house.say(session, version, name, public_note="Not on hiring." if name == "Ñandú Friends" else "")
        house.publish(session, version)
        house.publish(session, house.checked(session, house.position(session, "Open the yards", body="Open them.")))
        return version.digest


def test_a_reader_finds_reads_filters_cites_and_shares(
    browser: Browser, site: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_page, "MANY_NAMES", 3)
    digest = furnish(house)
    reader = Person(browser, site)
    page = reader.go("/")
    page.locator(".tallies").get_by_role("link", name="positions").click()
    page.get_by_label("Words in the text").fill("teachers")
    page.get_by_label("Signed by").fill("nandu")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark")).to_have_text("teacher")
    expect(page.get_by_text("Signed by Ñandú Friends")).to_be_visible()
    page.get_by_role("link", name=TITLE).click()

    page.get_by_role("link", name="What it costs").click()
    expect(page.get_by_role("heading", name="What it costs")).to_be_in_viewport()
    page.get_by_role("link", name="partners have signed").click()
    for field in (
        page,
        without := Person(browser, site, scripts=False).go("/positions/every-school-needs-a-coordinator"),
    ):
        field.get_by_label("Find a partner or state").fill("ohi")
        if field is without:
            field.get_by_role("button", name="Find").click()
            expect(field.get_by_role("button", name="Copy citation")).to_have_count(0)
        names = field.locator("#names-shown li:visible")
        expect(names).to_have_count(1)
        expect(names).to_contain_text("Not on hiring.")

    expect(page.get_by_role("link", name="Email this")).to_have_attribute(
        "href", re.compile(r"^mailto:\?subject=Every")
    )
    citation = page.locator("#citation")
    expect(citation).to_contain_text(f"{site}/positions/every-school-needs-a-coordinator/versions/1, SHA-256 {digest}")
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy citation").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == citation.text_content()
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/positions/every-school-needs-a-coordinator"
    page.get_by_label("Find a partner or state").fill("nowhere")
    expect(page.get_by_text("No name here matches.")).to_be_visible()
    assert reader.findings() == []
