"""Letters: their kinds, their states, and when a failed one is tried again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from signoff.domain.accounts import AccountNews
from signoff.domain.permissions import Role


class LetterKind(StrEnum):
    """Which letter it is."""

    REQUEST = "request"
    REMINDER = "reminder"
    REPLACED = "replaced"
    DEADLINE_MOVED = "deadline_moved"
    RECALLED = "recalled"
    FRESH_LINK = "fresh_link"
    CONFIRM = "confirm"
    REFERRED = "referred"
    RECEIPT = "receipt"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    NO_LONGER_NAMED = "no_longer_named"
    CONTESTED = "contested"
    PROOF = "proof"
    INVITED = "invited"
    COMMENT_SETTLED = "comment_settled"
    NAME_SETTLED = "name_settled"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_CONFIRMED = "contact_confirmed"
    PARTNERS_MERGED = "partners_merged"
    DECLINED = "declined"
    COMMENT = "comment"
    NAME_PROPOSED = "name_proposed"
    ROUND_CLOSED = "round_closed"
    UNDELIVERABLE = "undeliverable"
    COMPLAINED = "complained"
    ACCOUNT = "account"
    REVIEW_ASKED = "review_asked"
    TO_CHECK = "to_check"
    CHECKED = "checked"
    ALL_ANSWERED = "all_answered"
    DIGEST = "digest"
    NOT_DONE = "not_done"
    DELIVERED = "delivered"
    PROBLEM_REPORTED = "problem_reported"
    APPLICATION_CONFIRM = "application_confirm"
    APPLICATION = "application"
    APPLICATION_LINKED = "application_linked"
    APPLICATION_DECIDED = "application_decided"
    SUBSCRIPTION_CONFIRM = "subscription_confirm"
    NEWS = "news"
    MEETING = "meeting"
    NEWSLETTER = "newsletter"
    NEWSLETTER_TEST = "newsletter_test"
    NEWSLETTER_NOT_SENT = "newsletter_not_sent"
    COMMITMENTS = "commitments"
    COMMITMENTS_ANSWERED = "commitments_answered"
    POSTING_PROPOSED = "posting_proposed"
    POSTING_SETTLED = "posting_settled"


# Letters that ask for an answer: they carry a link, and are canceled when nothing is asked anymore.
ASKING = frozenset({LetterKind.REQUEST, LetterKind.REPLACED, LetterKind.REMINDER, LetterKind.DEADLINE_MOVED})
# Letters that are pointless once their own link has ended.
CARRY_LINK = ASKING | {LetterKind.FRESH_LINK, LetterKind.CONFIRM}
# Letters that tell a partner's contacts of an answer, with the file that proves it; the last only brings the file.
PROVEN = frozenset({LetterKind.RECEIPT, LetterKind.WITHDRAWN, LetterKind.CONTESTED, LetterKind.PROOF})
# How long such a letter waits for its file; after that it leaves without, and the file follows in a letter of its own.
PROOF_WITHIN = timedelta(minutes=10)


# Letters to those who apply for an organization that is no partner yet, at the address of the application.
TO_APPLICANTS = (LetterKind.APPLICATION_CONFIRM, LetterKind.APPLICATION_DECIDED)
# Letters about an application.
ABOUT_APPLICATIONS = (*TO_APPLICANTS, LetterKind.APPLICATION, LetterKind.APPLICATION_LINKED)
# Letters about what a partner shows of itself.
ABOUT_POSTINGS = (LetterKind.POSTING_PROPOSED, LetterKind.POSTING_SETTLED)
# Letters to those who asked for news of positions, at the address of a subscription.
TO_SUBSCRIBERS = (LetterKind.SUBSCRIPTION_CONFIRM, LetterKind.NEWS)


class LetterState(StrEnum):
    """Where a letter is between the duty to write it and its delivery."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELED = "canceled"


