"""Where a text names a partner: however it is spelled, and whether it is written as the name is."""

import pytest

from signoff.domain.partners.mentions import Passage, all_passages_in, all_passages_naming, passages_naming
from signoff.domain.partners.short_forms import name_forms, proposed_aliases
from signoff.domain.positions.typed_counts import typed_counts
from tests.domain.test_folding import HOSTILE


def found(text: str, *names: str) -> dict[str, bool]:
    return {passage.name: passage.written for passage in passages_naming([text], [(name, name) for name in names])}


@pytest.mark.parametrize("spelling", HOSTILE)
def test_a_hostile_spelling_is_found_and_counts_as_written(spelling: str) -> None:
    assert found(f"Together with our friends at {spelling}, we ask.", "Birch Union") == {"Birch Union": True}


@pytest.mark.parametrize(
    "text",
    [
        "with Birch Union today",
        "with BIRCH UNION today",
        "with the *Birch*\nUnion",
        "with **Bir**ch Union",
        "with Bir-\nch Union",
        "with Birch Un- ion",
        "with Birch[^1] Union",
        "with Birch[12] Union",
        "with B.I.R.C.H. Union",
        "with B i r c h U n i o n",
        "with #BirchUnion",
        "Birch Union's members",
        "(Birch Union)",
        "Birch – Union",
        "with Birch Union, Inc.",
    ],
)
def test_words_written_as_the_name_is(text: str) -> None:
    assert found(text, "Birch Union") == {"Birch Union": True}


@pytest.mark.parametrize("text", ["a birch union grows", "Birch union", "Birch. Union members", "birch\u034f union"])
def test_ordinary_spelling_is_found_and_is_not_written(text: str) -> None:
    assert found(text, "Birch Union") == {"Birch Union": False}


@pytest.mark.parametrize("text", ["Birchwood Union", "Birch Unions", "Union of Birch", "Birch and Union", "Birch"])
def test_other_words_are_not_found(text: str) -> None:
    assert found(text, "Birch Union") == {}


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        ("into the communities in schools' zones", "Communities In Schools", False),
        ("Communities in Schools says", "Communities In Schools", True),
        ("in the first place", "FIRST", False),
        ("First, we ask", "FIRST", False),
        ("FIRST says", "FIRST", True),
        ("Results-Driven Partnership", "RESULTS", False),
        ("We join Education Trust", "The Education Trust", True),
        ("the Education trust", "The Education Trust", False),
        ("the AFT says", "American Federation of Teachers", False),
        ("the YMCA", "YMCA of the USA", True),
        ("the Boys and Girls Clubs", "Boys & Girls Clubs of America", True),
        ("Boys & Girls Clubs of America", "Boys and Girls Clubs of America", True),
        ("says Birch Union", "Birch Union, LLC", True),
        ("the NEA asks", "National Education Association (NEA)", True),
        ("the National Education Association asks", "National Education Association (NEA)", True),
        ("AASA asks", "AASA, The School Superintendents Association", True),
        ("our PTAs", "National PTA", False),
        ("the NAACPs", "NAACP", True),
        ("Pathways from school to work", "Pathways", False),
        ("Pathways supports this", "Pathways", True),
        ("American lnstitutes for Research", "American Institutes for Research", True),
    ],
)
def test_capitals_are_evidence(text: str, name: str, written: bool) -> None:
    assert found(text, name) == {name: written}


def test_an_acronym_nobody_registered_is_only_asked_about_in_capitals() -> None:
    assert found("the act of learning", "ACT Now Coalition") == {}
    assert found("we aft", "American Federation of Teachers") == {}


def test_passages_are_quoted_as_written() -> None:
    text = "We stand as ever with our good friends at Bir\u034fch UNION of Ohio, with all of their many members."
    [passage] = all_passages_naming([text], [("birch", "Birch Union")])
    assert passage.words == "…stand as ever with our good friends at Bir\u034fch UNION of Ohio, with all of their many…"
    assert passage.sentence == text


def test_in_an_address_every_name_counts() -> None:
    names = [("birch", "Birch Union")]
    assert all_passages_naming([], names, addresses=["thank-the-birch-union"])[0].written
    assert not all_passages_naming(["thank-the-birch-union"], names)[0].written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the {{signatory_count}} Hunger Alliance", "The 100 Hunger Alliance"),
        ("with {{ signatory_count }} Schools", "1,200 Schools"),
        ("the {{date}} Alliance", "The 2026 Alliance"),
        ("since {{date}} Movement", "The March 4, 2027 Movement"),
    ],
)
def test_what_is_filled_in_can_make_a_name(text: str, name: str) -> None:
    assert [passage.name for passage in all_passages_in([(text,)], [], [("x", name)])] == [name]


def test_what_stands_in_two_readings_is_quoted_as_people_see_it() -> None:
    readings = [("with *Birch* Union", "with Birch Union"), ("![Birch Union](x)", "")]
    assert [passage.words for passage in all_passages_in(readings, [], [("b", "Birch Union")])] == ["with Birch Union"]
    assert len(all_passages_in([readings[1]], [], [("b", "Birch Union")])) == 1


def test_short_forms() -> None:
    assert proposed_aliases(["American Federation of Teachers", "American Teachers"]) == ["AFT"]
    assert proposed_aliases(["National Parent Teacher Association", "pta"]) == ["NPTA"]
    assert [form.text for form in name_forms("The Birch Union, Inc.") if form.sure] == [
        "The Birch Union, Inc.",
        "Birch Union, Inc.",
        "The Birch Union",
        "Birch Union",
    ]
    assert [form.text for form in name_forms("Center for Law (Ohio)") if form.sure] == ["Center for Law (Ohio)"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("We, the undersigned 145 organizations, ask", ["undersigned 145"]),
        ("145 undersigned organizations", ["145 undersigned organizations"]),
        ("the 1,150 national and local groups", ["1,150 national and local groups"]),
        ("150 names of signatories", ["150 names of signatories"]),
        ("the undersigned (145) organizations", ["undersigned (145)"]),
        ("the undersigned: 145 organizations", ["undersigned: 145"]),
        ("145+ organizations", ["145+ organizations"]),
        ("We are 1,150 + groups", ["1,150 + groups"]),
        ("(145) organizations", ["(145) organizations"]),
        ("145 national, state and local groups", ["145 national, state and local groups"]),
        (
            "145 national, state and local education organizations",
            ["145 national, state and local education organizations"],
        ),
        ("in 12 schools, for all of the other groups", []),
        ("In 2019, after long and patient work by many others, organizations asked", []),
        ("{{signatory_count}} organizations", []),
        ("$145 for organizations", []),
        ("in 145 schools", []),
        ("12% of organizations", []),
    ],
)
def test_typed_counts(text: str, counts: list[str]) -> None:
    assert typed_counts(text) == counts


def test_one_passage_a_partner_the_written_one_first() -> None:
    text = "First the birch union. Then Birch Union."
    assert [passage.written for passage in passages_naming([text], [("b", "Birch Union")])] == [True]
    assert isinstance(passages_naming([text], [("b", "Birch Union")])[0], Passage)
