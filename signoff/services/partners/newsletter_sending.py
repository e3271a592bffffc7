"""Newsletters on their way: a test to oneself, sent now, or at a set time in the name of who scheduled it.

Who gets one is found when it is sent. What is true of what it tells is found as each email leaves.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, NotAllowed, Refusal
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import WORKER, Act, Role, ensure_may, may
from signoff.domain.time import Clock, rfc3339
from signoff.models import Contact, Newsletter, StaffUser
from signoff.services.accounts.written_rows import acting_later
from signoff.services.act import ActContext
from signoff.services.outbox.letter_queue import (
    queue_news_letters,
    queue_staff_letter,
    queue_staff_letters,
    staff_in_role,
)
from signoff.services.partners.news_readers import letters_to, news_contacts
from signoff.services.partners.newsletters import (
    ensure_not_scheduled,
    form_of,
    hold_newsletter,
    hold_unsent,
    naming_problems,
)
from signoff.services.record.record import record
from signoff.services.record.row_codes import has_right_code


def send_test(act: ActContext, newsletter: Newsletter) -> None:
    """Email a newsletter as it is now to who asks, and to no one else."""
    ensure_may(act.by, Act.TELL_PARTNERS)
    user = act.session.get_one(StaffUser, act.by.id)
    queue_staff_letter(act.session, LetterKind.NEWSLETTER_TEST, None, user, at=act.at(), newsletter_id=newsletter.id)


def digest_of(newsletter: Newsletter, contacts: Sequence[Contact]) -> str:
    """What a page showed before a newsletter is sent: its state, and who gets it."""
    return shown_digest([str(newsletter.revision), *(contact.email for contact in contacts)])


def send_newsletter(act: ActContext, newsletter: Newsletter, *, shown: str) -> int:
    """Email a newsletter to the partners' contacts now; returns how many emails.

    `shown` is the digest of what was shown and to whom. Conflict once it was sent, while it is scheduled, when its
    words name a partner by now, or when no one would get it.
    """
    hold_unsent(act, newsletter)
    ensure_not_scheduled(newsletter)
    ensure_as_shown(shown, digest_of(newsletter, news_contacts(act.session)))
    return _send(act, newsletter)


def schedule_newsletter(act: ActContext, newsletter: Newsletter, *, due: datetime, shown: str) -> None:
    """Have a newsletter sent at an instant (aware UTC), to all who get newsletters then.

    Invalid for an instant that is past; Conflict as for sending it now.
    """
    hold_unsent(act, newsletter)
    ensure_not_scheduled(newsletter)
    at = act.at()
    if due <= at:
        raise Invalid({"due": "This time has passed. Choose a later time."})
    ensure_as_shown(shown, digest_of(newsletter, news_contacts(act.session)))
    _ensure_sound(act.session, newsletter)
    newsletter.due_at, newsletter.sender_id, newsletter.problem = due, act.by.id, ""
    act.session.flush()
    facts = {"newsletter": newsletter.id, "revision": newsletter.revision, "due": rfc3339(due)}
    record(act.session, "newsletter_scheduled", by=act.by, at=at, facts=facts)


def unschedule_newsletter(act: ActContext, newsletter: Newsletter) -> None:
    """Keep a newsletter from being sent at its time, as any publisher may; Conflict when it is not scheduled."""
    hold_unsent(act, newsletter)
    if newsletter.due_at is None:
        raise Conflict("This newsletter is not scheduled. Nothing was changed.")
    newsletter.due_at = None
    act.session.flush()
    record(act.session, "newsletter_unscheduled", by=act.by, at=act.at(), facts={"newsletter": newsletter.id})


def due_newsletters(session: Session, *, clock: Clock) -> Sequence[int]:
    """The ids of newsletters whose time has come; each is sent in a transaction of its own."""
    waits = Newsletter.sent_at.is_(None), Newsletter.discarded_at.is_(None)
    return session.scalars(select(Newsletter.id).where(*waits, Newsletter.due_at <= clock())).all()


def send_due(act: ActContext, newsletter: Newsletter) -> bool:
    """Send a newsletter whose time has come in the name of who scheduled it; whether it was sent now.

    Refuses, as a Refusal, a user who left or lost the role, words that name a partner by now, and a row that was
    written past the program.
    """
    hold_newsletter(act.session, newsletter)
    user = newsletter.sender
    if not _is_due(newsletter, at=act.at()) or user is None:
        return False
    if not has_right_code(act.session, newsletter):
        raise Conflict("The newsletter is not as it was recorded; run `signoff verify`.")
    if user.deactivated_at is not None:
        raise NotAllowed(f"The account of {user.name}, who scheduled it, was deactivated.")
    if not may(by := acting_later(act.session, user), Act.TELL_PARTNERS):
        raise NotAllowed(f"{user.name}, who scheduled it, is no longer a publisher.")
    _send(act.acting_as(by), newsletter)
    return True


def _is_due(newsletter: Newsletter, *, at: datetime) -> bool:
    waits = newsletter.sent_at is None and newsletter.discarded_at is None
    return waits and newsletter.due_at is not None and newsletter.due_at <= at


def note_not_sent(act: ActContext, newsletter: Newsletter, refusal: Refusal) -> None:
    """Say of a newsletter that was due why it was not sent; the user who scheduled it is told, or all publishers."""
    hold_newsletter(act.session, newsletter)
    at, user = act.at(), newsletter.sender
    if not _is_due(newsletter, at=at) or user is None:
        return
    newsletter.due_at, newsletter.problem = None, refusal.text
    act.session.flush()
    facts = {"newsletter": newsletter.id, "reason": refusal.text}
    record(act.session, "newsletter_not_sent", by=WORKER, at=at, facts=facts)
    goes_on = user.deactivated_at is None and may(user.actor, Act.TELL_PARTNERS)
    readers = [user] if goes_on else staff_in_role(act.session, Role.PUBLISHER)
    kind, about = LetterKind.NEWSLETTER_NOT_SENT, newsletter.id
    queue_staff_letters(act.session, kind, None, readers, at=at, newsletter_id=about)


def _send(act: ActContext, newsletter: Newsletter) -> int:
    _ensure_sound(act.session, newsletter)
    contacts = news_contacts(act.session)
    if not contacts:
        raise Conflict("No contact of a partner gets newsletters. Nothing was sent.")
    at, whom = act.at(), letters_to(act, contacts)
    number = queue_news_letters(act.session, LetterKind.NEWSLETTER, whom, at=at, newsletter_id=newsletter.id)
    newsletter.sent_at, newsletter.sender_id, newsletter.problem = at, act.by.id, ""
    act.session.flush()
    facts = {"newsletter": newsletter.id, "revision": newsletter.revision, "letters": number}
    record(act.session, "newsletter_sent", by=act.by, at=at, facts=facts)
    return number


def _ensure_sound(session: Session, newsletter: Newsletter) -> None:
    # A partner may have been given a name since it was written.
    for problem in naming_problems(session, form_of(newsletter)).values():
        raise Conflict(f"{problem} Nothing was sent.")
