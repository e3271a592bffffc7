"""A reader subscribes to a position on a phone without scripts, and unsubscribes; axe looks at each page."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.house import House
from tests.letters.sink import Sink, text_of


def test_a_reader_subscribes_and_unsubscribes(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None]
) -> None:
    with house.database.unit_of_work() as session:
        house.publish(session, house.checked(session, house.position(session)))
    reader = Person(browser, site, width=375, dark=True)
    page = reader.go("/positions/fund-the-coordinator")
    page.get_by_role("link", name="Get updates by email").click()
    assert reader.findings() == []
    page.get_by_label("Your email address").fill("ada@press.example")
    page.get_by_role("button", name="Email me a link to confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    deliver()
    found = re.search(r"^http://\S+/subscriptions/\S+$", text_of(sink.to("ada@press.example")[0]), re.MULTILINE)
    assert found
    page = reader.go(found[0])
    assert reader.findings() == []
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your subscription")
    assert reader.findings() == []
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    assert reader.findings() == []
