"""Places as people write them, and as files hold them."""

import pytest

from signoff.domain.partners.places import (
    STATES,
    Place,
    place_problem,
    place_text,
    places_in,
    read_place,
    state_code,
    state_name,
)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("oh", Place("OH")),
        ("District of Columbia", Place("DC")),
        ("Puerto Rico", Place("PR")),
        ("Nationwide", Place("US")),
        ("Cleveland, Ohio", Place("OH", city="Cleveland")),
        ("Orleans Parish, LA", Place("LA", county="Orleans Parish")),
        ("Cleveland, Cuyahoga County, OH", Place("OH", "Cuyahoga County", "Cleveland")),
        ("OH/Cuyahoga", Place("OH", county="Cuyahoga")),
        ("OH//Garden County", Place("OH", city="Garden County")),
        ("Ontario", None),
        ("Toronto, ON", None),
        ("US/Cuyahoga", None),
        ("OH/", None),
    ],
)
def test_a_place_is_read_as_people_write_it(written: str, place: Place | None) -> None:
    assert read_place(written) == place
    assert bool(place_problem(written)) == (place is None)
    if place:
        assert read_place(place.text) == place


def test_there_are_the_states_the_district_and_the_territories() -> None:
    assert len(STATES) == 56 and {"DC", "PR", "GU", "VI", "AS", "MP"} <= STATES.keys()


def test_several_places_stand_in_one_cell() -> None:
    assert places_in("Ohio, MI; Gary, IN\nnationwide") == ["OH", "MI", "Gary, IN", "nationwide"]
    assert places_in("New York, NY") == ["New York, NY"]
    assert places_in("Washington, DC") == ["Washington, DC"]


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        (Place("US"), "nationwide", "Nationwide"),
        (Place("OH"), "OH", "Ohio"),
        (Place("OH", city="Cleveland"), "Cleveland, OH", "Cleveland, Ohio"),
        (Place("OH", county="Cuyahoga County"), "Cuyahoga County, OH", "Cuyahoga County, Ohio"),
        (Place("OH", "Cuyahoga", "Cleveland"), "Cleveland, Cuyahoga, OH", "Cleveland, Cuyahoga, Ohio"),
        # What would be read back as something else stands between slashes.
        (Place("OH", county="Cuyahoga"), "OH/Cuyahoga", "Cuyahoga, Ohio"),
        (Place("OH", city="Garden County"), "OH//Garden County", "Garden County, Ohio"),
    ],
)
def test_a_place_is_written_so_that_it_reads_back(place: Place, text: str, words: str) -> None:
    assert (place.text, place.words) == (text, words)
    assert read_place(text) == place


@pytest.mark.parametrize("text", ["OH/Cuyahoga/Cleveland/x", "Ohio County", "a, b, c, OH", "a, b, ON", ", OH"])
def test_these_are_no_places(text: str) -> None:
    assert read_place(text) is None


UNKNOWN = "is not a known place. Please write Ohio; Cuyahoga County, OH; Cleveland, OH; or nationwide."
SEPARATORS = "Please leave commas, semicolons and slashes out of"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("OH", ""),
        ("c" * 80 + ", OH", ""),
        ("c" * 81 + ", OH", "Please use at most 80 characters; this has 81."),
        (f"OH/{'c' * 81}", "Please use at most 80 characters; this has 81."),
        ("x" * 61, f"“{'x' * 60}” {UNKNOWN}"),
        ("Ontario", f"“Ontario” {UNKNOWN}"),
        ("a; b, OH", f"{SEPARATORS} “a; b”."),
        ("OH/a, b/c", f"{SEPARATORS} “a, b”."),
    ],
)
def test_what_is_wrong_with_a_place_is_said(text: str, problem: str) -> None:
    assert place_problem(text) == problem


def test_what_is_no_place_stays_as_it_was_typed() -> None:
    assert place_text(" Ontario\u200e ") == "Ontario"
    assert place_text("cleveland , ohio") == "cleveland, OH"


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        ("Ohio", ["Ohio"]),
        ("Ohio, Michigan, IN", ["OH", "MI", "IN"]),
        ("Cleveland, OH; ;\n Gary, IN ", ["Cleveland, OH", "Gary, IN"]),
        ("Ohio, Ontario", ["Ohio, Ontario"]),
        ("OH, OH, MI", ["OH", "OH", "MI"]),
        ("MD, DC", ["MD, DC"]),
        ("DC, MD", ["DC", "MD"]),
        ("MD, VA, DC", ["MD", "VA", "DC"]),
        ("Washington, D.C.", ["Washington, D.C."]),
        ("", []),
    ],
)
def test_states_alone_are_parted_by_commas_too(cell: str, places: list[str]) -> None:
    assert places_in(cell) == places


def test_a_state_is_known_by_its_code_and_its_name() -> None:
    assert (state_code(" new YORK\u200e"), state_code("ny"), state_code("York")) == ("NY", "NY", "")
    assert (state_name("NY"), state_name("US"), state_name("")) == ("New York", "Nationwide", "Nationwide")
