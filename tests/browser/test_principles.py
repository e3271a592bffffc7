"""Principles in a real browser: an edition of five other criteria from its draft to the public, and a check by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from signoff.demo.texts import COORDINATOR
from signoff.services.positions.positions import start_position
from tests.browser.person import Person
from tests.browser.test_stories import link_in
from tests.house import House
from tests.letters.sink import Sink

FIVE = ("Clean water", "Care", "Joy", "Fair work", "Common land")


def draft_the_five(page: Page) -> None:
    """Take the nine criteria of the edition in force out of its draft, put five others in, and adopt it."""
    page.get_by_role("button", name="Draft the next edition").click()
    for name in page.locator("details.criterion > summary").all_inner_texts():
        page.locator("details.criterion").first.locator("summary").click()
        page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_text("It has no criterion.")).to_be_visible()
    page.get_by_label("Which document it is").fill("Commitments of the river towns")
    page.get_by_label("Adopted on").fill(datetime.now(ZoneInfo("America/New_York")).date().isoformat())
    page.get_by_label("Vision").fill("Rivers that everyone may drink from.")
    page.get_by_label("Mission").fill("")
    page.get_by_label("Before the principles").fill("")
    for place, name in enumerate(FIVE):
        page.get_by_role("button", name="Add a criterion").click()
        new = page.locator(f"#criterion-{place}")
        new.get_by_label("Name").fill(name)
        new.get_by_label("What it asks for, as agreed").fill(f"{name} for every town.")
        new.get_by_label("What a reviewer asks").fill(f"Does the text serve {name.lower()}?")
        new.get_by_label("Words to look for").fill("river\nwell … drink" if place == 0 else name)
        new.get_by_label("Words that often deceive").fill("bottled: Bottled water is sold." if place == 0 else "")
    page.get_by_role("button", name="Save and compare…").click()
    expect(page.get_by_role("heading", name="No longer checked")).to_be_visible()
    page.get_by_role("button", name="Adopt it as edition 2").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("edition 2")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_edition_of_five_other_criteria_works_everywhere(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None], scripts: bool
) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        house.position(session, "Older matter")
    staff = Person(browser, site, scripts=scripts)
    page = staff.sign_in("administrator").go("/staff/editions/")
    draft_the_five(page)
    page.get_by_label("Older matter").check()
    page.get_by_role("button", name="Move the selected positions").click()
    expect(page.get_by_text("Every position has been moved to this edition")).to_be_visible()

    page = staff.sign_in("drafter").go("/staff/positions/new")
    page.get_by_label("Title").fill("Dig the wells")
    page.get_by_label("Summary").fill("Let towns dig.")
    page.get_by_label("Text", exact=True).fill("From each well all may drink.\n\nNo bottled water at school.")
    page.get_by_role("button", name="Save version 1").click()

    page = staff.sign_in("reviewer").go("/staff/positions/dig-the-wells/versions/1/check")
    assert page.locator("fieldset.criterion > legend").all_inner_texts() == list(FIVE)
    water = page.locator("fieldset", has=page.get_by_text(FIVE[0], exact=True))
    expect(water.get_by_text("Bottled water is sold.")).to_be_visible()
    water.get_by_label("From each well all may drink.").check()
    water.get_by_label("Advances").check()
    water.get_by_label("Why").fill("Everyone drinks.")
    for name in FIVE[1:]:
        page.locator("fieldset", has=page.get_by_text(name, exact=True)).get_by_label("Not engaged").check()
    page.get_by_role("button", name="Save and complete the check").click()

    page = staff.sign_in("publisher").go("/staff/positions/dig-the-wells/versions/1/ask")
    page.get_by_label("Deadline").fill((datetime.now() + timedelta(days=4)).strftime("%Y-%m-%dT17:00"))
    page.get_by_label("Alder").check()
    page.get_by_role("button", name="Review the emails").click()
    page.get_by_role("button", name="Email one contact at one partner").click()
    deliver()

    partner = Person(browser, site, scripts=scripts)
    page = partner.go(link_in(sink.to("ana@alder.example")[0]))
    assert page.locator("table.findings tbody th").all_text_contents() == list(FIVE)
    page.get_by_label("Yes, we approve it").check()
    page.get_by_label("Our board decided", exact=True).check()
    page.get_by_label("I am authorized to say this").check()
    page.locator("#answer-form").get_by_label("Sign with your full name").fill("Ana Alder")
    page.locator("#answer-form button").last.click()
    expect(page.locator(".recorded")).to_contain_text("approved")

    page = staff.go("/staff/positions/dig-the-wells/versions/1/publish")
    page.get_by_role("button", name="Publish version 1 with one name").click()
    _seen_in_public(partner)
    assert staff.complaints == partner.complaints == []


def _seen_in_public(reader: Person) -> None:
    page = reader.go("/positions/dig-the-wells")
    assert page.locator("table.findings tbody th").all_inner_texts() == list(FIVE)
    expect(page.locator("#check")).to_contain_text("From each well all may drink.")
    page.locator("#check").get_by_role("link", name="edition 2").click()
    expect(page.get_by_text("Rivers that everyone may drink from.").first).to_be_visible()
    page = reader.go("/principles/positions")
    assert page.locator(".matrix thead th").all_inner_texts()[1:] == list(FIVE)
    for ending in ("json", "md", "pdf"):
        response = reader.context.request.get(f"{reader.site}/positions/dig-the-wells.{ending}")
        body = response.body()
        words = " ".join(p.extract_text() for p in PdfReader(BytesIO(body)).pages) if ending == "pdf" else body.decode()
        assert all(name in words for name in FIVE) and "Alder" in words, ending


def coordinator(house: House) -> str:
    """The address of the check of a whole text of the demo."""
    with house.database.unit_of_work() as session:
        by = house.user(session, "drafter").actor
        version = start_position(house.act(session, by), COORDINATOR)
        return f"/staff/positions/{version.position.slug}/versions/1/check"


ENGAGED = {
    "Public education": ("is open to every child", "Awards stay in public schools."),
    "Family Engagement": ("Two voting seats for students", "Families vote on who is hired."),
    "Results-Driven Partnership": ("A public report each year", "There is a report, a target and a shared owner."),
}


def test_a_check_takes_fewer_than_fifteen_interactions(browser: Browser, site: str, house: House) -> None:
    coordinator(house)
    reviewer = Person(browser, site)
    page = reviewer.sign_in("reviewer").go("/staff/")
    interactions: list[str] = []

    def press(control: Locator) -> None:
        interactions.append(control.inner_text())
        control.click()

    press(page.get_by_role("link", name="Every community school needs a coordinator"))
    if "/check" not in page.url:
        press(page.get_by_role("link", name="Check version 1"))
    for criterion in page.locator("fieldset.criterion").all():
        name = criterion.locator("legend").inner_text()
        words, why = ENGAGED.get(name, ("", ""))
        press(criterion.locator("label", has_text="Advances" if words else "Not engaged"))
        if name == "Family Engagement":
            press(criterion.locator("label", has_text=words))
        if why:
            criterion.get_by_label("Why", exact=True).fill(why)
    press(page.get_by_role("button", name="Save and complete the check"))
    expect(page.get_by_text("complete", exact=True)).to_be_visible()
    assert len(interactions) < 15, interactions
    page = reviewer.go(f"{page.url}/versions/1/check")
    expect(page.locator("table.findings")).to_contain_text("Families vote on who is hired.")
    assert page.locator("table.findings blockquote").count() == 1
    assert page.locator("article mark").count() >= 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_check_by_keyboard_alone(browser: Browser, site: str, house: House, scripts: bool) -> None:
    check = coordinator(house)
    reviewer = Person(browser, site, scripts=scripts)
    page = reviewer.sign_in("reviewer").go(check)
    keys = [item.get_attribute("id") for item in page.locator("fieldset.criterion").all()]
    for key in keys:
        if key == "family_engagement":
            tab_into(page, '[name="family_engagement.pick"]')
            page.keyboard.press("Space")
            tab_into(page, '[name="family_engagement.verdict"]')
            page.keyboard.press("Space")
            tab_into(page, '[name="family_engagement.rationale"]')
            page.keyboard.type("Families vote on who is hired.")
        else:
            tab_into(page, f'[name="{key}.verdict"]')
            page.keyboard.press("ArrowRight")
    tab_into(page, 'button[value="complete"]')
    page.keyboard.press("Enter")
    expect(page.get_by_text("complete", exact=True)).to_be_visible()
    page = reviewer.go(check)
    assert page.locator("table.findings .state", has_text="not engaged").count() == 8
    expect(page.locator("table.findings blockquote")).to_contain_text("Two voting seats")


def tab_into(page: Page, selector: str) -> None:
    """Press Tab until something that the selector names has the focus, and see that the focus shows."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        if focused.count() and focused.evaluate("(element, selector) => element.matches(selector)", selector):
            assert focused.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            return
    raise AssertionError(f"no way to {selector} by keyboard")
