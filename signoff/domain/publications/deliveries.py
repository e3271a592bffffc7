"""Deliveries: in which ways a published position is handed over, and what is typed about that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.partners.places import STATES
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

LONGEST_RECIPIENT = 200
LONGEST_NOTE = 1_000  # characters, of a reason for taking a delivery back too


class DeliveryWay(StrEnum):
    """How a position is handed over."""

    EMAIL = "email"
    BY_HAND = "by_hand"


WAY_WORDS: Mapping[str, str] = MappingProxyType({DeliveryWay.EMAIL: "by email", DeliveryWay.BY_HAND: "by hand"})


@dataclass(frozen=True)
class DeliveryForm:
    """What a publisher types: to whom, in which way, to which address or on which day (ISO), and a note for staff.

    `state` is the code of the state whose names come first in the file, or empty.
    """

    recipient: str
    way: str
    address: str = ""
    day: str = ""
    note: str = ""
    state: str = ""

    def cleaned(self) -> "DeliveryForm":
        """The same as it will be stored; an address without an email and a day with one are left out."""
        by_email = self.way == DeliveryWay.EMAIL
        return DeliveryForm(
            clean_line(self.recipient),
            self.way,
            clean_email(self.address) if by_email else "",
            "" if by_email else self.day.strip(),
            clean_text(self.note),
            self.state,
        )

    def problems(self, *, published_on: date, today: date) -> dict[str, str]:
        """What is wrong with a cleaned form: one sentence for each field concerned."""
        found = {
            "recipient": line_problem(self.recipient, longest=LONGEST_RECIPIENT),
            "way": "" if self.way in set(DeliveryWay) else "Please choose one of those listed.",
            "address": email_problem(self.address) if self.way == DeliveryWay.EMAIL else "",
            "day": self._day_problem(published_on, today) if self.way == DeliveryWay.BY_HAND else "",
            "note": text_problem(self.note, longest=LONGEST_NOTE, needed=False),
            "state": "" if self.state in {"", *STATES} else "Please choose one of those listed.",
        }
        return {name: sentence for name, sentence in found.items() if sentence}

    def _day_problem(self, published_on: date, today: date) -> str:
        day = day_of(self.day)
        if day is None:
            return "Please give the date as 2026-12-04."
        if day < published_on:
            return "The position was not public yet on that day."
        return "This date is in the future." if day > today else ""


def day_of(text: str) -> date | None:
    """The day of an ISO date; None when it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
