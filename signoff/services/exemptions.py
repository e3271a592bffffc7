"""Exemptions: a reviewer records why words in a text are not the partner whose name they contain."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers import Verdict
from signoff.domain.moments import Clock
from signoff.domain.permissions import Actor
from signoff.domain.refusals import Conflict, Invalid
from signoff.domain.text_input import clean_text, text_problem
from signoff.models import Answer, Exemption, Partner, Publication, Version
from signoff.services.checks import ensure_reviewer
from signoff.services.gathering import passages_of
from signoff.services.locks import hold_names, hold_version
from signoff.services.record import record

LONGEST_REASON = 1_000


def exempt_words(
    session: Session, version: Version, partner: Partner, *, reason: str, by: Actor, clock: Clock
) -> Exemption:
    """Record that every passage of this version that holds the partner's name means something else, and why.

    Holds for these passages of this version alone, and before the partner approved and the version is published.
    Whoever records it does not publish it. Refuses with NotAllowed an author of the position, Conflict when it is too
    late or the words name the partner nowhere, Invalid without a reason.
    """
    ensure_reviewer(session, version, by)
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=LONGEST_REASON):
        raise Invalid({"reason": problem})
    hold_for_exempting(session, version)
    _ensure_early(session, version, partner)
    passages = [passage.words for passage in passages_of(session, version, partner.id)]
    if not passages:
        raise Conflict(f"Nothing in this version names {partner.name}.")
    for earlier in exemptions_of(session, version):
        if (earlier.partner_id, earlier.passages, earlier.reason) == (partner.id, passages, reason):
            return earlier
    return _add(session, version, partner, passages, reason, by=by, at=clock())


def hold_for_exempting(session: Session, version: Version) -> None:
    """Nothing changes meanwhile about which passages of a version hold which names."""
    hold_names(session, only_reading=True)
    hold_version(session, version.id)


def _add(
    session: Session, version: Version, partner: Partner, passages: list[str], reason: str, *, by: Actor, at: datetime
) -> Exemption:
    exemption = Exemption(
        version_id=version.id,
        partner_id=partner.id,
        passages=passages,
        reason=reason,
        recorded_by=by.id,
        recorded_at=at,
    )
    session.add(exemption)
    session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": partner.slug,
        "passages": passages,
        "reason": reason,
    }
    record(session, "words_exempted", by=by, at=at, facts=facts, position=version.position)
    return exemption


def _ensure_early(session: Session, version: Version, partner: Partner) -> None:
    # Who approved these words approved them as they name it; nobody re-reads them afterwards.
    approved = select(Answer.id).where(
        Answer.version_id == version.id, Answer.partner_id == partner.id, Answer.verdict == Verdict.APPROVE
    )
    if session.scalar(approved.limit(1)) is not None:
        raise Conflict(f"{partner.name} has approved this version, so its words stay as they were read.")
    if session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is not None:
        raise Conflict("This version has been published, so its words stay as they were read.")


def exemptions_of(session: Session, version: Version) -> Sequence[Exemption]:
    """What was recorded about words of this version, oldest first."""
    return session.scalars(select(Exemption).where(Exemption.version_id == version.id).order_by(Exemption.id)).all()
