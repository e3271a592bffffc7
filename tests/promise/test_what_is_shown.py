"""What is approved is what is shown: each surface has the words of the canonical form, field by field, both ways."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from signoff.domain.errors import Invalid
from signoff.domain.positions.text import Wording, clean, problems
from signoff.letters.blocks import as_text
from signoff.letters.html_part import as_html
from signoff.letters.preview import LetterPreview
from signoff.models import Partner, Round, Version
from signoff.services.rounds.rounds import RoundTerms
from tests.house import House
from tests.inspection import InspectingClient
from tests.shown import MARKS, joined, letters_of, packet_fields, page_fields, parted, seen, words_of
from tests.word_files import WordFile

SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
DAY, COUNT = "November 24, 2026", "1"
KINDS = {
    "position": "Position",
    "letter": "Letter",
    "statement": "Statement",
    "testimony": "Testimony",
    "comment": "Comment on a rule",
}
# How a text reads from its summary on: the parts in the order of a letter, the last three with their labels.
READ = ("summary", "salutation", "body", "closing")
LABELED = ("Hearing", "Docket number", "Reference")  # the facts with their labels on a letter
FACTS = ("Date", "Addressed to", *LABELED)
BELOW = ("cc", "Enclosure", "Enclosures", "Press contact")

word = st.sampled_from(
    ["Schools", "need", "two", "coordinators", "ñandú", "12", "$5", "90%", "Birch’s", "“quoted”", "AT&T"]
)
words = st.lists(word, min_size=1, max_size=5).map(" ".join)
target = st.sampled_from(["https://a.example/x_y", "http://b.example/?q=1&r=2", "mailto:ana@c.example"])
inline = st.one_of(
    words,
    words.map("*{}*".format),
    words.map("**{}**".format),
    words.map("`{}`".format),
    st.tuples(words, target).map("[{0[0]}]({0[1]})".format),
    st.sampled_from(
        ["https://plain.example/z", "<https://auto.example>", "<eve@auto.example>", "\\*", "{{signatory_count}}"]
    ),
)
line = st.lists(inline, min_size=1, max_size=4).map(" ".join)
# With what may stand at either end of a line: marked words meet their neighbors of the next line.
lines = st.lists(st.one_of(line, inline), min_size=1, max_size=3)
block = st.one_of(
    lines.map("\n".join),
    lines.map("  \n".join),
    line.map("## {}".format),
    lines.map(lambda items: "\n".join(f"- {item}" for item in items)),
    lines.map(lambda items: "\n".join(f"{number}. {item}" for number, item in enumerate(items, 3))),
    lines.map(lambda items: "\n".join(f"- ({'abc'[at]}) {item}" for at, item in enumerate(items))),
    lines.map(
        lambda items: "\n".join(f"{number}) {item}\n   - {number}.a {item}" for number, item in enumerate(items, 1))
    ),
    lines.map(lambda items: "\n".join(f"> {item}" for item in items)),
    lines.map(lambda items: "```\n" + "\n".join(items) + "\n```"),
    st.tuples(words, words, words, words).map("| {0[0]} | {0[1]} |\n|:--|--:|\n| {0[2]} | {0[3]} |".format),
    st.just("---"),
)
hostile = st.sampled_from(
    [
        '[note]: https://x.example "our partners endorse Y"',
        "![those words](https://x.example/a.png)",
        "[this](https://x.example 'hidden')",
        "```hidden\ncode\n```",
        "| a |\n|---|\n| b | hidden |",
        "<!-- hidden -->",
        "<b title='hidden'>x</b>",
        "&#72;idden",
        "1. one\n1. two",
        "See[^9].",
        "[^9]: never used",
        "[x](/relative)",
        "~~struck~~",
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """A text of the dialect, sometimes with footnotes, now and then with something that would hide words."""
    blocks = draw(st.lists(block, min_size=1, max_size=5))
    if draw(st.booleans()):
        notes = draw(st.lists(line, min_size=1, max_size=2))
        between = draw(st.sampled_from([".\n\n", "\n", " "]))
        blocks += [between.join(f"See[^{number}]" for number, _ in enumerate(notes, 1))]
        blocks += [f"[^{number}]: {note}" for number, note in enumerate(notes, 1)]
    if draw(st.integers(0, 4)) == 0:
        blocks.insert(draw(st.integers(0, len(blocks))), draw(hostile))
    return "\n\n".join(blocks)


perhaps = st.one_of(st.just(""), words)
perhaps_lines = st.one_of(
    st.just(""), st.lists(words, min_size=1, max_size=3).map("\n".join), words.map("{0}\n\n{0}".format)
)
wordings = st.builds(
    Wording,
    language=st.sampled_from(["en", "es"]),
    kind=st.sampled_from(["position", "letter", "statement", "testimony", "comment"]),
    title=words,
    addressed_to=perhaps_lines,
    reference=perhaps,
    date_line=st.one_of(perhaps, st.just("{{date}}")),
    salutation=perhaps,
    closing=perhaps_lines,
    copies=perhaps_lines,
    enclosures=perhaps_lines,
    press_contact=perhaps_lines,
    docket=perhaps,
    hearing=perhaps_lines,
    summary=st.lists(st.one_of(words, st.just("*not* [marked](up)"), st.just("{{date}}")), min_size=1, max_size=3).map(
        "\n".join
    ),
    body=bodies(),
)


def filled(text: str, day: str = "day of publication", count: str = "number of signatories") -> str:
    """A text with what stands for its computed words, put in by hand."""
    return text.replace("{{date}}", day).replace("{{signatory_count}}", count)


def expected(wording: Wording, day: str, count: str) -> dict[str, str]:
    """What each surface has to show, from the canonical form alone."""
    shown = {
        "Kind": KINDS[wording.kind],
        "Language": {"en": "English", "es": "Spanish"}[wording.language],
        "title": wording.title,
        "Addressed to": wording.addressed_to,
        "Reference": wording.reference,
        "Date": filled(wording.date_line, day, count),
        "Docket number": wording.docket,
        "Hearing": wording.hearing,
        "summary": filled(wording.summary, day, count),
        "salutation": wording.salutation,
        "body": filled(wording.body, day, count),
        "closing": wording.closing,
        "cc": wording.copies,
        "Enclosures": wording.enclosures,
        "Press contact": wording.press_contact,
    }
    return {name: words_of(text) for name, text in shown.items() if text}


class Stage:
    """One house in which each text is started, asked about, approved and published."""

    def __init__(self, house: House, client: InspectingClient) -> None:
        self.house, self.client, self.texts = house, client, 0
        with house.database.unit_of_work() as session:
            house.partner(session, "Zzyzx")

    def play(self, wording: Wording) -> None:
        cleaned = clean(wording)
        try:
            with self.house.database.unit_of_work() as session:
                version = self.house.position(session, **vars(wording))
                assert version.wording == cleaned
                self.house.checked(session, version)
                partner = session.scalars(select(Partner)).one()
                self.house.ask(session, version, [partner])
                secret = self.house.secret(self.house.link(session, version, "Zzyzx"))
                slug, number = version.position.slug, version.id
        except Invalid:
            assert problems(cleaned)
            event("refused")
            return
        event("shown")
        assert not problems(cleaned)
        self._on_the_way(cleaned, secret, number)
        with self.house.database.unit_of_work() as session:
            version = session.get_one(Version, number)
            self.house.say(session, version, "Zzyzx")
            self.house.publish(session, version)
        self._in_public(cleaned, slug)

    def _on_the_way(self, wording: Wording, secret: str, number: int) -> None:
        before = expected(wording, "day of publication", "number of signatories")
        page = self.client.get(f"/r/{secret}").text
        assert page_fields(page) == before
        links = BeautifulSoup(page, "html.parser").select(".links-in li")
        without_code = re.sub("```.*?```", "", wording.body, flags=re.DOTALL)
        assert {link.get_text() for link in links} == set(re.findall(r"\]\(([^)]*)\)", without_code))
        packet = self.client.get(f"/r/{secret}/packet").text
        assert packet_fields(packet) == before
        with self.house.database.reading() as session:
            version = session.get_one(Version, number)
            asked = session.scalars(select(Round).where(Round.version_id == number)).one()
            contact = session.scalars(select(Partner)).one().contacts[0]
            terms = RoundTerms(asked.deadline, asked.message)
            by = self.house.user(session, "publisher")
            letter = LetterPreview(session, self.house.settings, self.house.clock(), by).request(
                version, terms, contact
            )
            digest = version.digest
        html = BeautifulSoup(as_html(letter, coalition="C"), "html.parser")
        quoted = html.find("blockquote")
        assert quoted is not None and words_of(quoted.get_text()) == before["summary"]
        text = as_text(letter.blocks)
        quoted_lines = [line[2:] for line in text.splitlines() if line.startswith("> ")]
        assert words_of("\n".join(quoted_lines)) == before["summary"]
        assert digest in text and "This email gives the title and summary only." in " ".join(text.split())

    def _in_public(self, wording: Wording, slug: str) -> None:
        after = expected(wording, DAY, COUNT)
        page = self.client.get(f"/positions/{slug}").text
        assert page_fields(page) == after
        told = self.client.get(f"/positions/{slug}.json").get_json()
        assert told and {name: told[name] for name in vars(wording)} == vars(wording)
        assert seen(BeautifulSoup(told["html"], "html.parser")) == after["body"]
        written = words_of(self.client.get(f"/positions/{slug}.md").text)
        whole = " ".join([*_read(after, after["body"], ""), "Who signed"])
        assert written.startswith(after["title"]) and words_of(whole) in written
        for name in FACTS:
            assert name not in after or words_of(f"{name} {after[name]}") in written
        exact = self.client.get(f"/positions/{slug}/text").data.decode()
        assert wording.body in exact and wording.summary in exact
        on_sheets = after if "\n" in wording.enclosures else _with_one_enclosure(after)
        self._on_paper(BeautifulSoup(page, "html.parser"), on_sheets, slug)
        self._in_word(BeautifulSoup(page, "html.parser"), on_sheets, slug)

    def _in_word(self, page: BeautifulSoup, after: dict[str, str], slug: str) -> None:
        """Word for word, its notes at the foot of their pages."""
        (text,) = page.select(".wording .text")
        notes = [section.extract() for section in text.select(".footnotes")]
        links = " ".join(f"{number} {link.get_text()}" for number, link in enumerate(page.select(".links-in li"), 1))
        body = seen(text, on_paper=True)
        file = WordFile(self.client.get(f"/positions/{slug}.docx").data)
        words, at = words_of(file.words()), 0
        as_letter = after["Kind"] in ("Letter", "Testimony", "Comment on a rule")
        pieces = _as_letter(after, body, links) if as_letter else _as_position(after, body, links)
        for piece in map(words_of, pieces):
            found = words.find(piece, at)
            assert found >= at, piece
            at = found + len(piece)
        assert words_of(file.notes()) == " ".join(seen(section, on_paper=True) for section in notes)

    def _on_paper(self, page: BeautifulSoup, after: dict[str, str], slug: str) -> None:
        """Word for word and in the order of its kind, its notes at the foot of their pages."""
        (text,) = page.select(".wording .text")
        notes = [f"{number} {seen(note, on_paper=True)}" for number, note in enumerate(_notes_of(text), 1)]
        links = " ".join(f"{number} {link.get_text()}" for number, link in enumerate(page.select(".links-in li"), 1))
        body = seen(text, on_paper=True)
        reader = PdfReader(BytesIO(self.client.get(f"/positions/{slug}.pdf").data))
        sheets = [re.sub(rf"[•‣–{re.escape(MARKS)}]", "", _without_foot(one.extract_text())) for one in reader.pages]
        paper, at_the_foot = parted(sheets, notes)
        assert at_the_foot == notes
        as_letter = after["Kind"] in ("Letter", "Testimony", "Comment on a rule")
        at = 0
        # Lines break within long words too, so the words are compared where the letters are the same.
        for words in map(words_of, _as_letter(after, body, links) if as_letter else _as_sheet(after, body, links)):
            found = letters_of(paper).find(letters_of(words), at)
            assert found >= at, words
            assert joined(words, paper) == []
            at = found + len(letters_of(words))


def _notes_of(text: Tag) -> list[Tag]:
    """The footnotes of a text, which are taken out of it."""
    return [
        note
        for section in text.select(".footnotes")
        for note in section.extract().select("ol")[0].find_all("li", recursive=False)
    ]


def _with_one_enclosure(shown: dict[str, str]) -> dict[str, str]:
    """The same as sheets show it, which call one thing by its name and not by that of several."""
    return {"Enclosure" if name == "Enclosures" else name: said for name, said in shown.items()}


def _as_letter(shown: dict[str, str], body: str, links: str) -> list[str]:
    """What a letter says on paper, in pieces that follow each other: names stand between them."""
    said = {**shown, "body": body, "title": ("Re " if shown["Kind"] != "Testimony" else "") + shown["title"]}
    said |= {label: f"{label} {shown[label]}" for label in (*LABELED, *BELOW) if label in shown}
    head = ("Date", "Addressed to", "title", *LABELED, "salutation", "body", "closing")
    whole = " ".join(said[name] for name in head if name in said)
    below = " ".join(said[name] for name in BELOW if name in said)
    small = f"Kind {shown['Kind']} Language {shown['Language']} Summary {shown['summary']}"
    return [whole, below, f"{small} {f'Links in this text {links}' if links else ''}"]


def _as_sheet(shown: dict[str, str], body: str, links: str) -> list[str]:
    facts = [f"{label} {shown[label]}" for label in ("Kind", "Language", *FACTS) if label in shown]
    read = [body if name == "body" else shown[name] for name in READ if name in shown]
    below = [f"{name} {shown[name]}" for name in BELOW if name in shown]
    return [
        " ".join([shown["title"], *facts, *read, *below, f"Links in this text {links}" if links else "", "Who signed"])
    ]


def _as_position(shown: dict[str, str], body: str, links: str) -> list[str]:
    (whole,) = _as_sheet(shown, body, links)
    return [shown["title"], whole.removeprefix(shown["title"])]


def _read(shown: dict[str, str], body: str, links: str) -> list[str]:
    read = [body if name == "body" else shown[name] for name in READ if name in shown]
    below = [f"{name} {shown[name]}" for name in BELOW if name in shown]
    return read + ([f"Links in this text {links}"] if links else []) + below


def _without_foot(sheet: str) -> str:
    foot = r"(Each organization approved exactly this text\. )?Who has signed, as of today:"
    return re.sub(rf"{foot}\s*http\S+\s*SHA-256\s*\S+\s*page\s*\d+ of \d+", "", sheet)


@pytest.fixture
def stage(house: House, client: InspectingClient) -> Iterator[Stage]:
    yield Stage(house, client)


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# A hidden word is told at once; the shortest text that hides one takes minutes to find.
AT_ONCE = (Phase.explicit, Phase.reuse, Phase.generate)


@SQLITE
@settings(max_examples=12, phases=AT_ONCE, deadline=None, suppress_health_check=QUIET)
@given(wording=wordings)
def test_a_text_is_shown_word_for_word(stage: Stage, wording: Wording) -> None:
    stage.play(wording)


@SQLITE
@pytest.mark.torture
@settings(max_examples=400, deadline=None, suppress_health_check=QUIET)
@given(wording=wordings)
def test_many_texts_are_shown_word_for_word(stage: Stage, wording: Wording) -> None:
    stage.play(wording)
