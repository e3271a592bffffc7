"""A version's text as facts for the template: its fields where each kind of sheet has them, and where links lead."""

from collections.abc import Mapping, Sequence
from typing import Any

from signoff.domain.positions.fields import LETTERS, READING_ORDER, Field, Kind, Place, Shape, field_named
from signoff.domain.positions.markdown import html_of, links_in, with_link_numbers
from signoff.domain.positions.placeholders import filled, filled_html
from signoff.domain.positions.text import Wording
from signoff.paper.footnotes import with_footnotes
from signoff.paper.tree import breakable, tree_of

# A last paragraph of so many letters or fewer stays with the closing and the names below it, on paper and in Word.
LONGEST_KEPT = 900
# What no letter says of itself; it stands in small print after the names.
_SMALL_PRINT = frozenset({"kind", "language", "summary"})
# Facts that say what they are without a label, as the words of the text itself do.
_WITHOUT_LABEL = frozenset({"date_line", "addressed_to"})


def text_facts(wording: Wording, computed: Mapping[str, str]) -> dict[str, Any]:
    """What a paper says of a text itself; `computed` has the words to be filled in, by name.

    Every field that is not empty stands in exactly one of head, body, closing, after and about.
    """
    return {
        "title": wording.title,
        "language": wording.language,
        "is_letter": is_letter(wording),
        "sheet_word": field_named("kind").shown(wording.kind).lower(),
        **{
            place: [_part(field_named(name), wording, computed, place) for name in names]
            for place, names in placed_fields(wording).items()
        },
        "longest_kept": LONGEST_KEPT,
        "links": [[link, breakable(link)] for link in links_in(wording.body)],
    }


def is_letter(wording: Wording) -> bool:
    """Whether a text goes to a reader by name, and so is set as a letter."""
    return wording.kind in LETTERS


def placed_fields(wording: Wording) -> dict[str, list[str]]:
    """The fields of a text that are not empty, each in one of head, body, closing, after and about, in their order."""
    order = READING_ORDER[wording.kind]
    placed = _as_letter(order) if is_letter(wording) else _as_sheet(order)
    return {place: [name for name in names if getattr(wording, name)] for place, names in placed.items()}


def _as_letter(order: Sequence[str]) -> dict[str, list[str]]:
    read = [name for name in order if name not in _SMALL_PRINT and field_named(name).place != Place.BELOW]
    body = read.index("body")
    return {
        "head": read[:body],
        "body": ["body"],
        "closing": read[body + 1 :],
        "after": [name for name in order if field_named(name).place == Place.BELOW],
        "about": [name for name in order if name in _SMALL_PRINT],
    }


def _as_sheet(order: Sequence[str]) -> dict[str, list[str]]:
    at = {name: field_named(name).place for name in order}
    return {
        "head": [name for name in order if at[name] == Place.HEADING],
        "about": [name for name in order if at[name] == Place.FACTS],
        "body": [name for name in order if at[name] == Place.TEXT],
        "closing": [],
        "after": [name for name in order if at[name] not in (Place.HEADING, Place.FACTS, Place.TEXT)],
    }


def _part(field: Field, wording: Wording, computed: Mapping[str, str], place: str) -> dict[str, Any]:
    """One field: its lines, or its tree; how it stands there, and the label before it."""
    value = getattr(wording, field.name)
    part = {"name": field.name, "label": field.label, "written": field.is_written, "lines": [], "tree": []}
    if field.shape == Shape.MARKDOWN:
        tree = tree_of(with_link_numbers(filled_html(html_of(value, field.name), computed)))
        return {**part, "style": "text", "tree": with_footnotes(tree)}
    shown = filled(value, computed) if field.may_be_computed else field.shown(value)
    return {**part, **style_of(field, wording, place), "lines": breakable(shown).split("\n")}


def style_of(field: Field, wording: Wording, place: str) -> dict[str, str]:
    """How a plain field stands in its place: as subject, heading, lede, lines or label; and its label if another."""
    if field.name == "title":
        is_subject = wording.kind in (Kind.LETTER, Kind.COMMENT)
        has_it = wording.title.lower().startswith("re:")
        return {"style": "subject" if is_subject else "heading", "label": "" if has_it else "Re: "}
    if place == "body" or (place != "about" and (field.place == Place.TEXT or field.name in _WITHOUT_LABEL)):
        return {"style": "lede" if field.name == "summary" else "lines"}
    if field.name == "enclosures" and "\n" not in wording.enclosures:
        return {"style": "label", "label": "Enclosure"}
    return {"style": "label"}
