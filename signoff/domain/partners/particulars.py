"""What is said of a partner besides its names: places, expertise, networks, parent, year, language, notes of staff."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from signoff.domain.partners.places import place_problem, place_text
from signoff.domain.positions.fields import LANGUAGES
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

LONGEST_NETWORK = 120
LONGEST_NOTES = 5_000  # bytes
MOST_OF_A_KIND = 100
_YEAR = regex.compile(r"(?:19|20)[0-9]{2}")
_LANGUAGES = {
    **{code: code for code in LANGUAGES},
    **{name.casefold(): code for code, name in LANGUAGES.items()},
    **{"español": "es", "espanol": "es", "inglés": "en", "ingles": "en", "français": "fr"},
}
# The fields that a partner has one value of, and those that it has several of.
SINGLE = ("parent", "joined_year", "language", "notes")
SEVERAL = ("places", "expertise", "networks")


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """These of one partner, as they were entered; `parent` is the name of a partner in the register."""

    places: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    parent: str = ""
    joined_year: str = ""
    language: str = ""
    notes: str = ""

    def cleaned_particulars(self) -> "Particulars":
        """The same in canonical characters, repeated values left out."""
        return Particulars(
            places=_each_once(map(place_text, self.places)),
            expertise=tuple(sorted(_each_once(map(clean_line, self.expertise)), key=str.casefold)),
            networks=_each_once(map(clean_line, self.networks)),
            parent=clean_line(self.parent),
            joined_year=clean_line(self.joined_year),
            language=language_code(self.language) or clean_line(self.language),
            notes=clean_text(self.notes),
        )


def language_code(text: str) -> str:
    """The code of a language that was written as its code or name; empty when it is none that is known here."""
    return _LANGUAGES.get(clean_line(text).casefold(), "")


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    kept = {value.casefold(): value for value in reversed(list(values)) if value}
    return tuple(reversed(kept.values()))


def particulars_problems(form: Particulars) -> dict[str, str]:
    """What is wrong with cleaned particulars, whatever the register says: a sentence for each field concerned."""
    problems = {
        "places": _first(place_problem(place) for place in form.places),
        "networks": _first(map(_network_problem, form.networks)),
        "joined_year": "" if _YEAR.fullmatch(form.joined_year or "1999") else "Please give a year such as 2014.",
        "language": "" if form.language in ("", *LANGUAGES) else f"Please choose {', '.join(LANGUAGES.values())}.",
        "notes": text_problem(form.notes, longest=LONGEST_NOTES, needed=False),
    }
    many = {
        name: f"Please give at most {MOST_OF_A_KIND}." for name in SEVERAL if len(getattr(form, name)) > MOST_OF_A_KIND
    }
    return {name: sentence for name, sentence in (problems | many).items() if sentence}


def _first(problems: Iterable[str]) -> str:
    return next((problem for problem in problems if problem), "")


def _network_problem(network: str) -> str:
    if problem := line_problem(network, longest=LONGEST_NETWORK):
        return problem
    return "Please remove the semicolon. Semicolons separate networks." if ";" in network else ""
