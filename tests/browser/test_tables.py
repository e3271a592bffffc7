"""A table in a text loses no word and no number: on a phone, on a wide screen, and on paper."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import Person
from tests.house import House

HEADS = (
    "What the district promises for each of the schools",
    "What the state will pay for in the first year",
    "What the partners bring along by themselves",
    "Responsibilities",
    "Total in dollars",
)
ROWS = (
    ("Coordinators", "1,234,567,890", "Transportation", "Superintendent", "12,345,678.90"),
    ("Afterschool", "987,654,321", "Extracurricular", "Interdisciplinary", "98,765,432.10"),
)
BODY = "\n".join(f"| {' | '.join(row)} |" for row in (HEADS, ("---", "---:", "---", ":-:", "---:"), *ROWS))
CELLS = """() => [...document.querySelectorAll('.text :is(th, td)')].map((cell) => {
    const range = document.createRange(); range.selectNodeContents(cell);
    const words = range.getBoundingClientRect(), own = cell.getBoundingClientRect();
    const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
    return {right: own.right, left: own.left, lines, whole: words.right <= own.right + 1 && words.left >= own.left - 1};
})"""
# The widest that Letter paper and A4 print at, in CSS pixels, less the margins.
PAPER = 640


@pytest.fixture
def person(browser: Browser, site: str, house: House) -> Person:
    with house.database.unit_of_work() as session:
        body = f"Before.\n\n{BODY}\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        version = house.checked(session, house.position(session, body=body))
        house.ask(session, version, [house.partner(session, "Alder")])
        house.secret_of_story = house.secret(house.link(session, version, "Alder"))  # type: ignore[attr-defined]
        house.publish(session, version)
    return Person(browser, site)


def pages(house: House) -> tuple[str, ...]:
    secret = house.secret_of_story  # type: ignore[attr-defined]
    return "/positions/fund-the-coordinator", f"/r/{secret}", f"/r/{secret}/packet"


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SIGNOFF_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_on_a_screen_a_table_wraps_or_scrolls_in_a_box_that_takes_the_focus(
    person: Person, house: House, width: int
) -> None:
    for number, path in enumerate(pages(house)):
        page = person.go(path)
        page.set_viewport_size({"width": width, "height": 900})
        assert not person.overflows()
        assert all(cell["whole"] for cell in page.evaluate(CELLS))
        for name in ("Table 1", "Table 2"):
            box = page.get_by_role("region", name=name)
            box.focus()
            reach = box.evaluate(
                "e => [e.scrollWidth, e.querySelector('table').offsetWidth, e === document.activeElement]"
            )
            assert reach[0] >= reach[1] and reach[2]
        box = page.get_by_role("region", name="Table 1")
        box.focus()
        if box.evaluate("e => e.scrollWidth > e.clientWidth"):
            page.keyboard.press("ArrowRight")
            page.wait_for_function("e => e.scrollLeft > 0", arg=box.element_handle())
        assert person.findings() == []
        picture(page, f"{number}-{width}")


def test_on_paper_every_cell_stands_on_the_sheet(person: Person, house: House) -> None:
    for number, path in enumerate(pages(house)):
        page = person.go(path)
        page.set_viewport_size({"width": PAPER, "height": 900})
        page.emulate_media(media="print")
        cells = page.evaluate(CELLS)
        assert len(cells) == 19
        assert all(cell["whole"] and cell["left"] >= 0 and cell["right"] <= PAPER for cell in cells)
        assert {cell["lines"] for cell in cells[len(HEADS) :]} == {1}, "no word and no number is broken"
        picture(page, f"{number}-print")
        page.emulate_media(media="screen")


def test_what_people_typed_reads_in_its_own_direction(browser: Browser, site: str, house: House) -> None:
    body = "שלום, English.\n\n1. אחת\n\n   And English.\n2. שתיים\n\nEnglish, שלום."
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, body=body, summary="שלום."))
        house.ask(session, version, [house.partner(session, "Alder", public_names=("ארגון",))])
        house.say(session, version, "Alder", public_name="ארגון", public_note="תודה (x).")
        house.publish(session, version)
    page = Person(browser, site).go("/positions/fund-the-coordinator")
    directions = page.evaluate(
        """() => ['.summary', '.text > p:first-child', '.text > ol', '.text > p:last-child', '.signatories .who, '
            + '.signatories li > a', '.signatories q', 'h1']
            .map((which) => getComputedStyle(document.querySelector(which)).direction)"""
    )
    assert directions == ["rtl", "rtl", "rtl", "ltr", "rtl", "rtl", "ltr"]
