"""What follows for others from the end of a letter: staff hear of a failure, and a proof that was owed comes later."""

from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.letters import LetterState
from signoff.letters.delivery.claims import Claim, DeliveryOutcome
from signoff.models import Letter
from signoff.services.outbox.proof_queue import queue_proof
from signoff.services.outbox.undeliverable import notify_undeliverable


def queue_what_follows(session: Session, claim: Claim, outcome: DeliveryOutcome, *, at: datetime) -> None:
    """Queue the letters that follow from what became of this one."""
    if outcome.state == LetterState.FAILED:
        notify_undeliverable(session, session.get_one(Letter, claim.id), at=at)
    if outcome.owes_proof:
        queue_proof(session, session.get_one(Letter, claim.id), at=at)
