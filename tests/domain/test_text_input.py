"""The policy of characters: what is taken out of pasted text, what is refused and how, and what every script needs."""

import time

import pytest
import regex
import unicodedata2
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.positions import text
from signoff.domain.positions.text import Wording
from signoff.domain.text_input import (
    clean_line,
    clean_text,
    line_problem,
    text_problem,
)

# What no one sees, or no one sees alike; each within a word that looks whole without it.
HOSTILE = {
    "Bir\u034fch": "U+034F COMBINING GRAPHEME JOINER",
    "Bir\u061cch": "U+061C ARABIC LETTER MARK",
    "Bir\u115fch": "U+115F HANGUL CHOSEONG FILLER",
    "Bir\u1160ch": "U+1160 HANGUL JUNGSEONG FILLER",
    "Bir\u17b4ch": "U+17B4 KHMER VOWEL INHERENT AQ",
    "Bir\u17b5ch": "U+17B5 KHMER VOWEL INHERENT AA",
    "Bir\u180bch": "U+180B MONGOLIAN FREE VARIATION SELECTOR ONE",
    "Bir\u180ech": "U+180E MONGOLIAN VOWEL SEPARATOR",
    "Bir\u180fch": "U+180F MONGOLIAN FREE VARIATION SELECTOR FOUR",
    "Bir\u200bch": "U+200B ZERO WIDTH SPACE",
    "Bir\u200cch": "U+200C ZERO WIDTH NON-JOINER",
    "Bir\u200dch": "U+200D ZERO WIDTH JOINER",
    "Bir\u200ech": "U+200E LEFT-TO-RIGHT MARK",
    "Bir\u200fch": "U+200F RIGHT-TO-LEFT MARK",
    "Bir\u202ach": "U+202A LEFT-TO-RIGHT EMBEDDING",
    "Bir\u202ech": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "Bir\u2060ch": "U+2060 WORD JOINER",
    "Bir\u2061ch": "U+2061 FUNCTION APPLICATION",
    "Bir\u2065ch": "U+2065",
    "Bir\u2066ch": "U+2066 LEFT-TO-RIGHT ISOLATE",
    "Bir\u206fch": "U+206F NOMINAL DIGIT SHAPES",
    "Bir\u2800ch": "U+2800 BRAILLE PATTERN BLANK",
    "Bir\u3164ch": "U+3164 HANGUL FILLER",
    "Bir\ufe00ch": "U+FE00 VARIATION SELECTOR-1",
    "Bir\ufe0fch": "U+FE0F VARIATION SELECTOR-16",
    "Bir\uffa0ch": "U+FFA0 HALFWIDTH HANGUL FILLER",
    "Bir\ufff0ch": "U+FFF0",
    "Bir\ufff9ch": "U+FFF9 INTERLINEAR ANNOTATION ANCHOR",
    "Bir\ufffcch": "U+FFFC OBJECT REPLACEMENT CHARACTER",
    "Bir\ufdd0ch": "U+FDD0",
    "Bir\uffffch": "U+FFFF",
    "Bir\ue000ch": "U+E000",
    "Bir\U0010fffdch": "U+10FFFD",
    "Bir\u0378ch": "U+0378",
    "Bir\U0001bca0ch": "U+1BCA0 SHORTHAND FORMAT LETTER OVERLAP",
    "Bir\U0001d173ch": "U+1D173 MUSICAL SYMBOL BEGIN BEAM",
    "Bir\U000e0001ch": "U+E0001 LANGUAGE TAG",
    "Bir\U000e0063ch": "U+E0063 TAG LATIN SMALL LETTER C",
    "Bir\U000e0100ch": "U+E0100 VARIATION SELECTOR-17",
    "Bir\x00ch": "U+0000",
    "Bir\x08ch": "U+0008",
    "Bir\x1bch": "U+001B",
    "Bir\x7fch": "U+007F",
    "Bir\x9fch": "U+009F",
    "Bir\ud800ch": "U+D800",
    "Birch\u0301\u0302\u0303\u0304\u0305": "too many accents",
    "Bir\u0338\u0338ch": "too many accents",
    "Birch \u0336Union": "U+0336 COMBINING LONG STROKE OVERLAY does not belong to any letter",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f": "U+E0067 TAG LATIN SMALL LETTER G",
    "Local 1\ufe0f2": "U+FE0F VARIATION SELECTOR-16",
}
# Made of nothing that can be seen.
UNSEEN = ["", " ", "\u00a0\u3000", "\u2800", "\u3164", "\u115f\u1160", "\u0301\u0336", "\ufe0f", "\u200b\u200d", "\n\t"]
SCRIPTS = [
    "Ủy ban Phụ huynh Tiếng Việt",
    "שָׁלוֹם עֲלֵיכֶם בְּרֵאשִׁ֖ית",
    "اَلسَّلامُ عَلَيْكُمْ مِنَ ٱللَّٰهِ",
    "क्षेत्रीय शिक्षा संघ र्\u200dक क्\u200cष",
    "ผู้ปกครองที่โรงเรียน น้ำ",
    "می\u200cخواهم خانه\u200cها",
    "ශ්\u200dරී ලංකා",
    "বাংলাদেশ ত্\u200d",
    "བསྒྲུབས་ ཧཱུྃ",
    "ကြိုးစားသည် ខ្មែរ ស្រឡាញ់",
    "Ẹgbẹ́ Olùkọ́ Yorùbá, Łódź, Ołtarz, Çağ",
    "学校联盟 学校連盟 학교연맹",
    "«\u202fÉcole\u202f» 10\u00a0000",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_cannot_be_seen_is_refused_with_its_place(typed: str) -> None:
    line = line_problem(clean_line(typed), longest=100)
    several = text_problem(clean_text(f"First line\nWe thank {typed}"), longest=1000)
    assert HOSTILE[typed] in line and HOSTILE[typed] in several
    assert "Line 2, after “We thank" in several
    assert typed[:3] != "Bir" or "fter “" in line


@pytest.mark.parametrize("typed", UNSEEN)
def test_what_shows_nothing_is_empty(typed: str) -> None:
    assert clean_line(typed) == clean_text(typed) == ""


@pytest.mark.parametrize("typed", SCRIPTS)
def test_every_script_can_be_written(typed: str) -> None:
    assert line_problem(clean_line(typed), longest=100) == text_problem(clean_text(typed), longest=1000) == ""
    assert clean_line(typed) == clean_text(typed) == unicodedata2.normalize("NFC", typed)


@pytest.mark.parametrize(
    "emoji", ["❤\ufe0f", "👩\u200d👧", "👍🏽", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "🇺🇸", "❤\ufe0e"]
)
def test_emoji_keep_their_parts_in_prose_only(emoji: str) -> None:
    assert text_problem(clean_text(f"Yes {emoji}!"), longest=100) == ""
    assert text_problem(clean_text(f"Yes &amp; {emoji}!"), longest=100, markdown=True) == ""
    assert line_problem(clean_line(f"Yes {emoji}!"), longest=100, prose=True) == ""
    invisible = regex.search(r"[\u200d\ufe0e\ufe0f]", emoji)
    assert bool(line_problem(clean_line(f"Yes {emoji}!"), longest=100)) == bool(invisible)


def test_marks_of_direction_are_kept_beside_the_words_that_need_them() -> None:
    assert text_problem("ועד\u200f (PTA)\u200e, שלום", longest=100) == ""
    assert "U+200F" in text_problem("ו\u200fעד", longest=100)
    assert "U+200E" in text_problem("We (PTA)\u200e, too", longest=100)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\u2028two\u2029three\u000bfour\u000cfive\u0085six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("\ufeffone\ufeff two", "one two"),
        ("com\u00admunity", "community"),
        ("one\u00a0\u2003\u200e\ntwo\u00a0", "one\ntwo"),
        ("•\tone\n\u00b7\ttwo\no\tthree\n\uf0b7\tfour\n§\tfive", "- one\n- two\n- three\n- four\n- five"),
        ("  • one\n  • two", "  - one\n  - two"),
        ("a · b\no dear", "a · b\no dear"),
        ("    code\n\tcode", "    code\n\tcode"),
    ],
)
def test_the_noise_of_pasted_text_is_taken_out(pasted: str, kept: str) -> None:
    assert clean_text(pasted) == kept
    assert text_problem(kept, longest=100) == ""


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\u200e\ufeffPat Alder\u200f\u00a0", "Pat Alder"),
        ("\u202apat@alder.example\u202c", "pat@alder.example"),
        ("Pat\u2028Alder\u000bof\tBirch\u0085House", "Pat Alder of Birch House"),
        ("Al\u00adder", "Alder"),
        ("\u3000學校\u3000", "學校"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_a_line_is_taken_as_it_is_seen(pasted: str, kept: str) -> None:
    assert clean_line(pasted) == kept
    assert line_problem(kept, longest=100) == ""


@pytest.mark.parametrize("entity", ["&#x34f;", "&#847;", "&zwj;", "&shy;", "&ZeroWidthSpace;", "&#xE0100;", "&#x202e;"])
def test_in_markdown_a_character_is_judged_by_its_number_too(entity: str) -> None:
    wording = Wording(title="T", summary="S", body=f"One\n\nBir{entity}ch Union")
    assert "Line 3, after “Bir”: U+" in text.problems(text.clean(wording))["body"]
    assert text_problem("Q&A &amp; AT&T &nbsp; caf&eacute; &#8212;", longest=100, markdown=True) == ""
    assert not text.problems(Wording(title="T", summary="S", body="Q&A, AT&T and R&D; café"))


def test_many_places_are_counted_and_the_first_is_said() -> None:
    problem = text_problem("One\nof our very good old friends at the Northern Bir\u200bch\u200bUnion", longest=1000)
    assert problem.startswith("Line 2, after “…") and "Northern Bir”: U+200B ZERO WIDTH SPACE" in problem
    assert problem.endswith("There are 2 such places.")


@given(st.text(max_size=60))
def test_whatever_passes_can_be_seen_and_stays_as_it_is(typed: str) -> None:
    line, several = clean_line(typed), clean_text(typed)
    assert (clean_line(line), clean_text(several)) == (line, several)
    if line and not line_problem(line, longest=1000):
        assert not regex.search(r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]", line)
        line.encode()
    if several and not text_problem(several, longest=10_000):
        assert not regex.search(r"[\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]", several)


def test_a_long_text_of_odd_characters_is_judged_quickly() -> None:
    """Patterns that look back and forth must not take the square of the length: some took minutes."""
    began = time.monotonic()
    for typed in (
        "\u00a0" * 50_000 + "x",
        "\u202e" * 50_000,
        "ا\u200f " * 20_000,
        "a" + "\u0301" * 50_000,
        "&a" * 50_000,
    ):
        text_problem(clean_text(typed), longest=1_000_000, markdown=True)
    assert time.monotonic() - began < 10


# The whole sentence of each refusal, as it stands beside a field.
LINE_SENTENCES = [
    ("", "Please fill this in."),
    ("123456", "Please use at most 5 characters; this has 6."),
    ("a\nb", "Please keep this on one line: it contains a line break."),
    ("a\rb", "Please keep this on one line: it contains a line break."),
    ("a=?b", "The two characters “=?” cannot be part of a name or title, because email programs read them as code."),
    ("\ue000", "At the beginning: U+E000 (a private-use character) cannot be shown. Please delete it, or type the word "
     "again."),
    ("a\x00", "After “a”: U+0000 (a control character) cannot be shown. Please delete it, or type the word again."),
    ("a\ufdd0", "After “a”: U+FDD0 (not a character) cannot be shown. Please delete it, or type the word again."),
    ("a\ud800", "After “a”: U+D800 (no name) cannot be shown. Please delete it, or type the word again."),
    ("e\u0338\u0338", "After “e”: too many accents or other marks on one letter. Please delete it, or type the word "
     "again."),
    ("a \u0336", "After “a”: U+0336 COMBINING LONG STROKE OVERLAY does not belong to any letter. Please delete it, or "
     "type the word again."),
    ("a\u200b\u200bb", "After “a”: U+200B ZERO WIDTH SPACE cannot be shown. Please delete it, or type the word again. "
     "There are 2 such places."),
]  # fmt: skip


@pytest.mark.parametrize(("value", "sentence"), LINE_SENTENCES)
def test_what_is_wrong_with_a_line_is_a_whole_sentence(value: str, sentence: str) -> None:
    assert line_problem(value, longest=5) == sentence


def test_a_line_is_measured_in_characters_and_may_be_left_empty_where_it_is_not_needed() -> None:
    assert line_problem("ééééé", longest=5) == line_problem("", longest=5, needed=False) == ""
    assert line_problem("\u200b", longest=5, needed=False) != ""


def test_a_text_is_measured_in_bytes() -> None:
    assert text_problem("é" * 1_000, longest=2_000) == text_problem("", longest=9, needed=False) == ""
    assert text_problem("é" * 1_000 + "a", longest=2_000) == "Please shorten this to 2 kB; it has 3 kB."
    assert text_problem("", longest=9) == "Please fill this in."


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("One\n\u200bTwo", "Line 2, at the beginning: "),
        ("One\n  \u200bTwo", "Line 2, at the beginning: "),
        ("\u200bOne\nTwo", "Line 1, at the beginning: "),
        (f"{'1234567890' * 4}\u200b", f"After “{'1234567890' * 4}”: "),
        (f"x{'1234567890' * 4}\u200b", f"After “…{'1234567890' * 4}”: "),
        (f"y {'123456789 ' * 4}\u200b", f"After “…{'123456789 ' * 3}123456789”: "),
    ],
)
def test_a_place_is_told_by_its_line_and_the_words_before_it(value: str, place: str) -> None:
    assert text_problem(value, longest=1_000).startswith(place)


def test_in_plain_text_an_entity_is_only_letters() -> None:
    assert text_problem("Bir&shy;ch", longest=100) == ""
    assert text_problem("Bir&shy;ch", longest=100, markdown=True).startswith("After “Bir”: U+00AD SOFT HYPHEN ")
