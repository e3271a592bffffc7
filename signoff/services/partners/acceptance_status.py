"""What stands for partners about the commitments: accepted, not accepted, asked and silent, or not asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Acceptance, AcceptanceLink, PrinciplesEdition
from signoff.models.base import among
from signoff.models.merges import families


class AcceptanceState(StrEnum):
    """What a partner has said about the commitments of an edition."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WAITING = "waiting"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class AcceptanceStatus:
    """The state of one partner: since when, and what was said, if anything was."""

    state: AcceptanceState = AcceptanceState.NOT_ASKED
    at: datetime | None = None
    said: Acceptance | None = None


def acceptance_statuses(
    session: Session, edition: PrinciplesEdition, partner_ids: Collection[int]
) -> dict[int, AcceptanceStatus]:
    """The state of each of these partners about an edition's commitments, by its id."""
    said, asked = last_acceptances(session, edition, partner_ids), last_asked(session, edition, partner_ids)
    return {number: _status(said.get(number), asked.get(number)) for number in partner_ids}


def _status(said: Acceptance | None, asked_at: datetime | None) -> AcceptanceStatus:
    if said is not None:
        state = AcceptanceState.ACCEPTED if said.accepted else AcceptanceState.DECLINED
        return AcceptanceStatus(state, said.at, said)
    return AcceptanceStatus(AcceptanceState.WAITING, asked_at) if asked_at else AcceptanceStatus()


def last_acceptances(
    session: Session, edition: PrinciplesEdition, partner_ids: Collection[int]
) -> dict[int, Acceptance]:
    """What stands for each of these partners about an edition's commitments, by its id; those silent are left out."""
    one = families(session)
    members = {number for partner_id in partner_ids for number in one.members(partner_id)}
    query = select(Acceptance).where(Acceptance.edition_id == edition.id, among(Acceptance.partner_id, members))
    return {one.whole(row.partner_id): row for row in session.scalars(query.order_by(Acceptance.id))}


def last_asked(session: Session, edition: PrinciplesEdition, partner_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these partners was last asked to accept an edition's commitments, by its id."""
    one = families(session)
    members = {number for partner_id in partner_ids for number in one.members(partner_id)}
    query = select(AcceptanceLink.partner_id, AcceptanceLink.asked_at).where(
        AcceptanceLink.edition_id == edition.id, among(AcceptanceLink.partner_id, members)
    )
    return {one.whole(number): at for number, at in session.execute(query.order_by(AcceptanceLink.asked_at))}


def accepted_before(
    session: Session, edition: PrinciplesEdition, partner_id: int
) -> list[tuple[PrinciplesEdition, Acceptance]]:
    """The editions before this one whose commitments a partner accepted, newest first, each with what was said."""
    earlier = select(PrinciplesEdition).where(PrinciplesEdition.number < edition.number)
    editions = session.scalars(earlier.order_by(PrinciplesEdition.number.desc())).all()
    said = [(one, last_acceptances(session, one, [partner_id]).get(partner_id)) for one in editions]
    return [(one, row) for one, row in said if row is not None and row.accepted]
