"""Subscriptions to news of positions: how long their links wait, how often one may be asked for, and how they end."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SubscriptionEnd(StrEnum):
    """How a subscription ended."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    ERASED = "erased"


CONFIRM_WITHIN = timedelta(days=3)
COUNTED_FOR = timedelta(hours=1)
ADDRESS_COUNTED_FOR = timedelta(days=1)
MOST_OF_ADDRESS = 3
MOST_OF_NETWORK = 10
MOST_IN_ALL = 200

_NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.\d{1,3}\b")


@dataclass(frozen=True)
class SubscriptionTries:
    """How many subscriptions were asked for: for an address within a day, from a network and in all within an hour."""

    of_address: int
    of_network: int
    in_all: int

    @property
    def are_too_many(self) -> bool:
        """Whether one more is not taken."""
        return self.of_address >= MOST_OF_ADDRESS or self.of_network >= MOST_OF_NETWORK or self.in_all >= MOST_IN_ALL


def says_no_such_mailbox(reply: str) -> bool:
    """Whether a mail server's words say that it is the address that is wrong (RFC 3463), and not the email."""
    return _NO_SUCH_MAILBOX.search(reply) is not None
