"""The list of a text's fields: nothing that shows, checks or keeps a text goes past it."""

from dataclasses import field, fields, make_dataclass

import pytest

from signoff.domain.positions.text import (
    FIELD_NAMES,
    FIELDS,
    READING_ORDER,
    Kind,
    Place,
    Wording,
    canonical,
    ensure_decided,
    shown_fields,
    texts_of,
)
from signoff.models import Version
from signoff.models.positions import BESIDES_THE_TEXT

# Kept by hand: the order in which approvals bind the fields. It only ever grows at its end.
IN_THE_DIGEST = ("language", "kind", "title", "addressed_to", "reference", "summary", "body")


def test_the_order_in_the_digest_is_what_it_was() -> None:
    assert FIELD_NAMES[: len(IN_THE_DIGEST)] == IN_THE_DIGEST
    assert canonical(Wording("es", "letter", "T", "A", "R", "S", "B")) == (
        b"signoff-text/1\nlanguage 2\nes\nkind 6\nletter\ntitle 1\nT\n"
        b"addressed_to 1\nA\nreference 1\nR\nsummary 1\nS\nbody 1\nB\n"
    )


def test_a_field_that_nobody_decided_about_stops_the_program() -> None:
    grown = make_dataclass("Grown", [("annex", str, field(default=""))], bases=(Wording,), frozen=True)
    with pytest.raises(TypeError, match="annex"):
        ensure_decided(part.name for part in fields(grown))
    columns = [column.name for column in Version.__table__.columns] + ["annex"]
    with pytest.raises(TypeError, match="annex"):
        ensure_decided(name for name in columns if name not in BESIDES_THE_TEXT)
    with pytest.raises(TypeError, match="order"):
        ensure_decided(reversed(FIELD_NAMES))


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
