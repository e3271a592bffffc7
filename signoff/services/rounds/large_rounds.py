"""Rounds that ask many: planned as a whole, then asked in parts, so that contacts can be changed in between.

Each part is a transaction of its own, under the same rules as a small round. The first one opens the round, or adds to
the one that stands; each of the others adds partners to it, and only while it is as the first one left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown
from signoff.domain.errors import Conflict, Missing
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Letter, Link, Partner, Request, Round, Version
from signoff.models.base import among, batched
from signoff.services.act import ActContext
from signoff.services.locks import hold_people, hold_position
from signoff.services.outbox.letter_queue import call_for_workers, call_no_workers_yet
from signoff.services.positions.publishing_rules import reasons_not_to_send
from signoff.services.rounds.recipient_preview import RecipientPreview, ensure_no_warnings, to_be_asked
from signoff.services.rounds.rounds import AskResult, RoundTerms, ask_held, find_round, hold_for_asking, sound_terms

_AT_ONCE = 1_000  # partners in a part, which takes about half a second


@dataclass(frozen=True)
class Part:
    """Some of the partners to ask, by id, and a digest of what they were shown to get; None when nothing was shown.

    `may_be_kept` is true when it was asked before and the connection broke during the commit.
    """

    ids: tuple[int, ...]
    shown: str | None
    may_be_kept: bool = False


@dataclass(frozen=True)
class LargeRound:
    """Whom to ask about a version, part by part, and on which terms; `asked_before` were asked before that.

    `planned_at` is aware UTC.
    """

    version_id: int
    terms: RoundTerms
    parts: tuple[Part, ...]
    asked_before: frozenset[int]
    planned_at: datetime

    @property
    def ids(self) -> list[int]:
        """Whom to ask, by id."""
        return [number for part in self.parts for number in part.ids]

    @cached_property
    def partners(self) -> int:
        """How many partners are asked in all."""
        return len(self.ids)

    def is_last(self, part: Part) -> bool:
        """Whether all are asked once this part is, which may have been tried before."""
        return part.ids == self.parts[-1].ids


def is_large(partners: int) -> bool:
    """Whether so many partners are asked in parts."""
    return partners > _AT_ONCE


def plan_round(act: ActContext, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> LargeRound:
    """How these partners are asked in parts. Refuses as `ask` does, with all that stands in the way; holds nothing."""
    terms = _sound_plan(act, version, partners, terms)
    parts = (Part(tuple(partner.id for partner in some), None) for some in batched(partners, _AT_ONCE))
    return LargeRound(version.id, terms, tuple(parts), _asked_of(act.session, version.id, partners), act.at())


def plan_as_shown(act: ActContext, preview: RecipientPreview, *, shown: str, is_warned: bool) -> LargeRound:
    """How exactly those are asked in parts whom a page showed, in the words that it showed.

    Refuses as `ask_as_shown` does; each part is compared again when it is asked.
    """
    ensure_as_shown(shown, preview.digest)
    if not is_warned:
        ensure_no_warnings(act, preview)
    version, partners = preview.version, [partner for partner, _ in preview.recipients]
    _sound_plan(act, version, partners, preview.terms)
    parts = (
        Part(tuple(partner.id for partner, _ in some.recipients), some.digest) for some in preview.in_parts(_AT_ONCE)
    )
    # Someone else may have asked some of them since the page was shown, or since the round was scheduled.
    return LargeRound(version.id, preview.terms, tuple(parts), _asked_of(act.session, version.id, partners), act.at())


def _sound_plan(act: ActContext, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> RoundTerms:
    ensure_may(act.by, Act.ASK)
    terms = sound_terms(terms)
    if reasons := reasons_not_to_send(
        act.session, version, partners=partners, deadline=terms.deadline, clock=act.clock
    ):
        raise Missing(reasons, "Nothing was sent.")
    return terms


def ask_part(act: ActContext, planned: LargeRound, part: Part) -> AskResult:
    """Ask one part of a large round, in a transaction that does nothing else; the parts before it have been asked.

    Refuses as `ask` does, with NotAsShown when other emails would be sent, and with Conflict when the round ended or
    was given another deadline since its first part. A part that was kept is not asked again.
    """
    session = act.session
    _plan_statements_anew(session)
    hold_people(session, only_reading=True)
    version = session.get_one(Version, planned.version_id)
    hold_position(session, version.position_id)
    if part is not planned.parts[0]:
        standing = _ensure_goes_on(session, version, planned.terms)
        if kept := _find_kept(session, standing, planned, part):
            return kept
    partners = hold_for_asking(session, version, part.ids)
    if part.shown is not None:
        ensure_as_shown(part.shown, to_be_asked(session, version, partners, planned.terms).digest)
    result = ask_held(act, version, partners, planned.terms)
    # Workers that write the first emails would take the cores that asking the others needs, while someone waits for it.
    # If it stops early, the worker that looks for emails each minute finds those of the parts that were asked.
    call_no_workers_yet(session)
    if planned.is_last(part):
        call_for_workers(session, planned.partners)
    return result


def _ensure_goes_on(session: Session, version: Version, terms: RoundTerms) -> Round:
    standing = find_round(session, version)
    if standing is None or standing.ended_at is not None or standing.deadline != terms.deadline:
        raise Conflict("The round has ended or was given another deadline.")
    return standing


def _find_kept(session: Session, standing: Round, planned: LargeRound, part: Part) -> AskResult | None:
    """What asking a part did, if that was kept when the connection broke; None when it has to be asked."""
    if not part.may_be_kept or len(_asked_by_now(session, planned, part.ids)) < len(part.ids):
        return None
    asked_now = [number for number in part.ids if number not in planned.asked_before]
    letters = (
        select(func.count())
        .select_from(Letter)
        .join(Link, Link.id == Letter.link_id)
        .join(Request, (Request.partner_id == Link.partner_id) & (Request.version_id == Letter.version_id))
        .where(
            Letter.version_id == standing.version_id,
            Letter.kind.in_((LetterKind.REQUEST, LetterKind.REPLACED)),
            Letter.queued_at >= Request.asked_at,
            among(Link.partner_id, asked_now),
        )
    )
    requests = select(func.count()).select_from(Request).where(*_standing(standing.version_id))
    return AskResult(
        standing, session.scalar(requests) or 0, len(asked_now), session.scalar(letters) or 0, is_new=False
    )


def count_asked(session: Session, planned: LargeRound) -> int:
    """How many of those to ask have been asked since it was planned."""
    return len(_asked_by_now(session, planned, planned.ids) - planned.asked_before)


def _asked_of(session: Session, version_id: int, partners: Sequence[Partner]) -> frozenset[int]:
    ids = among(Request.partner_id, [partner.id for partner in partners])
    return frozenset(session.scalars(select(Request.partner_id).where(*_standing(version_id), ids)))


def _asked_by_now(session: Session, planned: LargeRound, partner_ids: Sequence[int]) -> frozenset[int]:
    # Also those that someone dropped as soon as they were asked: to ask them again would undo that.
    stood = or_(Request.dropped_at.is_(None), Request.dropped_at >= planned.planned_at)
    ids = among(Request.partner_id, partner_ids)
    return frozenset(
        session.scalars(select(Request.partner_id).where(Request.version_id == planned.version_id, stood, ids))
    )


def _standing(version_id: int) -> tuple[ColumnElement[bool], ...]:
    return Request.version_id == version_id, Request.dropped_at.is_(None)


def _plan_statements_anew(session: Session) -> None:
    # PostgreSQL keeps the plans of the guards' statements. Made while a table was nearly empty, they read all of it for
    # each row that is added, and the round grows faster than the server looks at its tables.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("DISCARD PLANS"))
