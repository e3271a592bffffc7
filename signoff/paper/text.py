"""A version's text as facts for the template: its fields in the order they are read, and what their links lead to."""

from collections.abc import Mapping
from typing import Any

from signoff.domain.positions.fields import Field, Place, Shape
from signoff.domain.positions.markdown import html_of, links_in, with_link_numbers
from signoff.domain.positions.placeholders import filled, filled_html
from signoff.domain.positions.text import Wording, shown_fields
from signoff.paper.tree import breakable, tree_of


def text_facts(wording: Wording, computed: Mapping[str, str]) -> dict[str, Any]:
    """What a paper says of a text itself; `computed` has the words to be filled in, by name."""
    return {
        "title": wording.title,
        "heading": breakable(wording.title),
        "of_text": _labeled(wording, Place.FACTS, computed),
        "language": wording.language,
        "text": [_part(field, value, computed) for field, value in shown_fields(wording, Place.TEXT)],
        "links": [[link, breakable(link)] for link in links_in(wording.body)],
        "below": _labeled(wording, Place.BELOW, computed),
    }


def _labeled(wording: Wording, place: Place, computed: Mapping[str, str]) -> list[list[Any]]:
    """Each field of a place: its label, its lines, and whether people wrote them; then its name."""
    return [
        [field.label, breakable(filled(field.shown(value), computed)).split("\n"), field.is_written, field.name]
        for field, value in shown_fields(wording, place)
    ]


def _part(field: Field, value: str, computed: Mapping[str, str]) -> dict[str, Any]:
    if field.shape == Shape.MARKDOWN:
        tree = tree_of(with_link_numbers(filled_html(html_of(value, field.name), computed)))
        return {"name": field.name, "lines": [], "tree": tree}
    return {"name": field.name, "lines": breakable(filled(value, computed)).split("\n"), "tree": []}
