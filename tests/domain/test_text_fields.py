"""The list of a text's fields: nothing that shows, checks or keeps a text goes past it."""

from dataclasses import field, fields, make_dataclass, replace

import pytest

from signoff.domain.positions.fields import FIELD_NAMES, FIELDS, PARTS, READING_ORDER, Kind, Place
from signoff.domain.positions.text import (
    Wording,
    canonical,
    clean,
    ensure_decided,
    leaves_open,
    problems,
    shown_fields,
    texts_of,
)
from signoff.evidence.approved_text import KNOWN_FIELDS
from signoff.models import Version
from signoff.models.positions import BESIDES_THE_TEXT

# Kept by hand: the order in which approvals bind the fields. It only ever grows at its end.
IN_THE_DIGEST = (
    *(
        "language",
        "kind",
        "title",
        "addressed_to",
        "reference",
        "summary",
        "body",
        "date_line",
        "salutation",
        "closing",
    ),
    *("copies", "enclosures", "press_contact", "docket", "hearing"),
)


def test_the_order_in_the_digest_is_what_it_was() -> None:
    assert FIELD_NAMES[: len(IN_THE_DIGEST)] == IN_THE_DIGEST
    assert canonical(Wording("es", "letter", "T", "A", "R", "S", "B")) == (
        b"signoff-text/1\nlanguage 2\nes\nkind 6\nletter\ntitle 1\nT\n"
        b"addressed_to 1\nA\nreference 1\nR\nsummary 1\nS\nbody 1\nB\n"
    )
    parts = ("D1", "S2", "C3", "C4\nC4", "E5", "P6", "D7", "H8")
    assert canonical(Wording("en", "letter", "T", "A\n\nB", "", "S", "B", *parts)) == (
        b"signoff-text/1\nlanguage 2\nen\nkind 6\nletter\ntitle 1\nT\naddressed_to 4\nA\n\nB\nsummary 1\nS\nbody 1\nB\n"
        b"date_line 2\nD1\nsalutation 2\nS2\nclosing 2\nC3\ncopies 5\nC4\nC4\nenclosures 2\nE5\n"
        b"press_contact 2\nP6\ndocket 2\nD7\nhearing 2\nH8\n"
    )


def test_a_field_that_no_one_decided_about_stops_the_program() -> None:
    grown = make_dataclass("Grown", [("annex", str, field(default=""))], bases=(Wording,), frozen=True)
    with pytest.raises(TypeError, match="annex"):
        ensure_decided((part.name for part in fields(grown)), "Grown")
    columns = [column.name for column in Version.__table__.columns] + ["annex"]
    with pytest.raises(TypeError, match="annex"):
        ensure_decided((name for name in columns if name not in BESIDES_THE_TEXT), "The columns")
    with pytest.raises(TypeError, match="order"):
        ensure_decided(reversed(FIELD_NAMES), "Another order")


def test_verifiers_know_every_field() -> None:
    assert KNOWN_FIELDS == FIELD_NAMES


def test_every_kind_shows_every_field_once() -> None:
    whole = Wording(**{item.name: next(iter(item.choices or "x")) for item in FIELDS})
    for kind in Kind:
        shown = [
            item.name for place in Place for item, _ in shown_fields(Wording(**{**vars(whole), "kind": kind}), place)
        ]
        assert sorted(shown) == sorted(FIELD_NAMES) and sorted(READING_ORDER[kind]) == sorted(FIELD_NAMES)


def test_every_word_that_people_wrote_is_looked_through_for_names() -> None:
    told = texts_of(Wording(**{item.name: f"{item.name} **word**" for item in FIELDS}))
    written = [item.name for item in FIELDS if not item.choices]
    assert {f"{name} **word**" for name in written} | {"body word"} == set(told)


def test_the_form_offers_every_part_once() -> None:
    offered = [field.name for group in PARTS for field in group.fields]
    assert sorted((*offered, "kind", "title", "summary", "body")) == sorted(IN_THE_DIGEST)
    by_heading = {group.heading: [field.name for field in group.fields] for group in PARTS}
    assert by_heading == {
        "Any kind": ["date_line", "addressed_to", "reference", "language", "press_contact"],
        "Letter, testimony and comment on a rule": ["salutation", "closing", "copies", "enclosures"],
        "Testimony": ["hearing"],
        "Comment on a rule": ["docket"],
    }


def test_choices_need_no_explanation_and_are_offered_for_every_kind() -> None:
    choices = [field for field in FIELDS if field.choices]
    assert [field.name for field in choices] == ["language", "kind"]
    assert {field.hint for field in choices} == {""} and {field.kinds for field in choices} == {tuple(Kind)}


def test_a_date_may_be_the_day_of_publication_and_no_other_part_is_filled_in() -> None:
    whole = Wording(title="T", summary="S.", body="B.")
    assert leaves_open(replace(whole, date_line="{{date}}")) and not leaves_open(whole)
    assert problems(replace(whole, date_line="{{date}}")) == {}
    only = "Computed words can be used in the summary, the text and the date only."
    for name in {*IN_THE_DIGEST, "reference"} - {"title", "summary", "body", "date_line", "kind", "language"}:
        assert problems(replace(whole, **{name: "On {{date}}"})) == {name: only}


def test_addressees_keep_their_blocks() -> None:
    typed = "The Honorable Ann Lee, Chair  \r\nCommittee on Appropriations\r\n\r\nThe Honorable Bo Ray\r\n"
    cleaned = clean(Wording(title="T", addressed_to=typed, summary="S.", body="B."))
    assert cleaned.addressed_to == "The Honorable Ann Lee, Chair\nCommittee on Appropriations\n\nThe Honorable Bo Ray"
    assert problems(cleaned) == {}
