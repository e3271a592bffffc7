"""The workplace in a real browser: the first day in few presses, the editor's aids, and the keyboard alone."""

from datetime import datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from signoff.models import Letter, Version
from tests.browser.person import Person
from tests.house import PASSWORD, House
from tests.text_files import p, word


class Counted:
    """A page on which every press is counted; typing is not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses: list[str] = []

    def press(self, control: Locator) -> None:
        self.presses.append(control.inner_text())
        control.click()

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name))

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=name).first)

    def sign_in(self, role: str) -> None:
        if self.page.url.startswith("about"):
            raise AssertionError("begin at the sign-in page")
        self.page.get_by_label("Email address").fill(f"{role}@coalition.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.button("Sign in")


def test_from_sign_in_to_a_sent_round_in_under_25_presses(browser: Browser, site: str, house: House) -> None:
    """The first day as docs/handbook.md tells it, by three people who find each next step on the page before."""
    with house.database.unit_of_work() as session:
        for name in ("Alder Trust", "Birch Libraries"):
            house.partner(session, name)
    person = Person(browser, site)
    page = person.go("/staff/")
    day = Counted(page)
    day.sign_in("drafter")
    day.link("Start a position")
    page.get_by_label("Title").fill("Open the yards")
    page.get_by_label("Summary").fill("Open them to families in the evening.")
    page.get_by_label("Text", exact=True).fill("Unlock every yard.")
    day.button("Save version 1")
    day.button("Sign out")
    day.sign_in("reviewer")
    day.link("Open the yards")
    for group in page.locator("fieldset.criterion").all():
        is_equity = "Equity" in group.locator("legend").inner_text()
        day.press(group.locator("label", has_text="Advances" if is_equity else "Not engaged"))
    equity = page.get_by_role("group", name="Equity")
    equity.get_by_label("Why").fill("It opens what was closed.")
    equity.get_by_label("Words of the text that show it").fill("Unlock every yard.")
    day.button("Save and complete the check")
    day.button("Sign out")
    day.sign_in("publisher")
    day.link("Open the yards")
    page.get_by_label("Deadline").fill((datetime.now() + timedelta(days=4)).strftime("%Y-%m-%dT17:00"))
    day.button("Select all 2 shown")
    day.button("Review the emails")
    day.button("Email two contacts at two partners")
    expect(page.get_by_text("0 of 2 answered")).to_be_visible()
    with house.database.reading() as session:
        assert len(session.scalars(select(Letter).where(Letter.kind == "request")).all()) == 2
    assert len(day.presses) < 25, day.presses
    assert person.complaints == []


def test_the_editor_helps_by_keyboard_and_loses_nothing(browser: Browser, site: str, house: House) -> None:
    person = Person(browser, site)
    page = person.sign_in("drafter").go("/staff/positions/new")
    page.get_by_label("Title").fill("Open the yards")
    text = page.get_by_label("Text", exact=True)
    text.fill("Unlock every yard.")
    text.select_text()
    page.keyboard.press("Control+b")
    expect(text).to_have_value("**Unlock every yard.**")
    text.press("End")
    text.press("Enter")
    text.type("How")
    bar = page.get_by_role("toolbar")
    bar.get_by_role("button", name="Heading").focus()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(text).to_have_value("**Unlock every yard.**\n## How")
    expect(page.get_by_label("Preview", exact=True).get_by_role("heading", name="How")).to_be_visible()
    expect(page.get_by_text("4 words")).to_be_visible()
    text.type("\n\n### When")
    expect(page.get_by_role("navigation", name="Outline").get_by_role("button", name="When")).to_be_visible()
    assert person.findings() == []

    page.on("dialog", lambda dialog: dialog.accept())  # it warns before what was typed is left
    page = person.go("/staff/positions/new")
    expect(page.get_by_label("Title")).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Title")).to_have_value("Open the yards")
    page.get_by_label("Summary").fill("Open them.")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open the yards")
    with house.database.reading() as session:
        assert [version.number for version in session.scalars(select(Version))] == [1]  # nothing else was ever saved
    page = person.go("/staff/positions/new")
    expect(page.get_by_role("button", name="Put it back")).to_be_hidden()
    assert person.complaints == []


def test_partners_are_found_ticked_and_reminded_by_keyboard(browser: Browser, site: str, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar")
        house.leave(session)
        house.say(session, version, "Alder")
    person = Person(browser, site)
    page = person.sign_in("publisher").go("/staff/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("birch")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Partners")).to_be_visible()
    page = person.go("/staff/positions/fund-the-coordinator/versions/1/round")
    reach(page, "waiting 2")
    page.keyboard.press("Enter")
    expect(page.locator("table.rows").last.get_by_role("link", name="Alder", exact=True)).to_have_count(0)
    reach(page, "Birch", kind="checkbox")
    page.keyboard.press("Space")
    reach(page, "Remind 1…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Remind one contact at one partner")
    reach(page, "Remind one contact at one partner")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("One partner reminded.")
    assert person.complaints == []


def reach(page: Page, name: str, *, kind: str = "") -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.type ?? '', (e.labels?.[0] ?? e).innerText?.replace(/\\s+/g, ' ').trim() ?? '']; })()"
        )
        if focused[1].endswith(name) and (not kind or focused[0] == kind):
            return
    raise AssertionError(f"Tab never reaches “{name}”")


def _paste(page: Page, html: str, plain: str) -> None:
    page.evaluate(
        """([html, plain]) => {
            const data = new DataTransfer();
            data.setData('text/html', html);
            data.setData('text/plain', plain);
            const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            document.getElementById('body').dispatchEvent(paste);
        }""",
        [html, plain],
    )


def test_a_letter_comes_from_word_is_pasted_into_and_saved(browser: Browser, site: str, house: House) -> None:
    letter = word(
        p("Open the yards", style="Titel"), p("Unlock every yard", _note(1), "."), footnotes=_footnote("By law.")
    )
    person = Person(browser, site)
    page = person.sign_in("drafter").go("/staff/positions/new")
    page.get_by_label("File", exact=True).set_input_files({"name": "letter.docx", "mimeType": "", "buffer": letter})
    page.get_by_role("button", name="Fill the form from this file").click()
    expect(page.get_by_role("heading", name="The text of “letter.docx” is in the form below")).to_be_visible()
    expect(page.get_by_text("Nothing was left out.")).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value("Unlock every yard[^1].\n\n[^1]: By law.")

    text.evaluate("field => field.setSelectionRange(0, 0)")
    note = '<sup><a href="#n" id="r">1</a></sup>'
    html = f'<h2>Why</h2><p>Play{note} <b>heals</b>.<img alt="Map"></p><div id="n"><a href="#r">1</a> Studies.</div>'
    _paste(page, html, "Why")
    value = "### Why\n\nPlay[^1] **heals**.\n\nUnlock every yard[^2].\n\n[^1]: Studies.\n\n[^2]: By law."
    expect(text).to_have_value(value)
    expect(page.get_by_text("A picture, after “Why Play heals.”: “Map”")).to_be_visible()

    bar = page.get_by_role("toolbar")
    text.evaluate("field => field.setSelectionRange(field.value.indexOf(' **'), field.value.indexOf(' **'))")
    bar.get_by_role("button", name="Bold").focus()
    page.keyboard.press("End")
    expect(bar.get_by_role("button", name="Footnote")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Again.")
    expect(text).to_have_value(
        "### Why\n\nPlay[^1][^2] **heals**.\n\nUnlock every yard[^3]."
        "\n\n[^1]: Studies.\n\n[^2]: Again.\n\n[^3]: By law."
    )
    text.evaluate("field => field.setSelectionRange(field.value.indexOf('Unlock'), field.value.indexOf('Unlock'))")
    bar.get_by_role("button", name="Table").click()
    page.keyboard.type("State")
    expect(text).to_have_value(
        "### Why\n\nPlay[^1][^2] **heals**.\n\n| State | Heading |\n| --- | --- |\n|  |  |\n\nUnlock every yard[^3]."
        "\n\n[^1]: Studies.\n\n[^2]: Again.\n\n[^3]: By law."
    )
    assert person.findings() == []
    page.get_by_label("Summary").fill("Open them.")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open the yards")
    assert person.complaints == []


def _note(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def _footnote(words: str) -> str:
    return f'<w:footnote w:id="1">{p(words)}</w:footnote>'


def test_the_form_has_the_parts_of_the_chosen_kind(browser: Browser, site: str, house: House) -> None:
    person = Person(browser, site)
    page = person.sign_in("drafter").go("/staff/positions/new")
    kind = page.get_by_label("Kind", exact=True)
    page.get_by_text("Language, addressee and other parts").click()
    expect(page.get_by_label("Salutation")).to_be_hidden()
    kind.select_option("comment")
    page.get_by_label("Docket number").fill("ED-2026-0042")
    expect(page.get_by_label("Hearing")).to_be_hidden()
    kind.select_option("letter")
    page.get_by_label("Salutation").fill("Dear Chair Lee:")
    expect(page.get_by_label("Docket number")).to_have_value("ED-2026-0042")  # it would be part of the text
    page.get_by_label("Docket number").fill("")
    kind.select_option("position")
    expect(page.get_by_label("Docket number")).to_be_hidden()
    expect(page.get_by_label("Salutation")).to_have_value("Dear Chair Lee:")
    expect(page.get_by_label("Preview", exact=True).get_by_text("Dear Chair Lee:")).to_be_visible()
    kind.select_option("testimony")
    expect(page.get_by_label("Hearing")).to_be_visible()
    assert person.findings() == [] and person.complaints == []
