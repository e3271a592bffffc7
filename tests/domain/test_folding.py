"""One folding of names: what the eye cannot tell apart is one name, what it can tell apart is two."""

import gc
import sys
import weakref

import pytest
import unicodedata2
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.partners.folding import (
    folded,
    foldings,
    loose_key,
    loose_keys,
    name_key,
    person_key,
    reads_alike,
    words_of,
)
from signoff.domain.partners.mentions import passages_naming

NAME = "Birch Union"

HOSTILE = [
    "Bir\u034fch Union", "Birch\ufe0f Union", "Birch\U000e0100 Union", "Bi\U000e0072rch Union", "Bir\u180bch Union",
    "Bir\u17b4ch Union", "Birch\u200b Union", "B\u2060irch Union", "Birc\u00adh Union", "\ufeffBirch Union",
    "Birch\u3164 Union", "Bir\u115fch Union", "Birch\u00a0Union", "Birch\u2009Union", "Birch\u2800Union",
    "\u0412irch Union", "B\u0456rch Union", "Birch Uni\u043en", "\u0392irch Union", "Birch Un\u03b9on",
    "Bir\u03f2h Union", "\u0412\u0406RCH UNI\u041eN", "B1rch UN1ON", "BlRCH UNlON", "BIRCH UNI0N", "B|rch UN|ON",
    "\uff22\uff49\uff52\uff43\uff48 Union", "\U0001d401irch Union", "\U0001d5d5\U0001d5f6\U0001d5ffch Union",
    "\u0299\u026a\u0280\u1d04\u029c Union", "\u24b7irch Union", "\U0001f171irch Union", "B\u0131rch Union",
    "B\u00ecrch \u00dcnion", "B\u0335irch Union", "Bi\u0941rch Union", "Bir\u20ddch Union", "Bir\u0333\u0333ch Union",
    "Birch_Union", "Birch\u2013Union", "BirchUnion", "Birch Union\u2122", "Birch Union\u00b2", "\ua4d0irch Union",
    "Birch Un\u1ec9on", "Birch U\u0578ion", "B\u2170rch Union", "Birch|Union", "Birch\u00a9Union", "Birch Uni\u25cbn",
    "ᗷIᖇᑕᕼ ᑌᑎIOᑎ",
]  # fmt: skip


@pytest.mark.parametrize("spelling", HOSTILE)
def test_a_hostile_spelling_reads_as_the_name(spelling: str) -> None:
    assert reads_alike(spelling, NAME) and reads_alike(NAME, spelling)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łódź", "Lodz"),
        ("Ærø Đoković", "AEro Dokovic"),
        ("Straße", "STRASSE"),
        ("L’Été", "L'ete"),
        ("Boys & Girls", "boys and girls"),
        ("A\ufb03liates", "Affiliates"),
        ("Farrn", "Farm"),
        ("N.A.A.C.P.", "naacp"),
        ("ВЕРА", "вера"),
        ("Local 1", "Local I"),
        ("Local 100", "LOCAL IOO"),
        ("City\u00b2", "City"),
        ("Союз Учителей", "СОЮЗ УЧИТЕЛЕЙ"),
        ("Σύλλογος Γονέων", "ΣΥΛΛΟΓΟΣ ΓΟΝΕΩΝ"),
        ("Հայ Միություն", "ՀԱՅ ՄԻՈՒԹՅՈՒՆ"),
        ("საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"),
        ("Πравда Союз", "Правда Союз"),
        ("Γрад", "Град"),
        ("ΦОНД", "ФОНД"),
        ("كتاب", "کتاب"),
        ("بيت", "بیت"),
        ("学校カ", "学校力"),
        ("へエ会ロニ", "ヘ工会口二"),
        ("ײַדיש", "ייַדיש"),
        ("Northvvest", "Northwest"),
        ("NORTHVVEST", "Northwest"),
        ("₿ir©h", "Birch"),
        ("Local ⑴", "Local 1"),
        ("Local ⒈", "Local 1"),
    ],
)
def test_what_reads_alike(one: str, other: str) -> None:
    assert reads_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alder", "Elder"),
        ("Fall River", "Fail River"),
        ("Local 12", "Local 21"),
        ("กิน", "กัน"),
        ("北京", "南京"),
        ("Birch", "Birch Union"),
        ("---", "..."),
        ("", ""),
        ("Alder", "Aider"),
        ("Град", "Трад"),
        ("יד", "דד"),
        ("Birch © Union", "Birch c Union"),
    ],
)
def test_what_the_eye_tells_apart(one: str, other: str) -> None:
    assert not reads_alike(one, other) and (name_key(one) != name_key(other) or not name_key(one))


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("O’Brien", "O'Brien"),
        ("Lukasz", "Łukasz"),
        ("Garcia Lopez", "García-López"),
        ("PhD", "Ph.D."),
        ("thor", "Þór"),
        ("SORENSEN", "Sørensen"),
        ("ΜΑΡΙΑ ΠΑΠΑΔΟΠΟΥΛΟΥ", "Μαρία Παπαδοπούλου"),
        ("ИЛЬЯ ЮДИН", "Илья Юдин"),
    ],
)
def test_a_person_is_the_same_in_any_spelling(typed: str, registered: str) -> None:
    assert person_key(typed) == person_key(registered)


