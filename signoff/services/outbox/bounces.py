"""A letter came back: it is marked as bounced, and staff are told. No notification decides anything else."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterState
from signoff.domain.publications.subscriptions import SubscriptionEnd
from signoff.domain.time import Clock
from signoff.models import Letter
from signoff.services.locks import hold_letters
from signoff.services.outbox.undeliverable import notify_undeliverable
from signoff.services.outbox.unsubscribing import end_for_letter


def find_letters(session: Session, message_ids: Collection[str]) -> list[Letter]:
    """The letters with these Message-IDs (the part before the @), held for marking."""
    query = select(Letter).where(Letter.message_id.in_(message_ids)).order_by(Letter.id)
    hold_letters(session, [letter.id for letter in session.scalars(query).unique()])
    return list(session.scalars(query.execution_options(populate_existing=True)).unique())


def mark_bounced(session: Session, letter: Letter, reason: str, *, clock: Clock) -> bool:
    """Mark a letter that was sent as bounced, in the notification's words; False when it was marked or never sent."""
    if letter.state != LetterState.SENT:
        return False
    letter.state, letter.last_reply = LetterState.BOUNCED, reason
    session.flush()
    notify_undeliverable(session, letter, at=clock())
    end_for_letter(session, letter, SubscriptionEnd.BOUNCED, at=clock())
    return True
