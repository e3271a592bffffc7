"""Where a text names a partner: however it is spelled, and whether it is written as the name is."""

import time

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
        "with BIRCHUNION today",
        "with Birchunion today",
        "with #birchunion today",
        "with @birch_union today",
        "see https://birchunion.org",
        "see birch-union.org/about",
        "write to info@birchunion.org",
        "see https://friendsofbirchunion.org/",
        "#webackbirchunionohio",
        "with B  i  r  c  h  Union",
        "with B\u00a0i\u00a0r\u00a0c\u00a0h Union",
        "with B\u2009i\u2009r\u2009c\u2009h Union",
        "with Birch Un[i]on",
        "with Bir·ch Union",
        "with Birch Un\u02bbion",
        "with Bir-ch Union",
        *(f"with Bir{space}ch Un{space}{space}ion" for space in "\u200a\u2009\u2006\u202f\u205f\u00a0\u3000"),
        "« Birch\u202fUnion\u202f»",
        "with Birch Union, Inc.",
        "with Birch|Union",
        "Alder Trust|Birch Union|Cedar Network",
        "with BIRCH|UNION",
        "Birch Union©2026",
        "with Birch Union1 and others",
        "1Birch Union, letter of May 4",
        "with BIRCH UNI○N",
        "with BIRCH○UNION",
        "see https://x.example/?q=Birch%20Union",
        "see https://x.example/%42irch%55nion.pdf",
        "write to ana@x.example?subject=Birch%20Union",
    ],
)
def test_words_written_as_the_name_is(text: str) -> None:
    assert found(text, "Birch Union") == {"Birch Union": True}


@pytest.mark.parametrize(
    "text",
    [
        "a birch union grows",
        "Birch union",
        "Birch. Union members",
        "birch\u034f union",
        "birchunion",
        "Bir ch Union",
        "Bir \nch Union",
    ],
)
def test_ordinary_spelling_is_found_and_is_not_written(text: str) -> None:
    assert found(text, "Birch Union") == {"Birch Union": False}


@pytest.mark.parametrize(
    "text",
    [
        "Birchwood Union",
        "Birch Unions",
        "Union of Birch",
        "Birch and Union",
        "Birch",
        "unbirchunion",
    ],
)
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
        ("Boys + Girls Clubs of America", "Boys and Girls Clubs of America", True),
        ("Boys+Girls Clubs", "Boys & Girls Clubs", True),
        ("Boys＋Girls Clubs", "Boys & Girls Clubs", True),
        ("Boys ﹢ Girls Clubs", "Boys & Girls Clubs", True),
        ("Boys＆Girls Clubs", "Boys & Girls Clubs", True),
        ("Boys﹠ Girls Clubs", "Boys and Girls Clubs", True),
        ("Boys & Girls Clubs", "Boys＆Girls Clubs", True),
        ("Boys 'n' Girls Clubs", "Boys & Girls Clubs", True),
        ("Boys ’n’ Girls Clubs", "Boys & Girls Clubs", True),
        ("Teach+ asks", "Teach+", True),
        ("the NAACP2", "NAACP", True),
        ("Birch Union№ 12 asks", "Birch Union", True),
        ("our Local12", "Local 12", True),
        ("see https://x.example/Ni%C3%B1os%20Unidos", "Niños Unidos", True),
        ("see https://x.example/%FF-Birch", "Birch", True),
        ("says Birch Union", "Birch Union, LLC", True),
        ("the NEA asks", "National Education Association (NEA)", True),
        ("the National Education Association asks", "National Education Association (NEA)", True),
        ("AASA asks", "AASA, The School Superintendents Association", True),
        ("our PTAs", "National PTA", False),
        ("the NAACPs", "NAACP", True),
        ("the NAACPs say", "NAACP", True),
        ("Pathways from school to work", "Pathways", False),
        ("Pathways supports this", "Pathways", True),
        ("American lnstitutes for Research", "American Institutes for Research", True),
        ("the 4H clubs", "4-H", True),
        ("West Ed says", "WestEd", True),
        ("Strive Together says", "StriveTogether", True),
        ("strive together", "StriveTogether", False),
        ("Strivetogether says", "StriveTogether", True),
        ("Every Hour Counts", "EveryHour Counts", True),
        ("the After-School Alliance", "Afterschool Alliance", True),
        ("the After School Alliance", "Afterschool Alliance", True),
        ("see https://results.org", "RESULTS", False),
        ("СОЮЗ УЧИТЕЛЕЙ", "Союз Учителей", True),
        ("#союзучителей", "Союз Учителей", True),
        ("www.gofar.org", "Go Far", True),
        ("we are GOFAR", "Go Far", True),
    ],
)
def test_capitals_are_evidence(text: str, name: str, written: bool) -> None:
    assert found(text, name) == {name: written}


