"""A position as a Word file: its text, who signed, how it was checked, and how to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.positions.fields import Field, Place, Shape
from signoff.domain.positions.markdown import html_of, links_in, with_link_numbers
from signoff.domain.positions.placeholders import filled, filled_html
from signoff.domain.positions.text import Wording, shown_fields
from signoff.paper.tree import direction_of, tree_of
from signoff.paper.word.blocks import Text
from signoff.paper.word.markup import PLAIN, Lines, Look, paragraph, run
from signoff.paper.word.package import Frame, packed, section

_IN_COLUMNS = 8  # more names than these stand in two columns


@dataclass(frozen=True)
class Signatory:
    """A partner as it is named; what it said beside its name, and since when it has left, may be empty."""

    name: str
    note: str
    left: str


@dataclass(frozen=True)
class Reviewed:
    """One finding: its criterion, the verdict in words, the reason, and the quotes it rests on."""

    criterion: str
    verdict: str
    rationale: str
    quotes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class PublicSide:
    """What a published text has besides itself, at the moment at which the file is made; its names under headings."""

    groups: Sequence[tuple[str, Sequence[Signatory]]]
    counted: str
    departures: Sequence[str]
    checked: str
    findings: Sequence[Reviewed]
    address: str
    verify_address: str
    text_address: str
    length: str
    cite: str


@dataclass(frozen=True, kw_only=True)
class WordSheet:
    """All that a Word file says; `public` is None for a text that is not public.

    `computed` has the words that are filled in, by name; `at` is when the text became what it is, in the file's
    properties; `facts` stand below the title, and `foot` on each page.
    """

    wording: Wording
    computed: Mapping[str, str]
    coalition: str
    digest: str
    at: datetime
    facts: Sequence[str]
    foot: tuple[str, ...]
    public: PublicSide | None


def word_file(sheet: WordSheet) -> bytes:
    """The .docx of a text; the same content gives the same bytes."""
    text, title = Text(sheet.wording.language), sheet.wording.title
    body = "".join((_head(sheet), *_fields(sheet, text), *(_public_side(sheet, sheet.public) if sheet.public else ())))
    frame = Frame(
        title=title,
        author=sheet.coalition,
        language=sheet.wording.language,
        at=sheet.at,
        letterhead=(sheet.coalition,),
        head=f"{sheet.coalition} · {title}",
        foot=sheet.foot,
    )
    return packed(text, body, frame)


def _typed(words: str, style: str = "", *, language: str = "", look: Look = PLAIN) -> str:
    """A paragraph of words that people wrote, in the direction of their first letter."""
    from_right = direction_of(words) == "rtl"
    look = look.but(language=language, from_right=from_right)
    return paragraph(run(words, look), Lines(style, from_right=from_right))


def _head(sheet: WordSheet) -> str:
    title = _typed(sheet.wording.title, "Title", language=sheet.wording.language)
    return title + paragraph(run(" · ".join(sheet.facts)), "Subtitle") + "".join(_labeled(sheet, Place.FACTS))


def _labeled(sheet: WordSheet, place: Place) -> list[str]:
    return [
        paragraph(
            run(f"{field.label}: ") + _value(field, filled(value, sheet.computed), sheet.wording.language), "SmallPrint"
        )
        for field, value in shown_fields(sheet.wording, place)
    ]


def _value(field: Field, value: str, language: str) -> str:
    if not field.is_written:
        return run(field.shown(value))
    return run(value, Look(language=language, from_right=direction_of(value) == "rtl"))


def _fields(sheet: WordSheet, text: Text) -> list[str]:
    parts = [_field(field, value, sheet, text) for field, value in shown_fields(sheet.wording, Place.TEXT)]
    return [*parts, _links(links_in(sheet.wording.body)), *_labeled(sheet, Place.BELOW)]


def _field(field: Field, value: str, sheet: WordSheet, text: Text) -> str:
    if field.shape != Shape.MARKDOWN:
        style = "Summary" if field.name == "summary" else ""
        return _typed(filled(value, sheet.computed), style, language=sheet.wording.language)
    tree = tree_of(with_link_numbers(filled_html(html_of(value, field.name), sheet.computed)))
    return text.blocks(tree)


def _links(addresses: Sequence[str]) -> str:
    # A sheet that is printed still says where its words lead.
    if not addresses:
        return ""
    lines = (paragraph(run(f"[{number}] {address}"), "SmallPrint") for number, address in enumerate(addresses, 1))
    return paragraph(run("Links in this text"), Lines("SmallPrint", keep_next=True)) + "".join(lines)


def _public_side(sheet: WordSheet, public: PublicSide) -> list[str]:
    return [
        *_signatories(sheet, public),
        *(paragraph(run(sentence), "SmallPrint") for sentence in public.departures),
        *_checked(public),
        *_verify(sheet, public),
    ]


def _signatories(sheet: WordSheet, public: PublicSide) -> list[str]:
    heading = paragraph(run("Who signed"), "Heading1")
    named = [one for _, group in public.groups for one in group]
    if not named:
        alone = f"No signatories yet. It is published by the {sheet.coalition.removeprefix('The ')} alone."
        return [heading, paragraph(run(alone))]
    said = (
        f"{public.counted} when this file was made; each approved exactly this text. "
        "The address in the footer leads to the present list."
    )
    noted = [one for one in named if one.note]
    columns = 2 if len(named) > _IN_COLUMNS else 1
    return [
        heading,
        paragraph(run(said), Lines("Subtitle", keep_next=True)),
        paragraph("", Lines("Gap", section=section(is_first=True))),
        *_names(public.groups, noted),
        paragraph("", Lines("Gap", section=section(is_first=False, columns=columns))),
        *_remarks(noted),
    ]


def _names(groups: Sequence[tuple[str, Sequence[Signatory]]], noted: list[Signatory]) -> list[str]:
    made = []
    for heading, group in groups:
        made += [paragraph(run(heading), "Heading2")] if heading else []
        made += [_name(one, noted) for one in group]
    return made


def _name(one: Signatory, noted: list[Signatory]) -> str:
    from_right = direction_of(one.name) == "rtl"
    said = [f"remark {noted.index(one) + 1}"] if one in noted else []
    said += [one.left] if one.left else []
    beside = run(f" ({'; '.join(said)})") if said else ""
    return paragraph(run(one.name, Look(from_right=from_right)) + beside, Lines("Signatory", from_right=from_right))


def _remarks(noted: list[Signatory]) -> list[str]:
    if not noted:
        return []
    lines = (
        paragraph(
            run(f"{number}. {one.name}: ") + run(f"“{one.note}”", Look(from_right=direction_of(one.note) == "rtl"))
        )
        for number, one in enumerate(noted, 1)
    )
    return [paragraph(run("Remarks"), "Heading2"), *lines]


def _checked(public: PublicSide) -> list[str]:
    if not (public.checked or public.findings):
        return []
    made = [paragraph(run("How it was checked"), "Heading1")]
    made += [paragraph(run(public.checked), "Subtitle")] if public.checked else []
    for one in public.findings:
        reason = f". {one.rationale}" if one.rationale else "."
        made.append(paragraph(run(one.criterion, Look(bold=True)) + run(f": {one.verdict}{reason}")))
        made += [_typed(f"“{words}”", "Quote") for words in one.quotes]
    return made


def _verify(sheet: WordSheet, public: PublicSide) -> list[str]:
    said = (
        f"The approved text is at {public.text_address} ({public.length} bytes). If one character of it changed, "
        f"this SHA-256 would be another: {sheet.digest}",
        f"A Word file can be changed by anyone: compare it with the page at {public.address}. "
        f"How to check its evidence: {public.verify_address}",
        public.cite,
    )
    return [paragraph(run("Verify"), "Heading1"), *(paragraph(run(words), "SmallPrint") for words in said)]
