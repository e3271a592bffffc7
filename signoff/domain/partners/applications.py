"""Applications: what an organization that is no partner yet may ask, how often, and what its addresses say of it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from signoff.domain.errors import Reason
from signoff.domain.partners.referrals import PUBLIC_PROVIDERS, domain_of


class Decision(StrEnum):
    """What an administrator decides about an application."""

    ACCEPT = "accept"
    LINK = "link"
    REJECT = "reject"


class Mailbox(StrEnum):
    """What an applicant's email address says, held against the website of the organization."""

    AT_THE_WEBSITE = "at_the_website"
    ELSEWHERE = "elsewhere"
    PUBLIC_PROVIDER = "public_provider"
    NO_WEBSITE = "no_website"


CONFIRM_WITHIN = timedelta(hours=24)
COUNTED_FOR = timedelta(hours=1)
MOST_OF_ADDRESS = 3
MOST_OF_NETWORK = 10
MOST_OF_POSITION = 200

_ADDRESS = re.compile(r"://|\bwww\.|@|\.[a-z]{2,}/", re.IGNORECASE)


@dataclass(frozen=True)
class ApplicationTries:
    """How many applications came within the last hour: from an address, from a network, and for a position."""

    of_address: int
    of_network: int
    of_position: int

    @property
    def are_too_many(self) -> bool:
        """Whether one more is not taken."""
        return (
            self.of_address >= MOST_OF_ADDRESS
            or self.of_network >= MOST_OF_NETWORK
            or self.of_position >= MOST_OF_POSITION
        )


def mailbox_of(website: str, email: str) -> Mailbox:
    """What a cleaned email address says, held against a cleaned website; either may lie below the other's domain."""
    domain = domain_of(email)
    if domain in PUBLIC_PROVIDERS:
        return Mailbox.PUBLIC_PROVIDER
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    if not host:
        return Mailbox.NO_WEBSITE
    longer, shorter = sorted((host, domain), key=len, reverse=True)
    same = host == domain or ("." in shorter and longer.endswith(f".{shorter}"))
    return Mailbox.AT_THE_WEBSITE if same else Mailbox.ELSEWHERE


MAILBOX_WORDS = {
    Mailbox.AT_THE_WEBSITE: "The email address is in the website's own domain. Anyone can register a domain, so please "
    "look at the website.",
    Mailbox.ELSEWHERE: "The email address is in a different domain from the website. Find out whether this person "
    "works for the organization.",
    Mailbox.PUBLIC_PROVIDER: "The email address is with a provider where anyone can get one. Find out whether this "
    "person works for the organization.",
    Mailbox.NO_WEBSITE: "No website was given, so there is nothing to compare the email address with.",
}


def address_problem(words: str) -> str:
    """What is wrong with words that are repeated in an email to an address that a stranger typed: no links in them."""
    return "Please leave web and email addresses out of this." if _ADDRESS.search(words) else ""


def missing_to_open(*, takes_answers: bool, names_in_address: tuple[str, ...]) -> list[Reason]:
    """All that keeps a position from being opened for applications."""
    reasons = []
    if not takes_answers:
        reasons.append(Reason("no_round", "No round of this position takes answers now. Ask partners first.", "round"))
    reasons += [
        Reason("named_in_address", f"This position's address contains the name of {name}. Change it first.", "slug")
        for name in names_in_address
    ]
    return reasons
