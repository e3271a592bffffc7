"""A journalist at /verify: good, altered, foreign, out of date, old; without a network; from a copy of the page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from signoff.evidence.heads import Head, read_head
from signoff.evidence.notes import Signer
from signoff.models import Version
from tests.browser.person import Person
from tests.evidence.public_log import PublicLog
from tests.house import House
from tests.letters.sink import Sink
from tests.letters.test_proofs import proof_in

POSITION = "/positions/fund-the-coordinator"
Deliver = Callable[[], None]


@pytest.fixture
def published(house: House, site: str, deliver: Deliver) -> str:
    """The address of a site with a published position of two names, under a signed head."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder", public_note="Gladly.")
        house.say(session, version, "Birch")
        house.publish(session, version)
    deliver()
    return site


def fetched(page: Page, path: str) -> bytes:
    return page.request.get(path).body()


def drop(page: Page, content: bytes, name: str = "bundle.json") -> None:
    page.get_by_label("A file to check").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.locator(".verdict h2")).to_be_focused()


def says(page: Page, state: str, heading: str, *sentences: str) -> None:
    expect(page.locator(".verdict .state")).to_have_text(state)
    expect(page.locator(".verdict h2")).to_contain_text(heading)
    for sentence in sentences:
        expect(page.locator(".verdict")).to_contain_text(sentence)


@contextmanager
def answering(page: Page, address: str, body: str | bytes) -> Iterator[None]:
    """While the site, or someone between, gives this in place of an answer."""
    page.route(f"**/{address}", lambda route: route.fulfill(body=body))
    yield
    page.unroute(f"**/{address}")


def withdraw(house: House, name: str) -> None:
    with house.database.unit_of_work() as session:
        house.withdraw(session, session.get_one(Version, 1), name)


