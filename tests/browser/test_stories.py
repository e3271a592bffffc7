"""The story in a real browser, with and without scripts; pages looked at by axe, at three widths, in both schemes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.principles.editions import CriterionText
from signoff.models import Contact, Partner, Version
from signoff.services.partners.contacts import confirm_contact
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.register import PartnerFilter
from signoff.services.partners.segments import save_segment
from signoff.services.principles import editions
from tests.browser.person import Person
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of
from tests.web.dump import everything


def link_in(letter) -> str:  # type: ignore[no-untyped-def]
    search_result = re.search(r"^http://\S+/r/\S+$", text_of(letter), re.MULTILINE)
    assert search_result
    return search_result[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_sign_in_to_the_public_page(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None], scripts: bool
) -> None:
    with house.database.unit_of_work() as session:
        for name in ("Alder Trust", "Birch Libraries"):
            house.partner(session, name)
    staff = Person(browser, site, scripts=scripts)

    page = staff.sign_in("drafter").go("/staff/positions/new")
    page.get_by_label("Title").fill("Open the yards")
    page.get_by_label("Summary").fill("Open them.")
    page.get_by_label("Text", exact=True).fill("Unlock every yard.\n\n## How\n\n- With a key.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="How")).to_be_visible()
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open the yards")

    page = staff.sign_in("reviewer").go("/staff/positions/open-the-yards/versions/1/check")
    for group in page.locator("fieldset.criterion").all():
        group.get_by_label("Not engaged").check()
    equity = page.get_by_role("group", name="Equity")
    equity.get_by_label("Advances").check()
    equity.get_by_label("Why").fill("It opens what was closed.")
    equity.get_by_label("Words of the text that show it").fill("Unlock every yard.")
    page.get_by_role("button", name="Save and complete the check").click()
    expect(page.get_by_text("complete", exact=True)).to_be_visible()

    page = staff.sign_in("publisher").go("/staff/positions/open-the-yards")
    page.get_by_role("link", name="Ask partners about version 1").click()
    page.get_by_label("Deadline").fill((datetime.now() + timedelta(days=4)).strftime("%Y-%m-%dT17:00"))
    if scripts:
        page.get_by_role("button", name="Select all 2 shown").click()
    else:
        for box in page.get_by_role("checkbox").all():
            box.check()
    page.get_by_role("button", name="Review the emails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Email two contacts at two partners")
    page.get_by_role("button", name="Email two contacts at two partners").click()
    expect(page.get_by_text("0 of 2 answered")).to_be_visible()
    deliver()

    partner = Person(browser, site, scripts=scripts)
    page = partner.go(link_in(sink.to("ana@alder-trust.example")[0]))
    expect(page.get_by_text("Unlock every yard.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Record our answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose one of the three answers")
    page.get_by_label("Yes, we approve it").check()
    page.get_by_label("Our board decided", exact=True).check()
    page.get_by_label("I am authorized to say this").check()
    page.locator("#answer-form").get_by_label("Sign with your full name").fill("ana alder trust")
    page.get_by_role("button", name="Approve this text" if scripts else "Record our answer").click()
    expect(page.get_by_role("heading", name="Recorded: Alder Trust approved this text")).to_be_visible()
    assert partner.context.cookies() == []

    page = staff.go("/staff/positions/open-the-yards/versions/1/round")
    page.get_by_role("link", name="Publish version 1").click()
    page.get_by_role("button", name="Publish version 1 with one name").click()
    page.get_by_role("link", name="Public page").click()
    expect(page.get_by_role("link", name="Alder Trust")).to_be_visible()
    expect(page.get_by_text("Birch Libraries")).to_have_count(0)

    page = partner.go(link_in(sink.to("ana@alder-trust.example")[0]))
    page.get_by_text("Withdraw the approval of Alder Trust").click()
    withdrawal = page.locator("#withdraw-form")
    withdrawal.get_by_label("Sign with your full name").fill("Ana Alder Trust")
    withdrawal.get_by_role("button", name="Withdraw our approval").click()
    expect(page.locator(".recorded")).to_contain_text("withdrawn")
    page = staff.go("/positions/open-the-yards")
    expect(page.get_by_role("link", name="Alder Trust")).to_have_count(0)
    assert staff.complaints == partner.complaints == []


def test_a_scripted_browser_that_opens_every_mailed_address_changes_nothing(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None]
) -> None:
    """Mail scanners open every link, run scripts, and press what they find."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
    deliver()
    before = everything(house.database)
    written = " ".join(text_of(letter) + html_of(letter) for letter in sink.letters)
    addresses = set(re.findall(r"http://[^\s\"<>]+", written))
    assert sum("/r/" in url for url in addresses) == 2
    scanner = Person(browser, site)
    for url in sorted(addresses):
        page = scanner.go(url)
        page.mouse.wheel(0, 5000)
        for summary in page.locator("summary").all():
            if summary.is_visible():  # what is asked of another answer is hidden
                summary.click()
        if "/r/" in url:
            _press_everything(scanner, url)
    assert everything(house.database) == before


