"""What follows from the end of a letter: staff hear of it, an owed proof comes later, news to a dead mailbox ends."""

from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.letters import LetterState
from signoff.domain.publications.subscriptions import SubscriptionEnd, says_no_such_mailbox
from signoff.letters.delivery.claims import Claim, DeliveryOutcome
from signoff.models import Letter
from signoff.services.outbox.proof_queue import queue_proof
from signoff.services.outbox.undeliverable import notify_undeliverable
from signoff.services.outbox.unsubscribing import end_for_letter


def queue_what_follows(session: Session, claim: Claim, outcome: DeliveryOutcome, *, at: datetime) -> None:
    """Queue the letters that follow from what became of this one."""
    if outcome.state == LetterState.FAILED:
        letter = session.get_one(Letter, claim.id)
        notify_undeliverable(session, letter, at=at)
        if says_no_such_mailbox(outcome.reply):
            end_for_letter(session, letter, SubscriptionEnd.BOUNCED, at=at)
    if outcome.owes_proof:
        queue_proof(session, session.get_one(Letter, claim.id), at=at)
