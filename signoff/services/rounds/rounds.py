"""Rounds: ask partners to approve one version, and add partners or time to a round that stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotFound
from signoff.domain.letters import ASKING, CARRY_LINK, LetterKind
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.status import RoundEnd
from signoff.domain.rounds.reminders import DEFAULT_DAYS
from signoff.domain.text_input import clean_text, text_problem
from signoff.domain.time import rfc3339
from signoff.models import Letter, Link, Partner, Position, Request, Round, Version
from signoff.models.base import among
from signoff.models.bulk import add_rows
from signoff.models.merges import families
from signoff.models.rounds import AddedRequest, IssuedLink
from signoff.services.act import ActContext
from signoff.services.locks import hold_people, hold_position, hold_presence, hold_version
from signoff.services.outbox.letter_queue import cancel_waiting, queue_link_letters
from signoff.services.positions.publishing_rules import reasons_not_to_send
from signoff.services.record.record import record
from signoff.services.rounds.deadlines import count_waiting, notify_deadline_moved, waiting_partners
from signoff.services.rounds.links import issue_links, live_links

LONGEST_MESSAGE = 2_000
HIGHEST_MINIMUM = 10_000


@dataclass(frozen=True)
class RoundTerms:
    """What a round says besides its text: until when (aware UTC), a message, a minimum, and when it reminds."""

    deadline: datetime
    message: str = ""
    minimum: int = 0
    reminder_days: tuple[int, ...] = DEFAULT_DAYS


@dataclass(frozen=True)
class AskResult:
    """What asking did: the round, how many partners it asks in all, how many were asked and emails queued now."""

    round: Round
    requests: int
    asked_now: int
    letters_queued: int
    is_new: bool


def ask(act: ActContext, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> AskResult:
    """Ask partners to approve this version: opens its round, or adds partners to it, extends or reopens it.

    A round on an earlier version of the position ends as replaced, and its waiting letters are canceled. Refuses with
    Missing whatever stands in the way, with Conflict an earlier deadline.
    """
    ensure_may(act.by, Act.ASK)
    terms = sound_terms(terms)
    held = hold_for_asking(act.session, version, [partner.id for partner in partners])
    return ask_held(act, version, held, terms)


def ask_held(act: ActContext, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> AskResult:
    """Ask partners as `hold_for_asking` returned them, on sound terms. Refuses as `ask` does."""
    ensure_may(act.by, Act.ASK)
    if reasons := reasons_not_to_send(
        act.session, version, partners=partners, deadline=terms.deadline, clock=act.clock
    ):
        raise Missing(reasons, "Nothing was sent.")
    standing = find_round(act.session, version)
    if standing is None:
        _replace_open_round(act, version)
        return _open(act, version, partners, terms)
    return _extend(act, standing, partners, terms.deadline)


def hold_for_asking(session: Session, version: Version, partner_ids: Sequence[int]) -> list[Partner]:
    """Nothing changes meanwhile about whom asking these partners would ask what; they are returned as they are now."""
    hold_people(session, only_reading=True)
    hold_position(session, version.position_id)
    older = _find_open_round(session, version.position_id)
    for number in sorted({version.id, older.version_id if older else version.id}):
        hold_version(session, number)
    return hold_presence(session, partner_ids)


def sound_terms(terms: RoundTerms) -> RoundTerms:
    """The terms in canonical characters; Invalid with a sentence for each unusable field."""
    message = clean_text(terms.message)
    errors = {
        "message": text_problem(message, longest=LONGEST_MESSAGE, needed=False),
        "minimum": "" if 0 <= terms.minimum <= HIGHEST_MINIMUM else "Please give a number from 0 to 10,000.",
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    return RoundTerms(terms.deadline, message, terms.minimum, terms.reminder_days)


def _open(act: ActContext, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> AskResult:
    at = act.at()
    opened = Round(
        position_id=version.position_id,
        version=version,
        deadline=terms.deadline,
        minimum=terms.minimum,
        message=terms.message,
        reminder_days=list(terms.reminder_days),
        opened_by=act.by.id,
        opened_at=at,
    )
    act.session.add(opened)
    act.session.flush()
    letters = _add_requests(act.session, version, partners, key=act.link_key, at=at)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "deadline": rfc3339(terms.deadline),
        "minimum": terms.minimum,
        "partners": [partner.slug for partner in partners],
    }
    record(act.session, "round_opened", by=act.by, at=at, facts=facts, position=version.position)
    return AskResult(opened, len(partners), len(partners), letters, is_new=True)


def _extend(act: ActContext, standing: Round, partners: Sequence[Partner], deadline: datetime) -> AskResult:
    if deadline < standing.deadline:
        raise Conflict("This version already has a round, and the new deadline is earlier. Nothing was changed.")
    at = act.at()
    version = standing.version
    one = families(act.session)
    members = {number for partner in partners for number in one.members(partner.id)}
    of_round = (Request.version_id == version.id, Request.dropped_at.is_(None))
    asked = set(act.session.scalars(select(Request.partner_id).where(*of_round, among(Request.partner_id, members))))
    added = [partner for partner in partners if asked.isdisjoint(one.members(partner.id))]
    reopened, moved = standing.ended_at is not None, deadline != standing.deadline
    letters = 0
    if added or reopened or moved:
        standing.deadline, standing.ended_at, standing.ended_as = deadline, None, None
        act.session.flush()
        facts = {
            "position": version.position.slug,
            "version": version.number,
            "deadline": rfc3339(deadline),
            "partners": [partner.slug for partner in added],
            "reopened": reopened,
        }
        record(act.session, "round_extended", by=act.by, at=at, facts=facts, position=version.position)
        if moved or reopened:
            letters += notify_deadline_moved(act.session, version, waiting_partners(act.session, version.id), at=at)
    letters += _add_requests(act.session, version, added, key=act.link_key, at=at)
    number = act.session.scalar(select(func.count()).select_from(Request).where(*of_round)) or 0
    return AskResult(standing, number, len(added), letters, is_new=False)


def _add_requests(session: Session, version: Version, partners: Sequence[Partner], *, key: str, at: datetime) -> int:
    if not partners:
        return 0
    ids = [partner.id for partner in partners]
    dropped = _asked_again(session, version, ids, at=at)
    rows = [
        {"partner_id": n, "version_id": version.id, "added_at": at, "asked_at": at} for n in ids if n not in dropped
    ]
    needed = [Request.id, Request.partner_id, Request.version_id]
    new = list(map(AddedRequest._make, add_rows(session, Request, rows, returning=needed))) if rows else []
    issued = issue_links(session, sorted([*dropped.values(), *new], key=lambda request: request.id), key=key, at=at)
    numbers = {link.id for link in issued}
    standing = [link for link in live_links(session, version.id, dropped) if link.id not in numbers] if dropped else []
    links: list[Link | IssuedLink] = [*issued, *standing]
    earlier = _asked_earlier(session, version, ids)
    letters = 0
    for kind, known in ((LetterKind.REQUEST, False), (LetterKind.REPLACED, True)):
        chosen = [link for link in links if (link.partner_id in earlier) == known]
        letters += queue_link_letters(session, kind, version, chosen, at=at)
    return letters


def _asked_again(session: Session, version: Version, partner_ids: Sequence[int], *, at: datetime) -> dict[int, Request]:
    # A partner that was dropped keeps its request and its links.
    dropped = session.scalars(
        select(Request).where(
            Request.version_id == version.id, among(Request.partner_id, partner_ids), Request.dropped_at.is_not(None)
        )
    ).all()
    for request in dropped:
        request.asked_at, request.dropped_at, request.dropped_reason = at, None, ""
    session.flush()
    return {request.partner_id: request for request in dropped}


def _asked_earlier(session: Session, version: Version, partner_ids: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(Request.partner_id)
            .join(Version, Version.id == Request.version_id)
            .where(
                Version.position_id == version.position_id,
                Version.number < version.number,
                among(Request.partner_id, partner_ids),
            )
        )
    )


def _find_open_round(session: Session, position_id: int) -> Round | None:
    query = select(Round).where(Round.position_id == position_id, Round.ended_at.is_(None))
    return session.scalar(query.execution_options(populate_existing=True))


def _replace_open_round(act: ActContext, version: Version) -> None:
    older = _find_open_round(act.session, version.position_id)
    if older is None:
        return
    at = act.at()
    waiting = count_waiting(act.session, older.version_id)
    older.ended_at, older.ended_as = at, RoundEnd.REPLACED
    act.session.flush()
    reason = f"The round was replaced by one on version {version.number}."
    cancel_waiting(act.session, reason, kinds=ASKING, version_id=older.version_id)
    facts = {
        "position": version.position.slug,
        "version": older.version.number,
        "by_version": version.number,
        "waiting": waiting,
    }
    record(act.session, "round_replaced", by=act.by, at=at, facts=facts, position=version.position)


def find_round(session: Session, version: Version) -> Round | None:
    """The round on this version, if there is one."""
    return session.scalar(select(Round).where(Round.version_id == version.id))


def get_round(session: Session, position: Position, number: int) -> Round:
    """The round of a position with this id; NotFound otherwise."""
    round_ = session.get(Round, number)
    if round_ is None or round_.position_id != position.id:
        raise NotFound("This position has no such round.")
    return round_


@dataclass(frozen=True)
class DeliveryProgress:
    """How far a letter came: its state, and what the mail server said."""

    letter_id: int
    state: str
    reply: str


def delivery_of(session: Session, version: Version, ids: Collection[int] | None = None) -> dict[int, DeliveryProgress]:
    """How far each partner's newest letter with its question came, by the partner's id; of some partners, or of all."""
    query = (
        select(Link.partner_id, Letter.id, Letter.state, Letter.last_reply)
        .join(Letter, Letter.link_id == Link.id)
        .where(Letter.kind.in_(CARRY_LINK))
        .order_by(Letter.id)
    )
    if ids is None:
        query = query.where(Letter.version_id == version.id)
    else:
        # From the few requests to their letters; a link belongs to a request about this version alone.
        requests = select(Request.id).where(Request.version_id == version.id, Request.partner_id.in_(ids))
        query = query.where(Link.request_id.in_(requests))
    rows = session.execute(query)
    return {partner_id: DeliveryProgress(number, state, reply) for partner_id, number, state, reply in rows}
