"""How far a round has come: who has answered what, how long it still runs, and when it reminds next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind, LetterState
from signoff.domain.positions.next_step import Step, StepFacts, next_step
from signoff.domain.positions.status import RoundEnd
from signoff.domain.rounds.reminders import AT_MOST_EVERY, planned
from signoff.models import Base, Contact, Letter, Link, Partner, Round, Version
from signoff.models.rounds import request_state
from signoff.services.positions.version_status import VersionStatus
from signoff.services.rounds.board import answered, asked_now, has_note, tally

# What was said first, then who is silent.
_ORDER = ("approved", "declined", "abstained", "withdrawn", "contested", "removed", "waiting", "unanswered")


@dataclass(frozen=True)
class RoundProgress:
    """What came of a round so far; `counts` is its tally, `named` how many names a publication would show."""

    counts: Mapping[str, int] = field(default_factory=dict)
    with_note: int = 0
    named: int = 0

    @property
    def asked(self) -> int:
        """How many partners are being asked."""
        return asked_now(dict(self.counts))

    @property
    def answered(self) -> int:
        """How many of them have answered."""
        return answered(dict(self.counts))

    @property
    def waiting(self) -> int:
        """How many have not answered, though an email reached them."""
        return self.counts.get("waiting", 0)

    @property
    def unreached(self) -> int:
        """How many have not answered because no email reached them."""
        return self.counts.get("undeliverable", 0)

    @property
    def everybody_approved(self) -> bool:
        """Whether each partner that was ever asked approves now: never once one was dropped, removed or has left."""
        return 0 < self.named == self.counts.get("approved", 0) == sum(self.counts.values())

    @property
    def everybody_answered(self) -> bool:
        """Whether each partner that is being asked has answered."""
        return 0 < self.asked == self.answered


def progress_of(session: Session, version: Version) -> RoundProgress:
    """How far the round on this version has come."""
    state = request_state.c
    present = and_(state.status == "approved", Partner.left_at.is_(None))
    query = select(func.count().filter(has_note()), func.count().filter(present))
    query = query.join_from(request_state, Partner, Partner.id == state.partner_id)
    with_note, named = session.execute(query.where(state.version_id == version.id)).one()
    counts = tally(session, version)
    in_order = {status: counts.pop(status) for status in _ORDER if status in counts} | counts
    return RoundProgress(in_order, with_note, named)


def progress_in_short(session: Session, versions: Collection[int]) -> dict[int, RoundProgress]:
    """How far the rounds on these versions have come, by the version's id; whom no email reached counts as waiting."""
    state = request_state.c
    rows = session.execute(
        select(state.version_id, state.status, func.count(), func.count().filter(Partner.left_at.is_(None)))
        .join(Partner, Partner.id == state.partner_id)
        .where(state.version_id.in_(versions))
        .group_by(state.version_id, state.status)
    )
    counts: dict[int, dict[str, int]] = {}
    named: dict[int, int] = {}
    for version, status, number, present in rows:
        counts.setdefault(version, {})[status] = number
        if status == "approved":
            named[version] = present
    return {version: RoundProgress(found, named=named.get(version, 0)) for version, found in counts.items()}


def count_to_remind(session: Session, version: Version, *, at: datetime) -> int:
    """How many partners a reminder sent now would go to, as `who_is_reminded` finds them; in one query."""
    letter, later = (Base.metadata.tables["letter"].alias() for _ in range(2))
    of_link = letter.c.link_id == Link.id
    newer = exists().where(later.c.link_id == letter.c.link_id, later.c.id > letter.c.id)
    lost = exists().where(of_link, letter.c.state.in_((LetterState.FAILED, LetterState.BOUNCED)), ~newer)
    reminded = (
        select(Link.partner_id)
        .join(Letter, Letter.link_id == Link.id)
        .where(Letter.version_id == version.id, Letter.kind == LetterKind.REMINDER)
        .where(Letter.state != LetterState.CANCELED, Letter.queued_at > at - AT_MOST_EVERY)
    )
    query = (
        select(func.count(Link.partner_id.distinct()))
        .join(request_state, request_state.c.request_id == Link.request_id)
        .join(Contact, Contact.id == Link.contact_id)
        .join(Partner, Partner.id == Link.partner_id)
        .where(request_state.c.version_id == version.id, request_state.c.status == "waiting")
        .where(Link.revoked_at.is_(None), Link.referred_at.is_(None), Partner.left_at.is_(None))
        .where(Contact.removed_at.is_(None), Contact.may_answer == 1, ~lost, Link.partner_id.not_in(reminded))
    )
    return session.scalar(query) or 0


def next_reminder(round_: Round, *, zone: tzinfo, at: datetime) -> datetime | None:
    """When the round's plan reminds next, in UTC; None when it does not anymore."""
    if round_.ended_at is not None:
        return None
    return next((instant for instant in planned(round_.deadline, round_.reminder_days, zone) if instant > at), None)


def days_left(round_: Round, *, zone: tzinfo, at: datetime) -> int:
    """How many calendar days of the zone lie between now and the deadline; zero on its day and after it."""
    return max(0, (round_.deadline.astimezone(zone).date() - at.astimezone(zone).date()).days)


def step_of(
    life: VersionStatus, progress: RoundProgress, *, to_remind: int, may_be_sent: bool, may_be_published: bool
) -> Step:
    """What should happen next to a version: `to_remind` partners could be reminded now."""
    round_ = life.round
    return next_step(
        StepFacts(
            is_checked=life.check is not None,
            may_be_sent=may_be_sent,
            may_be_published=may_be_published,
            has_round=round_ is not None,
            round_is_open=round_ is not None and round_.ended_at is None,
            round_is_void=round_ is not None and round_.ended_as in (RoundEnd.RECALLED, RoundEnd.REPLACED),
            is_public=life.publication is not None and life.publication.ended_at is None,
            was_public=life.publication is not None and life.publication.ended_at is not None,
            waiting=progress.waiting,
            to_remind=to_remind,
            unreached=progress.unreached,
        )
    )