# Which state may follow which. What was sent is never queued again: no one gets a letter twice by an act of ours.
STEPS: dict[LetterState, frozenset[LetterState]] = {
    LetterState.QUEUED: frozenset({LetterState.SENDING, LetterState.CANCELED}),
    LetterState.SENDING: frozenset(
        {LetterState.QUEUED, LetterState.SENT, LetterState.FAILED, LetterState.CANCELED},
    ),
    LetterState.SENT: frozenset({LetterState.BOUNCED}),
    LetterState.FAILED: frozenset({LetterState.QUEUED}),
    LetterState.BOUNCED: frozenset({LetterState.QUEUED}),
    LetterState.CANCELED: frozenset(),
}
# Letters that did not arrive; staff may have them tried again.
UNDELIVERED = (LetterState.FAILED, LetterState.BOUNCED)
# Letters that staff may keep back before they leave. The others tell someone what happened: an answer given in their
# name, a contact that changed. No one on the staff may keep that from them.
CANCELLABLE = ASKING | {
    LetterKind.INVITED,
    LetterKind.DELIVERED,
    LetterKind.MEETING,
    LetterKind.NEWSLETTER,
    LetterKind.COMMITMENTS,
}


@dataclass(frozen=True)
class StaffEmail:
    """A kind of letter that staff can switch off for themselves: whom it is offered to, and in words when it comes."""

    kind: LetterKind
    roles: frozenset[Role]
    words: str

    def is_for(self, roles: Collection[Role]) -> bool:
        """Whether someone with these roles would get it."""
        return not self.roles.isdisjoint(roles)


# What tells whose turn it is; all of it is sent until someone switches it off. No other letter can be switched off.
SWITCHABLE = (
    StaffEmail(LetterKind.REVIEW_ASKED, frozenset({Role.REVIEWER}), "A colleague asks me to check a version"),
    StaffEmail(LetterKind.TO_CHECK, frozenset({Role.REVIEWER}), "A version is ready for a check"),
    StaffEmail(LetterKind.CHECKED, frozenset({Role.PUBLISHER}), "A check is complete"),
    StaffEmail(LetterKind.ALL_ANSWERED, frozenset({Role.PUBLISHER}), "Every partner I asked has answered"),
    StaffEmail(
        LetterKind.POSTING_PROPOSED,
        frozenset({Role.PUBLISHER}),
        "A partner proposed a description, a logo or a notice for its public page",
    ),
    StaffEmail(LetterKind.COMMENT, frozenset({Role.DRAFTER}), "A partner comments on a version I saved"),
    StaffEmail(
        LetterKind.DECLINED,
        frozenset({Role.DRAFTER, Role.PUBLISHER}),
        "A partner declines a version I saved or asked about",
    ),
    StaffEmail(
        LetterKind.DIGEST,
        frozenset({Role.DRAFTER, Role.PUBLISHER}),
        "Partners answered (one summary a day, at 8 a.m.)",
    ),
)
SWITCHABLE_KINDS = frozenset(email.kind for email in SWITCHABLE)
DIGEST_HOUR = 8  # o'clock in the installation's zone

# Under this name a session counts the letters that its transaction queues; several workers are called by it.
QUEUED_NOW = "letters_queued"

CLAIM_LASTS = timedelta(minutes=5)
MOST_ATTEMPTS = 18  # with the delays below, about two days


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the n-th failed attempt: doubling from one minute up to four hours.

    `jitter` from 0 to 1 spreads the retries by up to a quarter, so that they do not come all at once.
    """
    minutes = min(2 ** max(0, attempts - 1), 240)
    return timedelta(minutes=minutes) * (1 + jitter / 4)


def line_delay(tries: int, jitter: float) -> timedelta:
    """How long no letter is tried after the n-th time in a row that the mail server could not be reached.

    Doubling from 15 seconds up to ten minutes; `jitter` as for a letter. Knocking costs no one much, so the queue
    moves soon after the server is back.
    """
    seconds = min(15 * 2 ** min(max(0, tries - 1), 10), 600)
    return timedelta(seconds=seconds) * (1 + jitter / 4)


_ABOUT_A_CONTACT = (LetterKind.CONTACT_CHANGED, LetterKind.CONTACT_CONFIRMED)


def is_for_an_address_of_its_own(kind: str, account_news: str | None) -> bool:
    """Whether a letter tells of a changed address: where it goes is kept in it, and erased once it needs no try."""
    return kind in _ABOUT_A_CONTACT or account_news == AccountNews.ADDRESS_CHANGED
