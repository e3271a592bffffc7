"""Marks the letters that a returned message or a mail service's report is about. No report ever touches an answer."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from signoff.domain.time import Clock
from signoff.letters.bounces import ReturnedMessage, ReturnKind
from signoff.models import Letter, MailReport
from signoff.models.base import Instant
from signoff.services.outbox.bounces import find_letters, mark_bounced
from signoff.services.outbox.complaints import mark_complained

OLDEST_REPORT = timedelta(days=2)  # mail services try to tell of something for about a day
_KNOWN_FOR = 2 * OLDEST_REPORT
_NOTED = text(
    "INSERT INTO mail_report (lookup, at) VALUES (:lookup, :at) ON CONFLICT (lookup) DO NOTHING RETURNING lookup"
).bindparams(bindparam("at", type_=Instant()))


@dataclass(frozen=True)
class ServiceReport:
    """What a mail service reports: under which numbers of its own, when it happened, and what it says.

    Without `returned` nothing follows from it, and its numbers alone are noted.
    """

    numbers: tuple[str, ...]
    at: datetime
    returned: ReturnedMessage | None


def mark_returned(session: Session, returned: ReturnedMessage, *, clock: Clock) -> tuple[list[Letter], list[Letter]]:
    """The letters of ours that came back or were complained about, and those of them that were marked now."""
    letters = find_letters(session, returned.message_ids)
    if returned.said == ReturnKind.COMPLAINT:
        return letters, [letter for letter in letters if mark_complained(session, letter, clock=clock)]
    return letters, [letter for letter in letters if mark_bounced(session, letter, returned.reason, clock=clock)]


def take_reports(session: Session, reports: Iterable[ServiceReport], *, clock: Clock) -> None:
    """Mark the letters that mail services report about; what is too old, or was taken before, changes nothing."""
    at = clock()
    session.execute(delete(MailReport).where(MailReport.at < at - _KNOWN_FOR))
    for report in reports:
        # Each of its numbers is noted, also when one was known.
        are_new = [_is_new(session, number, at) for number in report.numbers]
        if report.returned and abs(at - report.at) <= OLDEST_REPORT and all(are_new):
            mark_returned(session, report.returned, clock=clock)


def _is_new(session: Session, number: str, at: datetime) -> bool:
    lookup = hashlib.sha256(number.encode()).hexdigest()
    return session.scalar(_NOTED, {"lookup": lookup, "at": at}) is not None
