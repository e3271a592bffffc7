"""What every email has in common: who writes it to whom, where its link leads, and how it shows what changed."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from signoff.letters.blocks import Draft, as_text
from signoff.letters.html_part import as_html
from signoff.letters.snippets import what_changed
from signoff.models import Contact, Partner, Version
from signoff.services.rounds.previous_versions import known_before
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of

Turn = Callable[[], list[str]]
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


def lines(letter: EmailMessage) -> list[str]:
    return text_of(letter).splitlines()


def test_who_answers_for_two_partners_can_tell_the_emails_apart(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        for contact in session.query(Contact):
            contact.full_name = "Ana Both"
    deliver()
    assert {letter["Subject"] for letter in sink.letters} == {
        f"Please answer for {name} by December 1, 2026: {version.title}" for name in ("Alder", "Birch")
    }
    for letter in sink.letters:
        assert lines(letter)[0] == "Hello Ana Both,"
        assert len(lines(letter)) < 25


def test_a_phone_shows_first_that_the_text_changed_and_that_an_answer_is_due_again(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    deliver()
    with house.database.unit_of_work() as session:
        later = house.checked(session, house.revised(session, session.get_one(Version, 1)))
        house.ask(session, later, session.scalars(select(Partner)).all())
    sent = len(sink.letters)
    deliver()
    subjects = {str(letter["Subject"]) for letter in sink.letters[sent:]}
    assert {subject[:35] for subject in subjects} == {"Text changed: please answer again f"}
    assert {subject.removesuffix(": Fund the coordinator") for subject in subjects} == {
        f"Text changed: please answer again for {name} by December 1, 2026" for name in ("Alder", "Birch")
    }
    assert max(len(subject.removesuffix(": Fund the coordinator")) for subject in subjects) <= 70


def test_who_asks_is_a_person_until_they_leave(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        house.user(session, "publisher").job_title = ""
    deliver()
    assert "Publisher Person of the Coalition for Community Schools asks" in " ".join(lines(sink.letters[0]))
    assert lines(sink.letters[0])[-2:] == ["Publisher Person", "Coalition for Community Schools"]
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, 1)
        house.user(session, "publisher").deactivated_at = house.clock()
        house.fresh(session, house.link(session, version, "Alder"))
    deliver()
    assert lines(sink.letters[1])[-2:] == ["", "Coalition for Community Schools"]


def test_every_name_that_could_be_listed_stands_before_the_choice(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", public_names=("The Alder Trust",))])
    deliver()
    said = " ".join(lines(sink.letters[0]))
    named = said.index("If you approve, the name you choose will be listed publicly: Alder / The Alder Trust")
    assert named < said.index("http://")


def test_the_html_part_needs_no_style_sheet_and_shows_where_the_link_leads(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    deliver()
    (letter,) = sink.letters
    assert letter["X-Auto-Response-Suppress"] == "All"
    html = BeautifulSoup(html_of(letter), "html.parser")
    (sheet,) = html.select("style")
    assert sheet.text.strip().startswith("@media (prefers-color-scheme: dark) {")  # and nothing before it
    for element in html.select("p, a, th, td, table, blockquote, body, div"):
        assert element.get("style"), element
    (address,) = [line for line in lines(letter) if line.startswith("http")]
    assert [(link["href"], link.text) for link in html.select("a")] == [
        (address, "Read the text and answer"),
        (address, address),
    ]


def test_both_parts_say_what_changed_at_most_thrice_without_marks(house: House) -> None:
    before = (
        f"We ask for **$18,000** a year. {'Words ' * 90}and ten. Third a<b. Fourth.\n\n| A | B |\n|--|--|\n| 1 | 2 |"
    )
    after = before
    for old, new in (("18,000", "19,700"), ("ten", "eleven"), ("Third", "The third"), ("| 2 |", "| 3 |")):
        after = after.replace(old, new)
    with house.database.unit_of_work() as session:
        first = house.checked(session, house.position(session, body=before))
        house.ask(session, first, [house.partner(session, "Alder")])
        second = house.revised(session, first, body=after)
        third = house.revised(session, second, summary="We ask for ten-year grants.")
        partner = house.link(session, first, "Alder").partner_id
        known = known_before(session, third, [partner])[partner]
        blocks = what_changed(known, third, "Alder")
    text = as_text(blocks)
    assert text.count("before: ") == text.count("now: ") == 3
    assert "The text has changed since version 1, which we asked Alder about." in " ".join(text.split())
    assert text.index("> Changed\n> Changed") < text.index(
        "before: We ask for $18,000 a year.\n  now: We ask for $19,700"
    )
    assert "Your page shows two more changes." in text
    assert "*" not in text and "[" not in text and max(map(len, text.splitlines())) <= 72 and len(text) < 900
    html = as_html(Draft("x", tuple(blocks)), coalition="C")
    soup = BeautifulSoup(html, "html.parser")
    assert [mark.text.strip() for mark in soup.select("del")] == ["$18,000", "ten", "Third"]
    assert "a&lt;b" in html