def _press_everything(scanner: Person, url: str) -> None:
    for number in range(scanner.page.locator("form").count()):
        page = scanner.go(url)
        with page.expect_navigation():
            page.evaluate("number => document.querySelectorAll('form')[number].submit()", number)
        page = scanner.go(url)
        with page.expect_navigation():
            page.evaluate(FILLED_WITH_JUNK, number)


FILLED_WITH_JUNK = """number => {
    const form = document.querySelectorAll('form')[number];
    for (const field of form.querySelectorAll('input, textarea, select')) {
        if (field.type === 'hidden') continue;
        if (field.type === 'radio' || field.type === 'checkbox') field.checked = true;
        else if (field.tagName === 'SELECT') field.selectedIndex = field.options.length - 1;
        else field.value = 'test';
    }
    form.submit();
}"""

FOCUSED = "(document.activeElement.closest('label, .field') ?? document.activeElement).innerText"

PAGES = {
    "": [
        "/", "/positions/", "/positions/?q=nothing-like-it", "/positions/fund-the-coordinator", "/partners/",
        "/partners/alder", "/partners/map", "/partners/map/oh", "/partners/?expertise=literacy",
        "/principles", "/principles/1", "/principles/positions", "/verify",
        "/positions/open-the-yards", "/nothing-here", "/login", "/login/forgotten",
        "/positions/fund-the-coordinator/versions/1", "/positions/fund-the-coordinator/delivered", "LINK", "ANSWERED",
        "REFUSED", "CHANGED", "CHANGED/changes", "CHANGED/organization", "CHANGED/packet", "CHANGED/fresh", "OLD",
        "INVITED", "DEAD",
    ],
    "drafter": [
        "/staff/", "/staff/positions/new", "/staff/positions/fund-the-coordinator/edit",
        "/staff/positions/open-the-gates/comments", "/staff/positions/draft-only/comments",
    ],
    "reviewer": [
        "/staff/positions/draft-only/versions/1/check", "/staff/positions/open-the-gates/versions/2/words/hazel",
        "/staff/positions/half-checked/versions/2/check",
    ],
    "publisher": [
        "/staff/", "/staff/positions/", "/staff/matrix", "/staff/positions/fund-the-coordinator",
        "/staff/positions/fund-the-coordinator/versions/1/round",
        "/staff/positions/fund-the-coordinator/versions/1/ask",
        "/staff/positions/fund-the-coordinator/versions/1/publish", "/staff/positions/fund-the-coordinator/retire",
        "/staff/positions/fund-the-coordinator/versions/1/signatories/alder/remove",
        "/staff/positions/fund-the-coordinator/versions/1", "/staff/positions/draft-only", "/staff/partners/",
        "/staff/record", "/staff/positions/fund-the-coordinator/versions/1/check",
        "/staff/positions/draft-only/versions/1/round",
        "/staff/positions/open-the-gates/versions/2/round", "/staff/positions/open-the-gates/versions/2/round/remind",
        "/staff/positions/open-the-gates/versions/2/round/deadline",
        "/staff/positions/open-the-gates/versions/2/round/recall",
        "/staff/positions/open-the-gates/versions/2/round/partners/alder/drop",
        "/staff/positions/open-the-gates/compare", "/staff/positions/open-the-gates/compare?view=beside",
        "/staff/positions/fund-the-coordinator/versions/1/round?status=declined&q=bir", "/staff/search",
        "/staff/search?q=hazel", "/staff/search?q=nothing", "/staff/help", "/staff/look", "/staff/users/",
        "/staff/users/1", "/staff/account", "/staff/account/authenticator", "/staff/partners/?state=left",
    ],
    "administrator": [
        "/staff/partners/alder", "/staff/partners/hazel", "/staff/editions/", "/staff/editions/1", "/staff/editions/2",
        "/staff/editions/2/words", "/staff/editions/drafts/2", "/staff/editions/drafts/2/adopt",
        "/staff/positions/draft-only", "/staff/partners/", "/staff/partners/new", "/staff/partners/alder/edit",
        "/staff/partners/expertise", "/staff/partners/segments", "/staff/partners/?in=OH", "/staff/partners/maple",
        "/staff/partners/alder/leave", "/staff/partners/import", "/staff/users/new", "/staff/users/1",
    ],
}  # fmt: skip


