"""Places as people write them, and as files hold them."""

import pytest

from signoff.domain.partners.places import STATES, Place, place_problem, places_in, read_place


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
