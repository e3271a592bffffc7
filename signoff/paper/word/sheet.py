"""Texts as Word files: what is published, as a letter or a position with names; and working copies without."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from signoff.domain.positions.fields import Field, Shape, field_named
from signoff.domain.positions.markdown import html_of, links_in, with_link_numbers
from signoff.domain.positions.placeholders import filled_html, filled_pieces
from signoff.domain.positions.text import Wording
from signoff.paper.published import PublishedText, marked_names, proof_facts
from signoff.paper.stationery import Stationery
from signoff.paper.supplement import Supplement
from signoff.paper.text import is_letter, placed_fields, style_of
from signoff.paper.tree import direction_of, tree_of
from signoff.paper.word.blocks import Text, kept_with_next
from signoff.paper.word.markup import Lines, Look, paragraph, run
from signoff.paper.word.names import in_its_direction, remark_mark, signatories
from signoff.paper.word.own_styles import COMPUTED_STYLE, marked
from signoff.paper.word.package import Frame, packed

_HANGING = 110  # twips for each letter of a label
_APART = 100  # twips between addressees in small print, whose lines are closer than those of a letter
_STYLES = {"heading": "Title", "subject": "Subject", "lede": "Summary"}
# Word has styles of its own for these parts of a letter.
_OWN_STYLES = {"date_line": "Date", "salutation": "Salutation", "closing": "Closing"}


@dataclass(frozen=True)
class WorkingCopy:
    """A version that is not necessarily public, as it was saved; its file names no one."""

    wording: Wording
    number: int
    digest: str
    saved_at: datetime
    saved_on: str


def published_word(text: PublishedText, stationery: Stationery) -> bytes:
    """The .docx of a publication; the same content gives the same bytes."""
    writer = _Writer(text.wording, text.computed)
    proof, (groups, remarks) = proof_facts(text, stationery.coalition), marked_names(text)
    names = _ours("names", signatories(groups))
    checked = _checked(text)
    if is_letter(text.wording):
        body = [
            *writer.places("head", "body", "closing"), *names, *_remarks(remarks), *writer.places("after"), _RULE,
            *writer.places("about"), *writer.links(), *map(_small, text.departures), *_proof(text, proof)[:2],
        ]  # fmt: skip
    else:
        body = [
            *writer.places("head"), *_ours("facts", [paragraph(run(" · ".join(proof["facts"])), "Subtitle")]),
            *writer.places("about", "body", "closing", "after"), *writer.links(),
            *_who_signed(text, names, proof, stationery), *_remarks(remarks), *map(_small, text.departures), *checked,
            *_ours("heading", [paragraph(run("Verify"), "Heading1")]), *_proof(text, proof),
        ]  # fmt: skip
    foot = (*proof["foot"], f"SHA-256 {proof['short_digest']}")
    return packed(writer.text, "".join(body), _frame(text.wording, stationery, text.published_at, foot))


def working_copy(copy: WorkingCopy, stationery: Stationery) -> bytes:
    """The .docx of a version for reading and passing on inside; words that are filled in later are named."""
    writer = _Writer(copy.wording, {})
    told = f"Working copy of version {copy.number}, saved {copy.saved_on}"
    body = [
        *writer.places("head", "body", "closing", "after"), _RULE, *writer.places("about"),
        *writer.links(), _small(f"{told}. SHA-256 of its text: {copy.digest}"),
    ]  # fmt: skip
    foot = (f"{stationery.coalition}. {told}", f"SHA-256 {copy.digest[:8]}…{copy.digest[-4:]}")
    return packed(writer.text, "".join(body), _frame(copy.wording, stationery, copy.saved_at, foot))


def supplement_word(supplement: Supplement, stationery: Stationery) -> bytes:
    """The names that came since a delivery, without the text; the same content gives the same bytes."""
    text = supplement.text
    proof, (groups, remarks) = proof_facts(text, stationery.coalition), marked_names(text)
    body = [
        paragraph(run(supplement.heading), "Title"), *(paragraph(run(words)) for words in supplement.before),
        *signatories(groups), *_remarks(remarks), *(paragraph(run(words)) for words in supplement.after),
        _RULE, *_proof(text, proof)[:2],
    ]  # fmt: skip
    foot = (*proof["foot"], f"SHA-256 {proof['short_digest']}")
    frame = _frame(text.wording, stationery, text.published_at, foot)
    return packed(Text(text.wording.language), "".join(body), replace(frame, title=supplement.heading))


def _frame(wording: Wording, stationery: Stationery, at: datetime, foot: tuple[str, ...]) -> Frame:
    return Frame(
        title=wording.title,
        author=stationery.coalition,
        language=wording.language,
        at=at,
        size=stationery.size,
        letterhead=(stationery.coalition, *(line for line in stationery.lines if line)),
        logo=stationery.logo,
        head=f"{stationery.coalition} · {wording.title}",
        foot=foot,
    )


class _Writer:
    """Writes the fields of a wording where its kind has them."""

    def __init__(self, wording: Wording, computed: Mapping[str, str]) -> None:
        self.text = Text(wording.language)
        self._wording, self._computed = wording, computed
        self._placed = placed_fields(wording)

    def places(self, *places: str) -> list[str]:
        """The fields that stand in these places."""
        return [self._field(field_named(name), place) for place in places for name in self._placed[place]]

    def links(self) -> list[str]:
        """Where the words of the text lead, since a sheet that is printed is not pressed."""
        addresses = links_in(self._wording.body)
        lead = [paragraph(run("Links in this text"), Lines("SmallPrint", keep_next=True))] if addresses else []
        return _ours("links", lead) + [_small(f"[{number}] {address}") for number, address in enumerate(addresses, 1)]

    def _field(self, field: Field, place: str) -> str:
        value = getattr(self._wording, field.name)
        if field.shape == Shape.MARKDOWN:
            html = filled_html(html_of(value, field.name), self._computed)
            tree = tree_of(with_link_numbers(html))
            return self.text.blocks(kept_with_next(tree) if self._placed["closing"] else tree)
        shown = value if field.may_be_computed else field.shown(value)
        styled = {"label": field.label, **style_of(field, self._wording, place)}
        hangs = place == "after" and styled["style"] == "label"
        ends = ":\t" if hangs else ": "
        label = {"label": f"{styled['label']}{ends}", "subject": styled["label"]}.get(styled["style"], "")
        language = self._wording.language if field.is_written else ""
        # Addressees stand in blocks with an empty line between them.
        first, *others = shown.split("\n\n")
        style = "Below" if hangs else _style(field, styled["style"], place)
        above = _APART if style == "SmallPrint" else 0
        computed = self._computed if field.may_be_computed else None
        made = _typed(first, style, label, language=language, computed=computed) + "".join(
            _typed(words, style, language=language, above=above, computed=computed) for words in others
        )
        return marked(made, field.name)


def _style(field: Field, styled: str, place: str) -> str:
    if styled == "lines":
        return _OWN_STYLES.get(field.name, "")
    return _STYLES.get(styled, "SmallPrint" if place == "about" else "")


def _typed(
    words: str,
    style: str = "",
    lead: str = "",
    *,
    language: str = "",
    above: int = 0,
    computed: Mapping[str, str] | None = None,
) -> str:
    """A paragraph of words that people wrote, in the direction of their first letter, behind words of ours."""
    from_right = direction_of(words) == "rtl"
    look = Look(language=language, from_right=from_right)
    hanging = _HANGING * len(lead) if lead.endswith("\t") else None
    lines = Lines(style, from_right=from_right, above=above, indent=hanging, hanging=hanging)
    pieces = filled_pieces(words, computed) if computed is not None else [(words, False)]
    runs = (run(piece, look.but(style=COMPUTED_STYLE) if is_filled else look) for piece, is_filled in pieces)
    return paragraph(run(lead) + "".join(runs), lines)


def _ours(what: str, blocks: Iterable[str]) -> list[str]:
    """Blocks that are no part of a text, marked as what they are."""
    return [marked(block, what) for block in blocks]


_RULE = marked(paragraph("", "Rule"), "rule")


def _small(words: str) -> str:
    return marked(paragraph(run(words), "SmallPrint"), "small_print")


def _who_signed(text: PublishedText, names: list[str], proof: Mapping[str, Any], stationery: Stationery) -> list[str]:
    heading = marked(paragraph(run("Who signed"), "Heading1"), "heading")
    if not names:
        our = stationery.coalition.removeprefix("The ")
        alone = f"No signatories yet. This position is published by the {our} alone."
        return [heading, marked(paragraph(run(alone)), "names")]
    said = f"{proof['counted']} when this file was made. The address in the footer leads to the current list."
    return [heading, marked(paragraph(run(said), Lines("Subtitle", keep_next=True)), "names"), *names]


def _remarks(remarks: Sequence[Mapping[str, str]]) -> list[str]:
    made = (
        paragraph(
            remark_mark(one["mark"])
            + run(" ")
            + in_its_direction(one["name"])
            + run(": “")
            + in_its_direction(one["note"])
            + run("”"),
            "Remark",
        )
        for one in remarks
    )
    return _ours("remarks", made)


def _checked(text: PublishedText) -> list[str]:
    if not (text.checked or text.findings):
        return []
    made = [paragraph(run("How it was checked"), "Heading1")]
    made += [paragraph(run(text.checked), "Subtitle")] if text.checked else []
    for one in text.findings:
        reason = f". {one['rationale']}" if one["rationale"] else "."
        made.append(paragraph(run(one["name"], Look(bold=True)) + run(f": {one['verdict']}{reason}")))
        made += [_typed(f"“{words}”", "Quote") for words in one["quotes"]]
    return _ours("check", made)


def _proof(text: PublishedText, proof: Mapping[str, Any]) -> list[str]:
    return [
        _small(
            f"The approved text is at {proof['text_address']} ({proof['length']} bytes). If one character of it "
            f"changed, this SHA-256 would be different: {text.digest}"
        ),
        _small(
            f"A Word file can be changed by anyone: compare it with the page at {proof['page_address']}. "
            f"How to check its evidence: {proof['verify_address']}"
        ),
        _small(proof["cite"]),
    ]
