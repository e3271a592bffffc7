"""Staff recall a round for good, or stop asking one partner; both void what was approved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.as_shown import ensure_as_shown
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import ASKING, LetterKind
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.status import RoundEnd
from signoff.domain.text_input import clean_text, text_problem
from signoff.models import Letter, Partner, Publication, Request, Round, Version
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import last_answer
from signoff.services.answers.rows import add_removal
from signoff.services.locks import hold_position, hold_version
from signoff.services.outbox.heard import has_told
from signoff.services.outbox.letter_queue import cancel_asking, cancel_waiting, queue_contact_letters
from signoff.services.publications.publications import retire_if_named
from signoff.services.record.record import record
from signoff.services.rounds.board import asked_still, digest_of_approvals, digest_of_rows
from signoff.services.rounds.deadlines import count_waiting
from signoff.services.rounds.links import contacts_with_links

LONGEST_REASON = 2_000
_ANSWERED_MEANWHILE = "Someone answered or was dropped in the meantime, so nothing was done. Please look again."


@dataclass(frozen=True)
class RecallResult:
    """What a recall did: whom it concerned, whose approvals it voided, and how many emails tell of it."""

    partners: Sequence[Partner]
    voided: Sequence[Partner]
    letters: int


def recall(act: ActContext, round_: Round, *, reason: str, shown: str | None = None) -> RecallResult:
    """End a round for good, with a reason its partners are told; its approvals are void.

    Where the version is public already, the approvals stand and nothing public changes. `shown` is the digest of the
    approvals that were shown; NotAsShown when there are others by now, Conflict when the round was recalled or
    replaced before.
    """
    ensure_may(act.by, Act.ASK)
    _hold(act.session, round_.version)
    ensure_as_shown(shown, digest_of_approvals(act.session, round_.version), _ANSWERED_MEANWHILE)
    reason = clean_reason(reason)
    act.session.refresh(round_)
    if round_.ended_as in (RoundEnd.RECALLED, RoundEnd.REPLACED):
        raise Conflict(f"This round was {round_.ended_as} already. Nothing was changed.")
    version, at = round_.version, act.at()
    waiting = count_waiting(act.session, version.id)
    round_.ended_at, round_.ended_as, round_.ended_reason = at, RoundEnd.RECALLED, reason
    act.session.flush()
    cancel_waiting(act.session, "The round was recalled.", kinds=ASKING, version_id=version.id)
    requests = act.session.scalars(select(Request).where(Request.version_id == version.id).order_by(Request.id)).all()
    is_public = act.session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is not None
    voided = [request.partner for request in requests if not is_public and void_approval(act, request, reason, at=at)]
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "reason": reason,
        "waiting": waiting,
        "approvals": len(voided),
    }
    record(act.session, "round_recalled", by=act.by, at=at, facts=facts, position=version.position)
    concerned = [request for request in requests if request.dropped_at is None]
    letters = sum(notify_ended(act.session, request, version, at=at) for request in concerned)
    return RecallResult([request.partner for request in concerned], voided, letters)


def drop_partners(
    act: ActContext, version: Version, ids: Collection[int], *, reason: str, shown: str
) -> Sequence[Partner]:
    """Stop asking those among some partners that are asked still; returns them.

    `shown` is the digest of their rows on the board; NotAsShown when someone answered or was dropped since.
    """
    ensure_may(act.by, Act.ASK)
    _hold(act.session, version)
    rows = asked_still(act.session, version, ids)
    ensure_as_shown(shown, digest_of_rows(rows), _ANSWERED_MEANWHILE)
    reason = clean_reason(reason)
    for row in rows:
        _drop(act, version, row.partner, reason)
    return [row.partner for row in rows]


def drop_partner(
    act: ActContext, version: Version, partner: Partner, *, reason: str, shown: str | None = None
) -> Request:
    """Stop asking one partner about a version, with a reason it is told; an approval of it that stands is void.

    `shown` as for several. NotFound when it was not asked; one that was dropped before is answered as it stands.
    """
    ensure_may(act.by, Act.ASK)
    _hold(act.session, version)
    if shown is not None:
        now = digest_of_rows(asked_still(act.session, version, {partner.id}))
        ensure_as_shown(shown, now, _ANSWERED_MEANWHILE)
    return _drop(act, version, partner, clean_reason(reason))


def _drop(act: ActContext, version: Version, partner: Partner, reason: str) -> Request:
    request = act.session.scalar(
        select(Request).where(Request.version_id == version.id, Request.partner_id == partner.id)
    )
    if request is None:
        raise NotFound("This partner was not asked about this version.")
    if request.dropped_at is not None:
        return request
    at = act.at()
    request.dropped_at, request.dropped_reason = at, reason
    act.session.flush()
    cancel_asking(act.session, request, "The partner is no longer asked.")
    was_named = void_approval(act, request, reason, at=at)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": partner.slug,
        "reason": reason,
        "was_named": was_named,
    }
    record(act.session, "partner_dropped", by=act.by, at=at, facts=facts, position=version.position)
    notify_ended(act.session, request, version, at=at)
    return request


def _hold(session: Session, version: Version) -> None:
    hold_position(session, version.position_id)
    hold_version(session, version.id)


def clean_reason(reason: str) -> str:
    """A reason in canonical characters; Invalid when there is none or it is too long."""
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=LONGEST_REASON):
        raise Invalid({"reason": problem})
    return reason


def void_approval(act: ActContext, request: Request, reason: str, *, at: datetime) -> bool:
    """End an approval that stands, with a reason its partner is told; returns whether there was one."""
    last = last_answer(act.session, request.version_id, request.partner_id)
    if last is None or last.verdict != Verdict.APPROVE:
        return False
    add_removal(act, request, last, reason, at=max(at, last.at))
    retire_if_named(act.session, request.version, request.partner_id, by=act.by, at=at)
    return True


def notify_ended(session: Session, request: Request, version: Version, *, at: datetime) -> int:
    """Tell those of a partner's contacts who have heard of the question that it is asked no more, and why.

    Returns how many letters were queued.
    """
    contacts = contacts_with_links(session, request)
    ids = [contact.id for contact, _ in contacts]
    heard = set(
        session.scalars(
            select(Letter.contact_id).where(Letter.version_id == version.id, Letter.contact_id.in_(ids), has_told())
        )
    )
    # A contact of its other entry may have heard of another question about the same version.
    own = [(contact, link) for contact, link in contacts if link or contact.partner_id == request.partner_id]
    whom = [(contact, link) for contact, link in own if contact.id in heard]
    return queue_contact_letters(session, LetterKind.RECALLED, version, whom, at=at)
