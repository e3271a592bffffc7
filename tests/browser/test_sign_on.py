"""An organization that is not a partner yet asks to sign: without scripts, on a phone and at a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from signoff.models import Application, Version
from tests.browser.person import Person
from tests.house import House
from tests.letters.sink import Sink, text_of

POSITION = "/positions/fund-the-coordinator"


@pytest.mark.parametrize("width", [375, 1280])
def test_from_the_public_page_to_the_exact_text(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None], width: int
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder Trust")
        house.say(session, version, "Alder Trust")
        house.publish(session, version)
        house.open_sign_on(session, version)
    stranger = Person(browser, site, scripts=False, width=width)
    page = stranger.go(POSITION)
    page.get_by_role("link", name="Ask to sign this position").click()
    page.get_by_role("button", name="Send my application").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("Organization", exact=True).fill("Pine Alliance")
    page.get_by_label("Website").fill("pine.example")
    page.get_by_label("Your full name").fill("Ada Pine")
    page.get_by_label("Your work email address").fill("ada@pine.example")
    page.get_by_label("Your job title").fill("Director")
    page.get_by_role("button", name="Send my application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    deliver()
    found = re.search(r"^http://\S+/sign-on/\S+$", text_of(sink.to("ada@pine.example")[0]), re.MULTILINE)
    assert found
    page = stranger.go(found[0])
    page.get_by_label("Sign with your full name").fill("Ada Pine")
    page.get_by_role("button", name="Confirm my application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is confirmed")

    staff = Person(browser, site, scripts=False, width=width)
    page = staff.sign_in("administrator").go("/staff/")
    page.get_by_role("link", name="Pine Alliance").click()
    page.get_by_role("button", name="Accept Pine Alliance").click()
    expect(page.get_by_text("Pine Alliance is a partner now.")).to_be_visible()
    deliver()
    asked = [text_of(letter) for letter in sink.to("ada@pine.example")][-1]
    link = re.search(r"^http://\S+/r/\S+$", asked, re.MULTILINE)
    assert link
    page = stranger.go(link[0])
    expect(page.get_by_text("Five-year grants", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Record our answer")).to_have_count(0)
    assert "Pine Alliance" not in stranger.go(POSITION).content()


def test_axe_finds_nothing_on_the_pages_of_applications(browser: Browser, site: str, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder Trust")
        house.open_sign_on(session, version)
        linked = house.applied(session, version, "Alder Trust Friends")
        house.applied(session, version, "Alder Trust of Ohio", state="Ohio", level="state")
        waiting = house.apply(session, version, "Quince")
        assert waiting is not None
        house.add_user(session, "both", ["administrator", "publisher"])
        link = house.link(session, version, "Alder Trust")
        house.link_to(session, linked, link.request.partner)
        public = [f"{POSITION}/sign-on", f"/sign-on/{house.application_secret(waiting)}", f"/r/{house.secret(link)}"]
    staff = [f"/staff{POSITION}/sign-on", f"/staff{POSITION}/sign-on/1", f"/staff{POSITION}/sign-on/2"]
    for role, paths in (("", public), ("both", staff)):
        for width, dark in ((375, True), (1280, False)):
            person = Person(browser, site, width=width, dark=dark)
            if role:
                person.sign_in(role)
            for path in paths:
                person.go(path)
                assert person.findings() == [], (path, width)
                assert not person.overflows(), (path, width)
            person.close()
    with house.database.reading() as session:
        assert session.get_one(Version, 1).position.slug == "fund-the-coordinator"
        assert len(session.scalars(select(Application)).all()) == 3
