"""Reports of a problem with a public list: taken from anyone, read and settled by staff; none changes the list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, true, update
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, NotFound, TooMany
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, Role, ensure_may
from signoff.domain.publications.problem_reports import COUNTED_FOR, ReportForm, are_too_many
from signoff.domain.rounds.links import link_secret
from signoff.models import Position, ProblemReport, Publication
from signoff.services.accounts.throttling import network_of
from signoff.services.act import ActContext
from signoff.services.locks import hold_position, hold_reports
from signoff.services.outbox.letter_queue import queue_staff_letters, staff_in_role
from signoff.services.publications.publications import find_live_publication
from signoff.services.record.record import record

_NETWORK = "network"


def report_problem(act: ActContext, position: Position, form: ReportForm, *, source: str) -> ProblemReport:
    """Keep what someone says is wrong with the list of a position that is public now, and tell the publishers.

    NotFound when it is not public, Invalid for an unusable form, TooMany after too many within the hour.
    """
    form = form.cleaned()
    hold_reports(act.session)
    hold_position(act.session, position.id)
    live = find_live_publication(act.session, position)
    if live is None:
        raise NotFound("There is no published position under this address.")
    if form.problems:
        raise Invalid(form.problems)
    at = act.at()
    network = link_secret(act.link_key, network_of(source).encode(), purpose=_NETWORK)
    if are_too_many(
        of_network=_lately(act.session, at, ProblemReport.network == network), in_all=_lately(act.session, at, true())
    ):
        raise TooMany("We already received several reports in the last hour. Please try again in an hour.")
    _forget_networks(act.session, at)
    made = ProblemReport(
        publication=live,
        words=form.words,
        full_name=form.full_name or None,
        email=form.email or None,
        network=network,
        reported_at=at,
    )
    act.session.add(made)
    act.session.flush()
    publishers = staff_in_role(act.session, Role.PUBLISHER)
    queue_staff_letters(act.session, LetterKind.PROBLEM_REPORTED, live.version, publishers, at=at)
    return made


def _lately(session: Session, at: datetime, which: ColumnElement[bool]) -> int:
    lately = ProblemReport.reported_at > at - COUNTED_FOR
    return session.scalar(select(func.count()).select_from(ProblemReport).where(lately, which)) or 0


def _forget_networks(session: Session, at: datetime) -> None:
    # They are of no use once they no longer count.
    is_old = ProblemReport.reported_at <= at - COUNTED_FOR, ProblemReport.network.is_not(None)
    session.execute(update(ProblemReport).where(*is_old).values(network=None))


def open_reports(session: Session) -> Sequence[ProblemReport]:
    """The reports that no one has settled, the oldest first."""
    query = _reports().where(ProblemReport.settled_at.is_(None)).order_by(ProblemReport.id)
    return session.scalars(query).all()


def settled_reports(session: Session, *, limit: int) -> Sequence[ProblemReport]:
    """The reports that were settled, the last one first."""
    query = _reports().where(ProblemReport.settled_at.is_not(None)).limit(limit)
    return session.scalars(query.order_by(ProblemReport.settled_at.desc(), ProblemReport.id.desc())).all()


def _reports() -> Select[ProblemReport]:
    position = joinedload(ProblemReport.publication).joinedload(Publication.position)
    return select(ProblemReport).options(position, joinedload(ProblemReport.settler))


def settle_report(act: ActContext, number: int) -> ProblemReport:
    """Mark a report as settled, which does nothing else. NotFound for an unknown one, Conflict when it was settled."""
    ensure_may(act.by, Act.SETTLE_REPORTS)
    report = act.session.get(ProblemReport, number)
    if report is None:
        raise NotFound("There is no such report.")
    hold_position(act.session, report.publication.position_id)
    act.session.refresh(report)
    if report.settled_at is not None:
        raise Conflict("This report has already been settled.")
    report.settled_at, report.settled_by = act.at(), act.by.id
    act.session.flush()
    position = report.publication.position
    facts = {"position": position.slug, "version": report.publication.version.number, "report": report.id}
    record(act.session, "report_settled", by=act.by, at=report.settled_at, facts=facts, position=position)
    return report