def test_good_altered_and_foreign(browser: Browser, published: str) -> None:
    person = Person(browser, published)
    page = person.go("/verify")
    good = fetched(page, f"{published}{POSITION}/proof")
    drop(page, good)
    says(
        page,
        "Verified",
        "These two organizations stand behind exactly this text, as of ",
        "Compared with the site's public log just now: it shows nothing newer.",
        "Gladly.",
        "Alder",
        "Birch",
    )
    expect(page.locator(".verdict h2")).to_contain_text("today.")
    expect(page.locator(".exactly.body")).to_contain_text("Schools **need** a coordinator.")
    for width, scheme in ((375, "dark"), (768, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert person.findings() == [] and not person.overflows(), (width, scheme)
    assert person.unreachable() == []

    drop(page, good.replace(b'"Alder"', b'"Elder"'))
    says(page, "Not verified", "This file was changed after it was signed, or it is not whole.", "It proves nothing.")
    expect(page.get_by_text("Birch")).to_have_count(0)  # nothing that a refused file says is shown
    assert person.findings() == []
    for content, heading in (
        (b"%PDF-1.7 printed", "This PDF carries no evidence"),
        (b"Dear Chair Lee", "This is nothing that can be checked here."),
        (b"", "This is nothing that can be checked here."),
        (good + b"\n", "This file was changed after it was signed"),
    ):
        drop(page, content)
        says(page, "Not verified", heading)
    foreign = PublicLog()
    foreign.publish()
    foreign.head(datetime.now(UTC))
    drop(page, foreign.bundle().encode())
    says(page, "Not verified", "This file is not signed with a key of this site.", "positions.example/log")

    page.get_by_label("Or paste what it says").fill(good.decode())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    says(page, "Verified", "These two organizations stand behind exactly this text")
    assert person.complaints == []


def test_names_that_left_texts_and_proofs(
    browser: Browser, published: str, house: House, sink: Sink, deliver: Deliver
) -> None:
    page = Person(browser, published).go("/verify")
    before = fetched(page, f"{published}{POSITION}/proof")
    withdraw(house, "Alder")
    drop(page, before)
    says(page, "Verified", "These two organizations stood behind", "has no signed list right now")
    deliver()
    drop(page, before)
    says(
        page,
        "Verified, but out of date",
        "This organization stands behind exactly this text",
        "One of its names is no longer",
        "the log continues from this evidence, and nothing before it was changed.",
    )
    expect(page.locator(".verdict").get_by_text("Alder")).to_have_count(0)

    proven = [letter for letter in sink.to("ana@alder.example") if list(letter.iter_attachments())]
    approval, withdrawal = map(proof_in, proven)
    drop(page, approval.encode(), "signoff-proof.json")
    says(
        page,
        "Verified",
        "the partner “alder” approved this text under the name “Alder”",
        "The proof of what ended the approval shows why.",
    )
    drop(page, withdrawal.encode(), "signoff-proof.json")
    says(page, "Verified", "the partner “alder” withdrew its approval", "does not name the partner.")
    expect(page.locator(".verdict")).to_contain_text("or from before the answer, so it says nothing about it.")
    expect(page.locator(".verdict")).to_contain_text("the log continues from this evidence")

    text = fetched(page, f"{published}{POSITION}/text")
    drop(page, text, "text.txt")
    says(
        page,
        "Verified",
        "This organization stands behind exactly this text",
        "Your text is exactly this text.",
    )
    digest = page.locator(".verdict dt:has-text('SHA-256') + dd").text_content() or ""
    page.get_by_label("Or paste what it says").fill(digest.upper())
    page.get_by_role("button", name="Check what I pasted").click()
    says(page, "Verified", "This organization stands behind exactly this text")
    drop(page, text.replace(b"Schools", b"Scholls"), "text.txt")
    says(page, "Not verified", "This shows no one's approval.", "has published no text with this digest")


def test_without_a_network_old_and_from_a_copy_of_the_page(
    browser: Browser, published: str, house: House, tmp_path: Path
) -> None:
    person = Person(browser, published)
    page = person.go("/verify")
    good, pdf = (fetched(page, f"{published}{POSITION}{kind}") for kind in ("/proof", ".pdf"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Save this page for offline use").click()
    download.value.save_as(tmp_path / "verify.html")
    person.context.set_offline(True)
    for content in (good, pdf):
        drop(page, content)
        says(
            page,
            "Verified",
            "These two organizations stood behind exactly this text",
            "This page cannot ask the site",
            "The site's public log was not checked",
        )
    says(page, "Verified", "These two", "Only the file that is attached to this PDF was verified.")

    page.goto((tmp_path / "verify.html").as_uri())
    drop(page, good)
    says(
        page,
        "Verified",
        "These two organizations stood behind exactly this text",
        "does not know what happened after",
        "The site's public log was not checked",
    )
    expect(page.get_by_role("button", name="Compare with the log now")).to_have_count(0)
    assert person.findings() == [] and not person.overflows()
    drop(page, good.replace(b"Birch", b"Berch"))
    says(page, "Not verified", "This file was changed after it was signed")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3, hours=1))
    drop(page, good)
    says(page, "Verified, but old", "These two organizations stood behind", "That was three days ago.")
    page.clock.set_fixed_time(datetime.now(UTC) - timedelta(hours=1))
    drop(page, good)
    says(page, "Not verified", "This file says that it was made later than now.", "check the clock")
    assert person.complaints == []


def test_the_log_is_compared_where_it_can_be(browser: Browser, published: str, house: House, deliver: Deliver) -> None:
    page = Person(browser, published).go("/verify")
    good = fetched(page, f"{published}{POSITION}/proof")
    newest = read_head(fetched(page, f"{published}/log/checkpoint").decode())
    withdraw(house, "Birch")
    deliver()

    page.route("**/log/tile/**", lambda route: route.abort())
    drop(page, good)
    says(page, "Verified, but out of date", "This organization stands", "The site's public log was not checked")
    page.unroute("**/log/tile/**")
    page.get_by_role("button", name="Compare with the log now").press("Enter")
    says(page, "Verified, but out of date", "This organization stands", "the log continues from this evidence")
    expect(page.get_by_role("button", name="Compare with the log now")).to_have_count(0)

    house_key, thief = house.keys.signers(newest.origin)[0], Signer(newest.origin, bytes([1]) * 32)
    fork, ahead = Head(newest.origin, newest.size, bytes(32)), Head(newest.origin, newest.size + 9, bytes(32))
    wrong_hashes = bytes(32 * read_head(fetched(page, f"{published}/log/checkpoint").decode()).size)
    for address, body, state, heading, sentence in (
        ("log/tile/**", wrong_hashes, "Verified, but out of date", "stands behind", "do not match its own signed head"),
        (
            "log/tile/**",
            bytes(32),
            "Verified, but out of date",
            "stands behind",
            "a part of it is incomplete",
        ),
        ("log/checkpoint", ahead.signed(house_key), "Verified, but out of date", "stands behind", "all of its hashes"),
        (
            "log/checkpoint",
            newest.signed(thief),
            "Verified, but out of date",
            "stands behind",
            "with a key that this page",
        ),
        ("log/checkpoint", fork.signed(house_key), "Contradiction", "cannot both be true", "Keep the file"),
        ("proof", good, "Verified", "stood behind", "an older list than it has signed"),
    ):
        with answering(page, address, body):
            drop(page, good)
            says(page, state, heading, sentence)


def test_without_scripts_it_says_how_to_check_by_command(browser: Browser, published: str) -> None:
    page = Person(browser, published, scripts=False).go("/verify")
    expect(page.get_by_text("no script runs here")).to_be_visible()
    expect(page.get_by_label("A file to check")).to_be_hidden()
    expect(page.get_by_role("link", name="Download the verifier")).to_be_visible()
    digest = page.locator("td code").first.text_content() or ""
    page.get_by_label("Digest of the text").fill(digest)
    page.get_by_role("button", name="Find the text").click()
    expect(page).to_have_url(f"{published}{POSITION}#sha256-{digest}")
