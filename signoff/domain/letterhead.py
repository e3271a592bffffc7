"""The Coalition's letterhead: what it says, how that is cleaned, and what is wrong with it. All of it is public."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.partners.mentions import passages_naming
from signoff.domain.text_input import (
    clean_line,
    clean_text,
    clean_web_address,
    line_problem,
    text_problem,
    web_address_problem,
)


@dataclass(frozen=True)
class Letterhead:
    """What stands at the head of the Coalition's sheets; each part may be empty.

    The press contact is what a new position begins with, and then part of that text.
    """

    address: str = ""
    website: str = ""
    phone: str = ""
    email: str = ""
    press_contact: str = ""

    @property
    def lines(self) -> list[str]:
        """Its address and the ways to reach the Coalition, line by line, as sheets show them."""
        ways = [self.website.split("://", 1)[-1].rstrip("/"), self.phone, self.email]
        return [line for line in (*self.address.split("\n"), *ways) if line]


LETTERHEAD_PARTS = tuple(part.name for part in fields(Letterhead))


def clean_letterhead(said: Letterhead) -> Letterhead:
    """The letterhead as it will be stored: NFC, LF, addresses in one form."""
    return Letterhead(
        address=clean_text(said.address),
        website=clean_web_address(said.website),
        phone=clean_line(said.phone),
        email=clean_email(said.email),
        press_contact=clean_text(said.press_contact),
    )


def letterhead_problems(said: Letterhead, names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is wrong with a cleaned letterhead, a sentence for each part; `names` are of partners, with their slugs.

    It is public at once and no one checks it, so it names no partner in any spelling, as a public note.
    """
    pairs = list(names)
    found = {
        "address": text_problem(said.address, longest=1_000, needed=False),
        "website": web_address_problem(said.website),
        "phone": line_problem(said.phone, longest=60, needed=False),
        "email": email_problem(said.email) if said.email else "",
        "press_contact": text_problem(said.press_contact, longest=4_000, needed=False),
    }
    found = {part: sentence or _naming(getattr(said, part), pairs) for part, sentence in found.items()}
    return {part: sentence for part, sentence in found.items() if sentence}


def _naming(text: str, names: list[tuple[str, str]]) -> str:
    named = passages_naming([text], names, joined=True) if text else []
    if not named:
        return ""
    return (
        f"This names {named[0].name} (“{named[0].words}”), a partner. A partner is named only where it approved that. "
        "Please leave it out."
    )


def names_in(said: Letterhead, names: Iterable[str]) -> set[str]:
    """Of these names, those that the letterhead holds: as each is written, or by several words in any spelling.

    A single word in ordinary spelling, such as “street”, stands in many addresses.
    """
    texts = [text for part in LETTERHEAD_PARTS if (text := getattr(said, part))]
    found = passages_naming(texts, [(name, name) for name in names], joined=True) if texts else []
    return {passage.name for passage in found if passage.written or " " in passage.name}
