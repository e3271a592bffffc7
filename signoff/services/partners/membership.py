"""Leaving the Coalition and coming back: unpublished texts lose the partner's name, published ones keep it, marked."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.as_shown import ensure_as_shown
from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act, ensure_may
from signoff.models import AcceptanceLink, Invitation, Partner, Publication, Request, Round, Version
from signoff.models.merges import members_of
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import last_answer
from signoff.services.answers.recall import clean_reason, notify_ended, void_approval
from signoff.services.locks import hold_names, hold_partners, hold_people, hold_position, hold_version
from signoff.services.outbox.letter_queue import cancel_asking
from signoff.services.partners.acceptances import end_acceptance_links
from signoff.services.partners.partners import ensure_whole
from signoff.services.partners.postings import end_what_names_others
from signoff.services.record.record import record
from signoff.services.rounds.partner_requests import digest_of_requests, requests_to


def leave(act: ActContext, partner: Partner, *, reason: str, shown: str | None = None) -> list[Version]:
    """A partner is not of the Coalition anymore; returns the versions on which its approval is void by that.

    It is asked nothing more, and its contacts are told about what they were being asked. Where it is named in public
    it stays named, marked as having left, until it withdraws. `shown` is the digest of its requests as they were shown;
    NotAsShown when they have changed, Conflict when it left before.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    _hold_for_leaving(act.session, partner)
    ensure_whole(partner)
    ensure_as_shown(shown, digest_of_requests(requests_to(act.session, partner.id, at=act.at())))
    reason = clean_reason(reason)
    if partner.left_at is not None:
        raise Conflict("This partner has already left. Nothing was changed.")
    at = act.at()
    voided = []
    for request in _requests(act.session, partner):
        version = act.session.get_one(Version, request.version_id)
        if _end(act, request, version, reason):
            voided.append(version)
    act.session.execute(
        update(Invitation)
        .where(Invitation.partner_id.in_(members_of(act.session, partner.id)), Invitation.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    end_acceptance_links(act.session, AcceptanceLink.partner_id.in_(members_of(act.session, partner.id)), at=at)
    for entry in (partner, *partner.doubles):
        entry.left_at = max(at, act.at())
    act.session.flush()
    record(act.session, "partner_left", by=act.by, at=at, facts={"partner": partner.slug, "reason": reason})
    return voided


def _hold_for_leaving(session: Session, partner: Partner) -> None:
    # What leaving would end does not change meanwhile. Asking reads the people, so the partner is asked nothing more.
    hold_people(session)
    versions = [request.version for request in _requests(session, partner)]
    for position_id in sorted({version.position_id for version in versions}):
        hold_position(session, position_id)
    for version_id in sorted(version.id for version in versions):
        hold_version(session, version_id)
    hold_partners(session, members_of(session, partner.id))
    session.refresh(partner)


def _requests(session: Session, partner: Partner) -> Sequence[Request]:
    own = Request.partner_id.in_(members_of(session, partner.id))
    query = select(Request).where(own).order_by(Request.version_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _end(act: ActContext, request: Request, version: Version, reason: str) -> bool:
    at = act.at()
    was_asked = request.dropped_at is None
    is_public = act.session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is not None
    last = last_answer(act.session, version.id, request.partner_id)
    stands_in_public = is_public and last is not None and last.verdict == Verdict.APPROVE
    if was_asked and not stands_in_public:
        request.dropped_at, request.dropped_reason = at, reason
        act.session.flush()
    cancel_asking(act.session, request, "The partner has left the Coalition.")
    voided = not is_public and void_approval(act, request, reason, at=at)
    if voided or (was_asked and (last is None) and _is_open(act.session, version)):
        notify_ended(act.session, request, version, at=at)
    return voided


def _is_open(session: Session, version: Version) -> bool:
    return session.scalar(select(Round.id).where(Round.version_id == version.id, Round.ended_at.is_(None))) is not None


def rejoin(act: ActContext, partner: Partner) -> None:
    """A partner is of the Coalition again. It approves again what it is asked; Conflict when it never left.

    What it said of itself is public again, but for what names another partner by now.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    hold_partners(act.session, members_of(act.session, partner.id))
    act.session.refresh(partner)
    ensure_whole(partner)
    if partner.left_at is None:
        raise Conflict("This partner has not left. Nothing was changed.")
    for entry in (partner, *partner.doubles):
        entry.left_at = None
    act.session.flush()
    record(act.session, "partner_returned", by=act.by, at=act.at(), facts={"partner": partner.slug})
    end_what_names_others(act, partner)
