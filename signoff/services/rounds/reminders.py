"""Reminders: by the round's plan, and by hand to exactly those who were shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import round_takes_answers
from signoff.domain.errors import NotAsShown, RoundClosed
from signoff.domain.letters import CARRY_LINK, LetterKind, LetterState
from signoff.domain.permissions import WORKER, Act, Actor, ensure_may
from signoff.domain.rounds.reminders import is_due, may_remind, planned
from signoff.domain.time import Clock
from signoff.models import Letter, Link, Partner, Request, Round
from signoff.services.act import ActContext
from signoff.services.locks import hold_version
from signoff.services.outbox.letter_queue import queue_link_letters
from signoff.services.record.record import record
from signoff.services.rounds.deadlines import waiting_partners
from signoff.services.rounds.links import live_links

# Letters after which a planned reminder would only repeat what was just said.
_ASK = (*CARRY_LINK, LetterKind.REFERRED)


@dataclass(frozen=True)
class WaitingPartner:
    """A partner that has not answered, the links that a reminder can reach, and when it last had a letter.

    `letter_waits` says that a letter asking it has not left yet: the plan sends none on top.
    """

    partner: Partner
    links: tuple[Link, ...]
    last_letter: datetime
    last_reminder: datetime | None
    letter_waits: bool = False


def who_waits(session: Session, round_: Round) -> list[WaitingPartner]:
    """The partners asked about a version that have not answered and that a letter can reach, by name."""
    partners = waiting_partners(session, round_.version_id)
    reachable = _reachable_links(session, round_, {partner.id for partner in partners})
    queued = _with_queued_letter(session, round_)
    letters, reminders = (_last(session, round_, kinds) for kinds in (_ASK, (LetterKind.REMINDER,)))
    asked = dict(
        session.execute(
            select(Request.partner_id, Request.added_at).where(Request.version_id == round_.version_id)
        ).all()
    )
    return [
        WaitingPartner(
            partner,
            tuple(reachable[partner.id]),
            max(letters.get(partner.id, asked[partner.id]), asked[partner.id]),
            reminders.get(partner.id),
            letter_waits=partner.id in queued,
        )
        for partner in partners
        if partner.id in reachable
    ]


def _reachable_links(session: Session, round_: Round, partner_ids: set[int]) -> dict[int, list[Link]]:
    # A contact whose last letter about this version came back, or was refused, gets no more of them.
    states = dict(
        session.execute(
            select(Letter.link_id, Letter.state)
            .where(Letter.version_id == round_.version_id, Letter.link_id.is_not(None))
            .order_by(Letter.id)
        ).all()
    )
    reachable: dict[int, list[Link]] = {}
    for link in live_links(session, round_.version_id, partner_ids):
        if states.get(link.id) not in (LetterState.FAILED, LetterState.BOUNCED):
            reachable.setdefault(link.partner_id, []).append(link)
    return reachable


def _with_queued_letter(session: Session, round_: Round) -> set[int]:
    return set(
        session.scalars(
            select(Link.partner_id)
            .join(Letter, Letter.link_id == Link.id)
            .where(
                Letter.version_id == round_.version_id,
                Letter.kind.in_(_ASK),
                Letter.state.in_((LetterState.QUEUED, LetterState.SENDING)),
            )
        )
    )


def _last(session: Session, round_: Round, kinds: Sequence[LetterKind]) -> dict[int, datetime]:
    rows = session.execute(
        select(Link.partner_id, func.max(Letter.queued_at).label("at"))
        .join(Letter, Letter.link_id == Link.id)
        .where(Letter.version_id == round_.version_id, Letter.kind.in_(kinds), Letter.state != LetterState.CANCELED)
        .group_by(Link.partner_id)
    )
    return dict(rows.all())


def who_is_reminded(
    session: Session, round_: Round, *, at: datetime, only: Collection[int] | None = None
) -> list[WaitingPartner]:
    """Exactly the partners that a reminder sent now would go to: waiting, reachable, not reminded within a day.

    `only` holds the ids of those among whom staff chose; None means all.
    """
    chosen = [
        waiting_partner
        for waiting_partner in who_waits(session, round_)
        if only is None or waiting_partner.partner.id in only
    ]
    return [
        waiting_partner for waiting_partner in chosen if may_remind(last_reminder=waiting_partner.last_reminder, at=at)
    ]


def remind_now(
    act: ActContext, round_: Round, *, only: Collection[int] | None = None, shown: Collection[int] | None = None
) -> list[Partner]:
    """Remind those who have not answered, or `only` some; returns the partners, none when all had a reminder today.

    `shown` holds the ids of the partners that were shown; NotAsShown when others would be reminded now. RoundClosed
    when the round takes no answers anymore.
    """
    ensure_may(act.by, Act.ASK)
    hold_version(act.session, round_.version_id)
    act.session.refresh(round_)
    at = act.at()
    if not round_takes_answers(deadline=round_.deadline, ended=round_.ended_at is not None, at=at):
        raise RoundClosed("This round no longer takes answers, so no one was reminded.")
    whom = who_is_reminded(act.session, round_, at=at, only=only)
    if shown is not None and {item.partner.id for item in whom} != set(shown):
        raise NotAsShown(
            "Someone answered or was reminded in the meantime, so no one was reminded now. "
            "Please look at the list again."
        )
    return _remind(act.session, round_, whom, planned=False, by=act.by, at=at)


def rounds_with_reminder(session: Session, *, zone: tzinfo, clock: Clock) -> list[int]:
    """The ids of open rounds of whose plan an instant has passed; each is looked at in a transaction of its own."""
    at = clock()
    open_rounds = session.scalars(
        select(Round).where(Round.ended_at.is_(None), Round.deadline >= at).order_by(Round.id)
    )
    return [open_round.id for open_round in open_rounds if any(instant <= at for instant in _plan(open_round, zone))]


def _plan(round_: Round, zone: tzinfo) -> list[datetime]:
    return planned(round_.deadline, round_.reminder_days, zone)


def remind_if_due(session: Session, round_id: int, *, zone: tzinfo, clock: Clock) -> int:
    """Remind, as a round's plan says, those who have not answered; returns how many partners. For the worker."""
    round_ = session.get_one(Round, round_id)
    hold_version(session, round_.version_id)
    session.refresh(round_)
    at, plan = clock(), _plan(round_, zone)
    if round_.ended_at is not None:
        return 0
    due = [
        waiting_partner
        for waiting_partner in who_waits(session, round_)
        if not waiting_partner.letter_waits
        and is_due(plan, deadline=round_.deadline, last_letter=waiting_partner.last_letter, at=at)
    ]
    return len(_remind(session, round_, due, planned=True, by=WORKER, at=at))


def _remind(
    session: Session, round_: Round, whom: Sequence[WaitingPartner], *, planned: bool, by: Actor, at: datetime
) -> list[Partner]:
    if not whom:
        return []
    links = [link for item in whom for link in item.links]
    queue_link_letters(session, LetterKind.REMINDER, round_.version, links, at=at)
    position, partners = round_.version.position, [item.partner for item in whom]
    facts = {
        "position": position.slug,
        "version": round_.version.number,
        "partners": [partner.slug for partner in partners],
        "planned": planned,
    }
    record(session, "partners_reminded", by=by, at=at, facts=facts, position=position)
    return partners
