"""Names that may be taken for one another: which read alike, which are near, and which have nothing in common."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.doubles import counted
from signoff.domain.partners.name_conflicts import (
    NameAnswer,
    NameConflict,
    RegisteredName,
    TypedNames,
    answer_to,
    likeness,
)
from signoff.domain.partners.spelled_out import letters_alone

BIRCH = "Birch Union"
READ_ALIKE = [
    "Birch Union",
    "BIRCH UNION",
    "birch union",
    "The Birch Union",
    "Birch  Union",
    "Birch\u00a0Union",
    "Birch-Union",
    "BirchUnion",
    "Birch Union.",
    "“Birch Union”",
    "B.i.r.c.h Union",
    "Bïrch Ünion",
    "Birch Unión",
    "Bir\u034fch Union",
    "Bir\u200bch Union",
    "Bir\u00adch Union",
    "Bir\ufe0fch Union",
    "Bir\U000e0100ch Union",
    "Bir\U000e0063ch Union",
    "Bir\u180bch Union",
    "Birch\u2800Union",
    "B1rch Union",
    "B|rch Union",
    "Birch Uni0n",
    "Birch UnIon",
    "Birch UNlON",
    "B1rch UNlON",
    "B1RCH UNI0N",
    "Вirch Union",  # Cyrillic Ve
    "Birсh Union",  # Cyrillic es
    "Birch Uniоn",  # Cyrillic o
    "Βirch Union",  # Greek Beta
    "Birch Uniοn",  # Greek omicron
    "Birch Unıon",  # dotless i
    "Ｂｉｒｃｈ Union",
    "𝐁𝐢𝐫𝐜𝐡 Union",
    "Ⓑⓘⓡⓒⓗ Union",
    "ʙirch Union",
    "Birch Un\u0456on",  # Ukrainian i
    "Bi\u0337rch Union",
]
NEAR = [
    "Birch Unions",
    "Birch Unoin",
    "Brich Union",
    "Birch Unon",
    "Birth Union",
    "Blrch Union",
    "Union Birch",
    "Union of Birch",
    "Birch Union of Ohio",
    "Ohio Birch Union",
    "Birch Union, Inc.",
    "Birch Union (BU)",
    "Birch Union Local 12",
    "BIRCH UNION LOCAL 12",
    "OHIO BIRCH UNION",
]
APART = [
    "Birch",
    "Union",
    "Oak Union",
    "Birch League",
    "Birch and Oak Union",
    "The Union",
    "Silver Birch Trust",
]


def of(name: str) -> RegisteredName:
    return RegisteredName(name, name, "slug")


@pytest.mark.parametrize("name", READ_ALIKE)
def test_these_read_alike(name: str) -> None:
    assert likeness(name, BIRCH) is True and likeness(BIRCH, name) is True
    (result,) = TypedNames([name]).conflicts_with(of(BIRCH))
    assert result.choices == (NameAnswer.SAME,)
    for answer in ("different", "affiliate", "", "yes"):
        assert answer_to(result, {(name, "slug"): answer}) is None
    assert answer_to(result, {(name, "slug"): "same"}) == NameAnswer.SAME
    assert "Use that partner, or give this one another name." in result.sentence


@pytest.mark.parametrize("name", NEAR)
def test_these_are_near(name: str) -> None:
    assert likeness(name, BIRCH) is False and likeness(BIRCH, name) is False
    (result,) = TypedNames([name]).conflicts_with(of(BIRCH))
    assert result.choices == ("same", "affiliate", "different")


@pytest.mark.parametrize("name", APART)
def test_these_have_nothing_in_common(name: str) -> None:
    assert likeness(name, BIRCH) is None and likeness(BIRCH, name) is None
    assert list(TypedNames([name]).conflicts_with(of(BIRCH))) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # An abbreviation that is also a word counts only with its period.
        ("Ohio Fed. of Labor", "Ohio Federation of Labor", False),
        ("Well Fed Ohio", "Well Federation Ohio", None),
        ("St. Mary Schools", "Saint Mary Schools", False),
        ("Say No Ohio", "Say Number Ohio", None),
        ("Ohio Assn of Teachers", "Ohio Association of Teachers", False),
        ("Local 12", "Local 21", None),
        ("Teachers Local 12", "Teachers Local 13", None),
        ("District 5 Schools", "District 6 Schools", None),
        ("Local 1l", "Local 11", True),  # reading alike is judged first
        ("Local 12", "Local l2", True),
        ("Children First", "FIRST", None),
        ("Ohio AFT", "AFT", False),
        ("Boys & Girls Clubs", "Boys and Girls Clubs", True),
        ("Alder", "Elder", None),  # too short for one letter to mean a slip
        ("北京学校联盟", "北京學校聯盟", None),
        ("北京学校联盟", "北京学校联盟", True),
        ("Лига школ", "Лига школ Казани", False),
    ],
)
def test_more_pairs(one: str, other: str, expected: bool | None) -> None:
    assert likeness(one, other) is expected and likeness(other, one) is expected


def test_many_names_are_held_against_one_as_few_are() -> None:
    """Twenty names are looked at one by one, more are arranged; both find the same."""
    some = ["Ohio AFT", "AFT", "Local 12", "Children First", *READ_ALIKE, *NEAR, *APART]
    assert len(some) > 20
    many = TypedNames(some)
    for name in some:
        alone = {name_conflict for other in some for name_conflict in TypedNames([other]).conflicts_with(of(name))}
        assert set(many.conflicts_with(of(name))) == alone, name


WORDS = st.sampled_from(
    ["Birch", "BIRCH", "birches", "Bi1ch", "Union", "UNION", "Uni0n", "of", "the", "Ohio", "AFT", "12", "7"]
    + ["Assn.", "Association", "BUA"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=22, max_size=40, unique=True))
def test_both_ways_find_the_same(names: list[str]) -> None:
    registered, typed = names[0], names[1:]
    few = {name_conflict for name in typed for name_conflict in TypedNames([name]).conflicts_with(of(registered))}
    assert set(TypedNames(typed).conflicts_with(of(registered))) == few
    judged = {NameConflict(n, of(registered), alike) for n in typed if (alike := likeness(n, registered)) is not None}
    assert few == judged


def test_spellings_of_one_name_are_found_and_others_seldom_asked_about() -> None:
    same, found, different, asked = map(sum, zip(counted("seen"), counted("unseen"), strict=True))
    assert same + different > 250
    assert found >= 0.95 * same and asked <= 0.05 * different


@pytest.mark.parametrize(
    ("name", "letters"),
    [("AFT", "AFT"), ("A.F.T. ", "AFT"), ("ABCDEFGH", "ABCDEFGH")]
    + [(name, "") for name in ("Aft", "A F T", "AF", "ABCDEFGHI", "AFT2", "")],
)
def test_one_word_in_capitals_is_read_as_initials(name: str, letters: str) -> None:
    assert letters_alone(name) == letters
