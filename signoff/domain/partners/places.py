"""Where a partner works: nationwide, a state, or a county or city in it; read from what people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import regex
import unicodedata2

from signoff.domain.text_input import clean_line, line_problem

NATIONWIDE = "US"
LONGEST = 80  # characters of a county or a city

# The states, the District of Columbia and the territories, by their postal codes.
STATES: Mapping[str, str] = MappingProxyType(
    {
        "AL": "Alabama", "AK": "Alaska", "AS": "American Samoa", "AZ": "Arizona", "AR": "Arkansas",
        "CA": "California", "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
        "FL": "Florida", "GA": "Georgia", "GU": "Guam", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
        "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine",
        "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
        "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
        "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
        "MP": "Northern Mariana Islands", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
        "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee",
        "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VI": "U.S. Virgin Islands", "VA": "Virginia",
        "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    }
)  # fmt: skip
PLACES = (NATIONWIDE, *STATES)

_ALSO = {
    **dict.fromkeys(["nationwide", "national", "nacional", "us", "usa", "u.s.", "u.s.a.", "united states"], NATIONWIDE),
    **dict.fromkeys(["d.c.", "washington dc", "washington d.c.", "washington, dc", "washington, d.c."], "DC"),
    **dict.fromkeys(["virgin islands", "us virgin islands", "islas virgenes"], "VI"),
    **dict.fromkeys(["estados unidos", "ee. uu.", "ee.uu.", "todo el pais", "a nivel nacional"], NATIONWIDE),
    **{"nuevo mexico": "NM", "nueva york": "NY", "nueva jersey": "NJ", "nuevo hampshire": "NH", "hawai": "HI"},
    **{"carolina del norte": "NC", "carolina del sur": "SC", "dakota del norte": "ND", "dakota del sur": "SD"},
    **{"virginia occidental": "WV", "pensilvania": "PA", "luisiana": "LA", "misisipi": "MS", "misuri": "MO"},
    **{"tejas": "TX", "distrito de columbia": "DC", "samoa americana": "AS", "islas marianas del norte": "MP"},
}
_CODES = {
    **{code.casefold(): code for code in STATES},
    **{name.casefold(): code for code, name in STATES.items()},
    **_ALSO,
}


def _code(text: str) -> str:
    apart = unicodedata2.normalize("NFKD", text.casefold())
    return _CODES.get("".join(letter for letter in apart if not unicodedata2.combining(letter)), "")


_IS_COUNTY = regex.compile(r"(?i)\b(county|parish|borough|census area|municipio|condado)$")
_BETWEEN = regex.compile(r"[,/;]")
_UNKNOWN = "“{}” is not a known place. Please write Ohio; Cuyahoga County, OH; Cleveland, OH; or nationwide."


@dataclass(frozen=True)
class Place:
    """Nationwide, a state by its code, or a county or city in it; `county` and `city` may be empty."""

    state: str
    county: str = ""
    city: str = ""

    @property
    def text(self) -> str:
        """As files and forms hold it; what people would write where that can be read back, with slashes otherwise."""
        if self == Place(NATIONWIDE):
            return "nationwide"
        written = ", ".join(filter(None, (self.city, self.county, self.state)))
        return written if read_place(written) == self else "/".join((self.state, self.county, self.city)).rstrip("/")

    @property
    def words(self) -> str:
        """As people read it, with the name of the state."""
        return ", ".join(filter(None, (self.city, self.county, state_name(self.state))))


def state_name(code: str) -> str:
    """The name of a state, or that a partner works nationwide."""
    return STATES.get(code, "Nationwide")


def state_code(text: str) -> str:
    """The code of a state that was written as its code or name; empty when it is neither."""
    return _code(clean_line(text))


def read_place(text: str) -> Place | None:
    """The place that someone wrote, such as “Cleveland, Cuyahoga County, OH”; None when it is not a place."""
    line = clean_line(text)
    if code := _code(line):
        return Place(code)
    if "/" in line:
        code, county, city = ([part.strip() for part in line.split("/")] + ["", ""])[:3]
        return _in(code, county, city) if line.count("/") <= 2 else None
    parts = [part.strip() for part in line.split(",")]
    match parts:
        case [city, county, state]:
            return _in(state, county, city)
        case [within, state] if _IS_COUNTY.search(within):
            return _in(state, within, "")
        case [within, state]:
            return _in(state, "", within)
    return None


def _in(state: str, county: str, city: str) -> Place | None:
    code = _code(state)
    return Place(code, county, city) if code in STATES and (county or city) else None


def places_in(cell: str) -> list[str]:
    """The places that someone wrote in one cell, separated by semicolons or lines; of states alone, also by commas."""
    parts = [part.strip() for part in regex.split(r"[;\n]", cell) if part.strip()]
    places: list[str] = []
    for part in parts:
        states = [state_code(word) for word in part.split(",")]
        places += states if all(states) and not state_code(part) and not _is_city_of_its_state(states) else [part]
    return places


def _is_city_of_its_state(states: list[str]) -> bool:
    # “New York, NY” and “Washington, DC” name a city.
    return len(states) == 2 and (states[0] == states[1] or states[1] == "DC")


def place_text(text: str) -> str:
    """A place in its canonical form; what is none comes back cleaned, to be refused by `place_problem`."""
    place = read_place(text)
    return place.text if place else clean_line(text)


def place_problem(text: str) -> str:
    """What is wrong with a cleaned place; empty when nothing is."""
    place = read_place(text)
    if place is None:
        return _UNKNOWN.format(text[:60])
    for part in (place.county, place.city):
        if problem := line_problem(part, longest=LONGEST, needed=False):
            return problem
        if _BETWEEN.search(part):
            return f"Please leave commas, semicolons and slashes out of “{part}”."
    return ""