def test_an_acronym_no_one_registered_is_only_asked_about_in_capitals() -> None:
    assert found("the act of learning", "ACT Now Coalition") == {}
    assert found("we aft", "American Federation of Teachers") == {}
    assert found("we aft, says the AFT", "American Federation of Teachers") == {
        "American Federation of Teachers": False
    }


def test_passages_are_quoted_as_written() -> None:
    text = "We stand as ever with our good friends at Bir\u034fch UNION of Ohio, with all of their many members."
    [passage] = all_passages_naming([text], [("birch", "Birch Union")])
    assert passage.words == "…stand as ever with our good friends at Bir\u034fch UNION of Ohio, with all of their many…"
    assert passage.sentence == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. We thank Birch Union today! Two.", "We thank Birch Union today!"),
        ("Is it? “We thank Birch\nUnion.” Two.", "“We thank Birch Union.”"),
        ("One\n\nBirch Union\n \nTwo", "Birch Union"),
        (f"{'word ' * 300}Birch Union{' word' * 300}.", f"{'word ' * 200}Birch Union{' word' * 200}"),
    ],
)
def test_the_sentence_is_whole_and_no_other(text: str, sentence: str) -> None:
    assert [passage.sentence for passage in all_passages_naming([text], [("birch", "Birch Union")])] == [sentence]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("it may go far", "GoFarther"),
        ("gofar", "Go Far"),
        ("We engage", "Eng Age"),
        ("a path way", "PATHWAY"),
        ("the fir street", "FIRST"),
        ("in form—ation", "Information"),
        ("see https://impactnow.org", "Act Now"),
        ("see https://firstbook.org", "FIRST"),
        ("rebirchunions", "Birch Union"),
        ("see friendsofwestalliance.org", "Vest Alliance"),  # a w is two v, and here it is neither
        ("see friendsofgreatview.org", "Great Viev"),
        ("see friendsofhigh&dry.org", "Dry Alliance"),
    ],
)
def test_words_that_only_have_letters_in_common_are_not_found(text: str, name: str) -> None:
    assert found(text, name) == {}


@pytest.mark.parametrize("words", ["friendsofbirchunion", "with (birchunion)", "Friends of BIRCHUNION"])
def test_in_notes_and_names_every_joined_spelling_is_found(words: str) -> None:
    assert [passage.name for passage in passages_naming([words], [("b", "Birch Union")], joined=True)]


def test_in_an_address_every_name_counts() -> None:
    for joined in ("birchunion-supports-this", "for-friendsofbirchunion", "gofar-now"):
        assert all_passages_naming([], [("b", "Birch Union"), ("g", "Go Far")], addresses=[joined])[0].written
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
        ("We, the undersigned one hundred forty-five organizations", ["undersigned one hundred forty-five"]),
        ("one hundred and fifty three groups signed", ["one hundred and fifty three groups"]),
        ("Twenty-one signatories signed", ["Twenty-one signatories"]),
        ("A hundred endorsers", ["A hundred endorsers"]),
        ("two organizations differ, and thirty years passed", []),
        ("hundreds of thousands of students in organizations", []),
        ("dozens of groups", []),
    ],
)
def test_typed_counts(text: str, counts: list[str]) -> None:
    assert typed_counts(text) == counts


def test_one_passage_a_partner_the_written_one_first() -> None:
    text = "First the birch union. Then Birch Union."
    assert [passage.written for passage in passages_naming([text], [("b", "Birch Union")])] == [True]
    assert isinstance(passages_naming([text], [("b", "Birch Union")])[0], Passage)


def test_a_word_of_any_length_is_read_in_seconds_and_hides_no_name() -> None:
    long = "a1" * 20_000
    began = time.process_time()
    assert found(f"see {long}birchunion, birchunion.org", "Birch Union") == {"Birch Union": True}
    assert not found(long, "Birch Union") and time.process_time() - began < 10
