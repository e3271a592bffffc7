"""The staff's start page: what waits for me, what is stuck, what closes soon."""

from datetime import datetime, timedelta

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.permissions import Act
from signoff.domain.positions.status import RoundEnd, VersionState
from signoff.domain.time import Clock
from signoff.models import Round
from signoff.services.outbox.complaints import open_complaints
from signoff.services.outbox.outbox import undelivered_letters
from signoff.services.partners.applications import waiting_applications
from signoff.services.partners.contacts import unconfirmed_contacts
from signoff.services.partners.name_proposals import waiting_names
from signoff.services.partners.postings import waiting_postings
from signoff.services.partners.referrals import waiting_referrals
from signoff.services.positions.positions import all_positions, titles_of
from signoff.services.positions.reviewers import assignments
from signoff.services.positions.version_status import VersionStatus, statuses_of_versions
from signoff.services.publications.problem_reports import open_reports
from signoff.services.publications.schedules import waiting_acts
from signoff.services.publications.witnessed_heads import witness_problems
from signoff.services.record.sealing import SEALED_WITHIN, oldest_unsealed
from signoff.services.rounds.consultations import unsettled_comments
from signoff.services.rounds.progress import progress_in_short
from signoff.web.access import staff
from signoff.web.installation import acting, db, installation
from signoff.web.staff.blueprint import pages

_SOON = timedelta(days=7)
_MOST = 500
_MOST_LETTERS = 20


@pages.get("/staff/")
@staff(Act.READ)
def start() -> str:
    """The start page."""
    positions, scheduled = all_positions(db(), limit=_MOST), waiting_acts(db())
    comments = unsettled_comments(db())
    newest = [versions[0] for versions in statuses_of_versions(db(), positions).values() if versions]
    planned = {one.version_id for one in scheduled}
    unplanned = [life for life in newest if life.version.id not in planned]
    return render_template(
        "staff/start.html",
        section="staff.start",
        to_check=[life for life in newest if life.state == VersionState.DRAFTED],
        assigned=assignments(db(), [position.id for position in positions]),
        to_ask=[life for life in unplanned if life.state == VersionState.CHECKED and life.round is None],
        to_publish=(ripe := [life for life in unplanned if _may_be_ripe(life)]),
        progress=progress_in_short(db(), {life.version.id for life in ripe}),
        scheduled=scheduled,
        closing=_closing_soon(db(), installation().clock),
        undelivered=undelivered_letters(db(), limit=_MOST_LETTERS),
        unsealed=_unsealed_too_long(db(), installation().clock),
        unwitnessed=witness_problems(db(), installation().settings.witnesses),
        is_empty=not positions,
        titles=titles_of(db(), (position.id for position, _ in comments)),
        unconfirmed=unconfirmed_contacts(db(), at=installation().clock(), limit=_MOST_LETTERS),
        proposals=waiting_names(db()),
        postings=waiting_postings(db()),
        referrals=waiting_referrals(db()),
        complaints=open_complaints(db()).values(),
        applications=waiting_applications(db()),
        comments=comments,
        reports=open_reports(db()),
        me=acting(),
    )


def _may_be_ripe(life: VersionStatus) -> bool:
    if life.round is None or life.round.ended_as in (RoundEnd.RECALLED, RoundEnd.REPLACED):
        return False
    return life.publication is None and life.state != VersionState.DRAFTED


def _closing_soon(session: Session, clock: Clock) -> list[Round]:
    at = clock()
    query = select(Round).where(Round.ended_at.is_(None), Round.deadline <= at + _SOON).order_by(Round.deadline)
    return list(session.scalars(query.options(joinedload(Round.version))))


def _unsealed_too_long(session: Session, clock: Clock) -> datetime | None:
    waiting = oldest_unsealed(session)
    return waiting if waiting and clock() - waiting > SEALED_WITHIN else None