def test_different_people_differ() -> None:
    assert len({person_key(name) for name in ("Ann Lee", "Anne Lee", "Ann Li", "Al", "AI", "")}) == 6


def test_words_are_given_as_written() -> None:
    assert words_of("Boys & Girls, R&D: 4-H") == ["Boys", "&", "Girls", "R", "&", "D", "4", "H"]


def test_places_lead_back_to_the_text() -> None:
    text = "with Bir\u034fch\u200b Farm."
    result = folded(text)
    at = result.key.index(loose_key("Birch Farm"))
    glyphs = result.glyphs[result.glyph_at(at) :]
    assert text[glyphs[0].start : glyphs[-1].end] == "Bir\u034fch\u200b Farm"
    assert result.gap(result.glyph_at(at) + 4) == " "


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_reads_alike_has_one_loose_key(one: str, other: str) -> None:
    assert not reads_alike(one, other) or set(loose_keys(one)) & set(loose_keys(other))


@given(st.text(max_size=20))
def test_a_name_reads_as_itself_in_any_case(name: str) -> None:
    key = loose_key(name)
    assert not key or reads_alike(name, name)
    result = folded(name)
    assert result.key == key and len(result.glyphs) == len(result.offsets)
    assert tuple(folding.key for folding in foldings(name)) == loose_keys(name)
    assert all(result.glyphs[n].end <= result.glyphs[n + 1].start for n in range(len(result.glyphs) - 1))


LETTERS = [letter for letter in map(chr, range(sys.maxunicode + 1)) if unicodedata2.category(letter)[0] == "L"]
CASED = [letter for letter in LETTERS if not letter.upper() == letter == letter.lower()]


@given(st.text(alphabet=[*CASED, *" 23456789'-"], max_size=20))
def test_case_never_matters(name: str) -> None:
    assert name_key(name) == name_key(name.upper()) == name_key(name.lower())
    assert person_key(name) == person_key(name.upper()) == person_key(name.lower())


def test_case_matters_in_no_letter() -> None:
    assert [letter for letter in CASED if len({name_key(letter), name_key(letter.upper())}) > 1] == []
    assert len(CASED) > 2_700


def test_every_letter_that_people_write_has_a_key() -> None:
    seen = [letter for letter in LETTERS if unicodedata2.category(letter) in ("Lu", "Ll", "Lt")]
    assert [letter for letter in [*seen, *"אבגדהוזחטיכלמנסעפצקרשת"] if not name_key(letter)] == []


def test_of_long_texts_only_the_last_are_remembered() -> None:
    """A process that reads texts for months does not grow by two megabytes for each of them."""
    texts = [f"{number} words of a long text. " * 60 for number in range(40)]
    first = weakref.ref(foldings(texts[0])[0])
    for text in texts:
        assert not passages_naming([text], [("birch", "Birch Union")])
    gc.collect()
    assert first() is None and foldings(texts[-1])[0] is foldings(texts[-1])[0]
