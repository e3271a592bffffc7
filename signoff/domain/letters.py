"""Letters: their kinds, their states, and when a failed one is tried again."""

from datetime import timedelta
from enum import StrEnum


class LetterKind(StrEnum):
    """Which letter it is."""

    REQUEST = "request"
    REMINDER = "reminder"
    REPLACED = "replaced"
    DEADLINE_MOVED = "deadline_moved"
    RECALLED = "recalled"
    FRESH_LINK = "fresh_link"
    REFERRED = "referred"
    RECEIPT = "receipt"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    CONTESTED = "contested"
    INVITED = "invited"
    COMMENT_SETTLED = "comment_settled"
    NAME_SETTLED = "name_settled"
    CONTACT_CHANGED = "contact_changed"
    DECLINED = "declined"
    COMMENT = "comment"
    NAME_PROPOSED = "name_proposed"
    ROUND_CLOSED = "round_closed"


# Letters that ask for an answer: they carry a link, and are cancelled when nothing is asked any more.
ASKING = frozenset({LetterKind.REQUEST, LetterKind.REPLACED, LetterKind.REMINDER, LetterKind.DEADLINE_MOVED})
# Letters that are pointless once their own link has ended.
CARRY_LINK = ASKING | {LetterKind.FRESH_LINK}


class LetterState(StrEnum):
    """Where a letter is between the duty to write it and its delivery."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


CLAIM_LASTS = timedelta(minutes=10)
MOST_ATTEMPTS = 20  # with the delays below, two days


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the n-th failed attempt: doubling from one minute up to four hours.

    `jitter` from 0 to 1 spreads the retries by up to a quarter, so that they do not come all at once.
    """
    minutes = min(2 ** max(0, attempts - 1), 240)
    return timedelta(minutes=minutes) * (1 + jitter / 4)