def _every_state(house: House, session: Session) -> dict[str, str]:
    """Positions in every state, with a long name among the partners; the links that lead to partners' pages."""
    long = "The Extraordinarily Comprehensive Intermunicipal Federation of Neighborhood Learning Councils"
    version = house.asked(session, "Alder", "Birch", "Cedar", long)
    for name in ("Alder", long):
        house.say(session, version, name, public_note="With one reservation.")
    house.say(session, version, "Birch", "decline")
    house.publish(session, version)
    house.publish(session, house.checked(session, house.position(session, "Open the yards")))
    house.position(session, "Draft only")
    house.adopted(session, mission="To unite everyone.", criteria=editions.first_edition().criteria[1:])
    unready = CriterionText("", "principle", "", "", (), ("gate",))
    house.draft(session, adopted_on="", criteria=(*editions.first_edition().criteria[:2], unready))
    _directory(house, session)
    return {
        "LINK": f"/r/{house.secret(house.link(session, version, 'Cedar'))}",
        "ANSWERED": f"/r/{house.secret(house.link(session, version, 'Alder'))}",
        **_turned(house, session, [session.get_one(Partner, number) for number in (1, 2, 4)]),
    }


def _directory(house: House, session: Session) -> None:
    """Partners with all that the directory says, and a segment."""
    act = house.act(session, house.user(session, "administrator").actor)
    add_expertise(act, "literacy")
    house.partner(session, "Maple", places=("OH", "Cleveland, OH"), expertise=("literacy",), notes="Ask before noon.")
    house.partner(session, "Maple Chapter", places=("MI",), networks=("Schools Together",), parent="Maple")
    save_segment(act, "Readers of Ohio", PartnerFilter(place="OH", expertise="literacy"))


def _turned(house: House, session: Session, partners: list[Partner]) -> dict[str, str]:
    """A text commented on, asked about, changed and asked about again, with something to settle."""
    draft = house.position(session, "Open the gates", body="Every hazel gate.\n\nStands open until nine.")
    hazel = house.partner(session, "Hazel", "Ana Hazel", "Ben Hazel")
    invitation = house.invite(session, draft, partners[0])[0]
    house.comment(session, invitation, "Until ten, please.", "Stands open until nine.")
    house.ask(session, house.checked(session, draft), [*partners, hazel])
    house.say(session, draft, "Alder")
    old = house.secret(house.link(session, draft, "Alder"))
    later = house.revised(session, draft, title="Open each gate", body="Every hazel gate.\n\nStands open until ten.")
    house.ask(session, house.checked(session, later), [*partners, hazel])
    house.propose(session, later, "Birch", "Birch of Ohio")
    house.refer(session, later, "Hazel", "cleo@elsewhere.example", contact=1)
    dead = house.secret(house.link(session, later, "Hazel"))
    house.correct(session, hazel.contacts[0], email="ana@new.example")
    house.findings(session, house.position(session, "Half checked"))
    half = session.scalars(select(Version).where(Version.title == "Half checked")).one()
    house.finding(session, half, "equity", "It says so.")
    house.revised(session, half)
    return {
        "CHANGED": f"/r/{house.secret(house.link(session, later, 'Alder'))}",
        "OLD": f"/r/{old}",
        "INVITED": f"/r/{house.secret(invitation)}",
        "DEAD": f"/r/{dead}",
    }


