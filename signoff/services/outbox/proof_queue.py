"""Letters that bring a partner's proof: which of them wait for a signed head, and which owe the file when they left."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from signoff.domain.letters import PROOF_WITHIN, PROVEN, LetterKind, LetterState
from signoff.models import Answer, Leaf, Letter, LogHead
from signoff.services.outbox.letter_queue import queue_contact_letters


def waits_for_proof(at: datetime) -> ColumnElement[bool]:
    """The condition that a letter waits because no signed head commits to its answer yet.

    After ten minutes it waits no longer; only a letter that brings nothing but the file waits for as long as it takes.
    """
    record_size = select(LogHead.record_size).order_by(LogHead.size.desc()).limit(1).scalar_subquery()
    is_under_head = exists().where(
        Answer.id == Letter.answer_id, Leaf.entry_id == Answer.entry_id, Leaf.number < record_size
    )
    is_patient = or_(Letter.kind == LetterKind.PROOF, Letter.queued_at > at - PROOF_WITHIN)
    return and_(Letter.kind.in_(PROVEN), Letter.contact_id.is_not(None), is_patient, ~is_under_head)


def queue_proof(session: Session, letter: Letter, *, at: datetime) -> None:
    """Queue a letter that brings the file which this one left without, unless one waits already."""
    if letter.contact is None or letter.answer_id is None:
        return
    waits = select(Letter.id).where(
        Letter.kind == LetterKind.PROOF,
        Letter.contact_id == letter.contact_id,
        Letter.answer_id == letter.answer_id,
        Letter.state.in_((LetterState.QUEUED, LetterState.SENDING)),
    )
    if session.scalar(waits.limit(1)) is None:
        whom = [(letter.contact, letter.link)]
        queue_contact_letters(session, LetterKind.PROOF, letter.version, whom, at=at, answer_id=letter.answer_id)
