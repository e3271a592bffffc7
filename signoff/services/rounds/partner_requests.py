"""A partner's own view: every request it received, what it answered, and where it is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import round_takes_answers
from signoff.domain.as_shown import shown_digest
from signoff.models import Answer, Publication, Request, Round, Version
from signoff.models.merges import members_of
from signoff.models.rounds import request_state


@dataclass(frozen=True)
class PartnerRequest:
    """One question to a partner: about which version, until when, what came of it, and where it stands in public."""

    request: Request
    version: Version
    round: Round
    status: str
    is_open: bool
    answer: Answer | None
    publication: Publication | None

    @property
    def is_named(self) -> bool:
        """Whether the partner is named in public on this version now."""
        return self.status == "approved" and self.publication is not None and self.publication.ended_at is None


def requests_to(session: Session, partner_id: int, *, at: datetime) -> Sequence[PartnerRequest]:
    """Every question to a partner, under each of its entries, open ones first and by deadline, then the newest."""
    rows = session.execute(
        select(Request, Version, Round, request_state.c.status, Answer, Publication)
        .join(request_state, request_state.c.request_id == Request.id)
        .join(Version, Version.id == Request.version_id)
        .join(Round, Round.version_id == Request.version_id)
        .outerjoin(Answer, Answer.id == request_state.c.answer_id)
        .outerjoin(Publication, Publication.version_id == Request.version_id)
        .where(Request.partner_id.in_(members_of(session, partner_id)))
        .options(joinedload(Version.position))
    )
    partner_requests = [
        PartnerRequest(
            request,
            version,
            asked,
            status,
            request.dropped_at is None
            and round_takes_answers(deadline=asked.deadline, ended=asked.ended_at is not None, at=at),
            answer,
            publication,
        )
        for request, version, asked, status, answer, publication in rows
    ]
    return sorted(
        partner_requests,
        key=lambda item: (
            not item.is_open,
            item.round.deadline.timestamp() * (1 if item.is_open else -1),
            item.request.id,
        ),
    )


def digest_of_requests(partner_requests: Sequence[PartnerRequest]) -> str:
    """What came of a partner's requests, and where it is named, as a page shows it before the partner leaves."""
    return shown_digest(f"{item.version.id}:{item.status}:{item.is_named}" for item in partner_requests)