@pytest.mark.parametrize("role", list(PAGES))
def test_axe_finds_nothing_in_either_scheme_and_nothing_overflows(
    browser: Browser, site: str, house: House, role: str
) -> None:
    with house.database.unit_of_work() as session:
        links = _every_state(house, session)
    person = Person(browser, site)
    if role:
        person.sign_in(role)
    for path in PAGES[role]:
        name, _, rest = path.partition("/")
        where = links["LINK" if name == "REFUSED" else name] + (f"/{rest}" if rest else "") if name else path
        page = person.go(where)
        for summary in page.locator("main summary").all():
            if summary.is_visible():  # what is asked of another answer is hidden
                summary.click()
        if path == "REFUSED":
            page.get_by_role("button", name="Record our answer").click()
            expect(page.get_by_role("alert")).to_be_focused()
        assert person.findings() == [], path
        assert person.findings_in_dark() == [], path
        assert person.unreachable() == [], path
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert not person.overflows(), (path, width)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field or button of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if str(page.evaluate(FOCUSED)).startswith(name):
            return
    raise AssertionError(f"no way to {name} by keyboard")


@pytest.mark.parametrize("width", [320, 640], ids=["320 px", "200 % zoom"])
def test_a_partner_hands_over_and_comments_by_keyboard_without_scripts(
    browser: Browser, site: str, house: House, width: int
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        secret = house.secret(house.link(session, version, "Alder"))
    person = Person(browser, site, width=width, scripts=False)
    page = person.go(f"/r/{secret}")
    for opening, field, words, button in (
        ("Comment on a passage", "Your comment", "Say who pays.", "Send this comment"),
        ("I am not the right person", "Your colleague's full name", "Cleo Colleague", "Ask my colleague to answer"),
    ):
        tab_to(page, opening)
        page.keyboard.press("Enter")
        tab_to(page, field)
        page.keyboard.type(words)
        if "colleague" in field:
            tab_to(page, "Your colleague's email address")
            page.keyboard.type("cleo@alder.example")
        tab_to(page, button)
        page.keyboard.press("Enter")
        expect(page.get_by_text(words).first).to_be_visible()
        page.goto(page.url.split("#")[0])


def test_a_partner_answers_by_keyboard_alone(browser: Browser, site: str, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        secret = house.secret(house.link(session, version, "Alder"))
    person = Person(browser, site, width=320)
    page = person.go(f"/r/{secret}")

    tab_to(page, "Yes, we approve it")
    page.keyboard.press("Space")
    tab_to(page, "Our chief executive decided")
    page.keyboard.press("ArrowDown")
    tab_to(page, "I am authorized")
    page.keyboard.press("Space")
    tab_to(page, "Sign with your full name")
    page.keyboard.type("Ana Alder")
    page.keyboard.press("Enter")
    expect(page.locator(".recorded")).to_contain_text("approved")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_changed_text_handed_over_and_contested(
    browser: Browser, site: str, house: House, sink: Sink, deliver: Callable[[], None], scripts: bool
) -> None:
    """Be asked again with what changed, hand over, approve, be published, contest, be confirmed, come back."""
    with house.database.unit_of_work() as session:
        first = house.asked(session, "Alder")
        house.say(session, first, "Alder")
        later = house.checked(session, house.revised(session, first, title="Fund each coordinator"))
        house.ask(session, later, [session.get_one(Partner, 1)])
    deliver()
    ana = Person(browser, site, scripts=scripts, width=320)
    changed = next(letter for letter in sink.to("ana@alder.example") if "answer again" in letter["Subject"])
    page = ana.go(link_in(changed))
    since = page.get_by_role("region", name="What changed since Alder approved version 1")
    expect(since.locator("del").last).to_contain_text("the")
    expect(since.locator("ins").last).to_contain_text("each")
    page.get_by_text("I am not the right person").click()
    form = page.locator("#refer-form")
    form.get_by_label("Your colleague's full name").fill("Cleo Colleague")
    form.get_by_label("Your colleague's email address").fill("cleo@alder.example")
    form.get_by_role("button", name="Ask my colleague to answer").click()
    expect(page.get_by_text("you named Cleo Colleague to answer instead")).to_be_visible()
    deliver()

    cleo = Person(browser, site, scripts=scripts)
    page = cleo.go(link_in(sink.to("cleo@alder.example")[0]))
    page.get_by_label("Yes, we approve it").check()
    page.get_by_label("Our chief executive decided").check()
    page.get_by_label("I am authorized to say this").check()
    page.locator("#answer-form").get_by_label("Sign with your full name").fill("Cleo Colleague")
    page.get_by_role("button", name="Approve this text" if scripts else "Record our answer").click()
    expect(page.get_by_role("heading", name="Recorded: Alder approved this text")).to_be_visible()
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, later.id))
    public = Person(browser, site, scripts=scripts)
    expect(public.go("/positions/fund-the-coordinator").get_by_role("link", name="Alder")).to_be_visible()

    page = ana.page
    page.reload()
    page.get_by_text("This was not us", exact=True).click()
    page.locator("#contest-form").get_by_label("Sign with your full name").fill("Ana Alder")
    page.get_by_role("button", name="Contest this answer").click()
    expect(page.locator(".recorded")).to_contain_text("contested")
    expect(public.go("/positions/fund-the-coordinator").get_by_role("link", name="Alder")).to_have_count(0)

    page = cleo.page
    page.reload()
    expect(page.get_by_text("once the Coalition's staff have confirmed your address")).to_be_visible()
    with house.database.unit_of_work() as session:
        colleague = session.scalars(select(Contact).where(Contact.email == "cleo@alder.example")).one()
        publisher = house.user(session, "publisher").actor
        confirm_contact(house.act(session, publisher), colleague)
    page.reload()
    page.get_by_role("link", name="Get a new link by email").click()
    page.get_by_role("button", name="Email me a new link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    deliver()
    fresh = next(letter for letter in sink.to("cleo@alder.example") if letter["Subject"].startswith("Your new link"))
    page = cleo.go(link_in(fresh))
    page.get_by_label("Yes, we approve it").check()
    page.get_by_label("Our chief executive decided").check()
    page.get_by_label("I am authorized to say this").check()
    page.locator("#answer-form").get_by_label("Sign with your full name").fill("Cleo Colleague")
    page.get_by_role("button", name="Approve this text" if scripts else "Record our answer").click()
    expect(public.go("/positions/fund-the-coordinator").get_by_role("link", name="Alder")).to_be_visible()
    assert ana.complaints == cleo.complaints == public.complaints == []


def test_a_conflict_shows_both_texts_and_loses_nothing(browser: Browser, site: str, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.position(session)
    person = Person(browser, site).sign_in("drafter")
    page = person.go("/staff/positions/fund-the-coordinator/edit")
    with house.database.unit_of_work() as session:
        house.revised(session, session.get_one(Version, 1), body="Someone else's words.")
    page.get_by_label("Text", exact=True).fill("My own words.")
    page.get_by_label("What you changed").fill("Mine")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone saved a newer version while you were writing")
    expect(page.get_by_text("Someone else's words.")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("My own words.")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("status")).to_contain_text("The new version is saved")
