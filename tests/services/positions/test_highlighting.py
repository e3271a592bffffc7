"""Quotes are marked where readers see them, and the text around them is never changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.positions.markdown import html_of
from signoff.services.positions.highlighting import with_quotes


@pytest.mark.parametrize(
    ("body", "quote", "expected"),
    [
        ("Two seats for families.", "Two seats", '<p><mark title="Equity">Two seats</mark> for families.</p>'),
        ("Two **seats** here.", "Two seats here", '<p><mark title="Equity">Two </mark><strong><mark title="Equity">'
         'seats</mark></strong><mark title="Equity"> here</mark>.</p>'),
        ("One\ntwo", "One two", '<p><mark title="Equity">One\ntwo</mark></p>'),
        ("A & B", "A & B", '<p><mark title="Equity">A &amp; B</mark></p>'),
        ("Nothing.", "else", "<p>Nothing.</p>"),
        ("Nothing.", "", "<p>Nothing.</p>"),
        ("a a", "a", '<p><mark title="Equity">a</mark> <mark title="Equity">a</mark></p>'),
    ],
)  # fmt: skip
def test_marks(body: str, quote: str, expected: str) -> None:
    assert with_quotes(html_of(body), [("Equity", quote)]) == expected


def test_the_number_of_a_footnote_parts_no_quote() -> None:
    html = with_quotes(html_of("Two[^1] seats here.\n\n[^1]: Note."), [("A", "Two seats")])
    assert html.startswith('<p><mark title="A">Two</mark><sup>') and '</sup><mark title="A"> seats</mark> here' in html


def test_words_quoted_for_two_criteria_say_both() -> None:
    html = with_quotes("<p>one two three</p>", [("A", "one two"), ("B", "two three")])
    assert html == ('<p><mark title="A">one </mark><mark title="A, B">two</mark><mark title="B"> three</mark></p>')


@given(st.text(alphabet='ab <>&*"\n', max_size=40), st.text(alphabet='ab <>&"', max_size=6))
def test_marks_add_nothing_else(body: str, quote: str) -> None:
    html = html_of(body)
    marked = re.sub(r"</?mark[^>]*>", "", with_quotes(html, [('"><script>', quote)]))
    assert marked.replace("&quot;", '"') == html.replace("&quot;", '"')
