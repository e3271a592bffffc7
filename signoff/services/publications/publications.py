"""Publications: make a version public, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.positions.status import PublicationEnd
from signoff.domain.publications.name_groups import Grouping, ensure_known
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Contact, Exemption, Link, Position, Publication, Request, Round, Version
from signoff.models.merges import families
from signoff.models.proposals import WRITTEN
from signoff.models.publications import signatory
from signoff.services.act import ActContext
from signoff.services.locks import hold_live_publication, hold_names, hold_position, hold_version
from signoff.services.outbox.letter_queue import queue_signatory_letters
from signoff.services.positions.mentions import named_in_words
from signoff.services.positions.public_notes import note_problem
from signoff.services.positions.publishing_rules import count_approvals, reasons_not_to_publish
from signoff.services.record.record import record
from signoff.services.rounds.deadlines import break_off


def publish(act: ActContext, version: Version, *, grouping: str = Grouping.LEVEL) -> Publication:
    """Make a version public with the partners whose approval of it stands; an earlier one is superseded.

    `grouping` says how its sheets order the names. A version that is public already is answered as it stands.
    Invalid for an unknown grouping, Missing with all that stands in the way.
    """
    ensure_may(act.by, Act.PUBLISH)
    ensure_known(grouping)
    hold_names(act.session, only_reading=True)
    hold_position(act.session, version.position_id)
    hold_version(act.session, version.id)
    live = find_live_publication(act.session, version.position)
    if live and live.version_id == version.id:
        return live
    if reasons := reasons_not_to_publish(act.session, version):
        raise Missing(reasons, "Nothing was published.")
    _ensure_second_person(act.session, version, act.by)
    _close_earlier_round(act, version)
    if live:
        live = _held_live(act.session, version.position, live)
    at = act.at()
    named_before = _named(act.session, live) if live else []
    if live:
        _supersede(act, live, version)
    by = {"published_by": act.by.id, "published_at": at, "grouping": grouping}
    publication = Publication(position=version.position, version=version, **by)
    act.session.add(publication)
    act.session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "signatories": count_approvals(act.session, version),
    }
    record(act.session, "position_published", by=act.by, at=at, facts=facts, position=version.position)
    named = _named(act.session, publication)
    _tell(act.session, LetterKind.PUBLISHED, named, at=at)
    still = {one.partner_id for one in named}
    _tell(act.session, LetterKind.NO_LONGER_NAMED, [one for one in named_before if one.partner_id not in still], at=at)
    return publication


def _ensure_second_person(session: Session, version: Version, by: Actor) -> None:
    judged = select(Exemption.id).where(
        Exemption.version_id == version.id, Exemption.spelling == WRITTEN, Exemption.recorded_by == by.id
    )
    if session.scalar(judged.limit(1)) is not None:
        raise NotAllowed("You recorded that words of this version are not a partner, so someone else must publish it.")


def _held_live(session: Session, position: Position, live: Publication) -> Publication | None:
    """The live publication once no one answers about its version anymore; None when it has ended meanwhile."""
    hold_version(session, live.version_id)
    return find_live_publication(session, position)


def _supersede(act: ActContext, live: Publication, version: Version) -> None:
    live.ended_at, live.ended_as = act.at(), PublicationEnd.SUPERSEDED
    act.session.flush()
    _close_round(act.session, live, by=act.by)
    facts = {
        "position": version.position.slug,
        "version": live.version.number,
        "by_version": version.number,
    }
    record(act.session, "position_superseded", by=act.by, at=live.ended_at, facts=facts, position=version.position)


@dataclass(frozen=True)
class _Named:
    """A contact of a partner that is named on a version, and by which approval."""

    version: Version
    partner_id: int
    contact_id: int
    link_id: int | None
    answer_id: int
    email: str


def _named(session: Session, publication: Publication) -> list[_Named]:
    own = _named_where(session, publication, signatory.c.partner_id == Contact.partner_id)
    one = families(session)
    pairs = [(number, other) for number in {*one.into, *one.into.values()} for other in one.members(number)]
    apart = [pair for pair in pairs if pair[0] != pair[1]]
    if not apart:
        return own
    # The contacts of whatever is one partner with a signatory hear of it too, each address once.
    others = _named_where(session, publication, tuple_(signatory.c.partner_id, Contact.partner_id).in_(apart))
    told = {(named.answer_id, named.email) for named in own}
    return [*own, *(named for named in others if (named.answer_id, named.email) not in told)]


def _named_where(session: Session, publication: Publication, is_of: ColumnElement[bool]) -> list[_Named]:
    rows = session.execute(
        select(signatory.c.partner_id, Contact.id, Link.id, signatory.c.answer_id, Contact.email)
        .join(signatory, is_of)
        .join(
            Request,
            (Request.version_id == publication.version_id) & (Request.partner_id == signatory.c.partner_id),
        )
        .outerjoin(
            Link,
            (Link.request_id == Request.id) & (Link.contact_id == Contact.id) & Link.revoked_at.is_(None),
        )
        .where(signatory.c.publication_id == publication.id, Contact.removed_at.is_(None))
        .order_by(Contact.id)
    )
    return [_Named(publication.version, *row) for row in rows]


def _tell(session: Session, kind: LetterKind, named: Sequence[_Named], *, at: datetime) -> None:
    for version in {one.version for one in named}:
        whom = ({"contact_id": one.contact_id, "link_id": one.link_id, "answer_id": one.answer_id} for one in named)
        queue_signatory_letters(session, kind, version, whom, at=at)


def retire(act: ActContext, position: Position, *, reason: str) -> Publication:
    """Take the live publication of a position back, with a reason; Conflict when none is live."""
    ensure_may(act.by, Act.PUBLISH)
    reason = clean_line(reason)
    if problem := line_problem(reason, longest=500, prose=True) or note_problem(act.session, reason):
        raise Invalid({"reason": problem})
    hold_position(act.session, position.id)
    live = find_live_publication(act.session, position)
    live = _held_live(act.session, position, live) if live else None
    if live is None:
        raise Conflict("This position is not published; there is nothing to retire.")
    _retire(act.session, live, reason, by=act.by, at=act.at())
    return live


def retire_if_named(session: Session, version: Version, partner_id: int, *, by: Actor, at: datetime) -> None:
    """Retire a live version whose own words name a partner that no longer approves it.

    A withdrawal takes effect on every public surface; a name in the words can only go with the words.
    """
    if not named_in_words(session, version, partner_id):
        return
    # Of several that withdraw at once the first retires it, and the others find it ended.
    hold_live_publication(session, version.position_id)
    live = find_live_publication(session, version.position)
    if live is None or live.version_id != version.id:
        return
    reason = "Its text names an organization that no longer approves it."
    _retire(session, live, reason, by=by, at=at)


def _retire(session: Session, live: Publication, reason: str, *, by: Actor, at: datetime) -> None:
    named = _named(session, live)
    live.ended_at, live.ended_as, live.ended_reason = max(at, live.published_at), PublicationEnd.RETIRED, reason
    session.flush()
    _close_round(session, live, by=by)
    facts = {"position": live.position.slug, "version": live.version.number, "reason": reason}
    record(session, "position_retired", by=by, at=live.ended_at, facts=facts, position=live.position)
    _tell(session, LetterKind.NO_LONGER_NAMED, named, at=live.ended_at)


def _close_earlier_round(act: ActContext, version: Version) -> None:
    # No one is asked any more about a text that a later one has overtaken in public.
    earlier = act.session.scalar(
        select(Round).where(
            Round.position_id == version.position_id, Round.version_id != version.id, Round.ended_at.is_(None)
        )
    )
    if earlier is not None and earlier.version.number < version.number:
        hold_version(act.session, earlier.version_id)
        break_off(act.session, earlier, by=act.by, at=act.at())


def _close_round(session: Session, ended: Publication, *, by: Actor) -> None:
    # No one is asked any more about a text that has been taken back.
    open_round = session.scalar(select(Round).where(Round.version_id == ended.version_id, Round.ended_at.is_(None)))
    if open_round is not None and ended.ended_at is not None:
        break_off(session, open_round, by=by, at=ended.ended_at)


def find_live_publication(session: Session, position: Position) -> Publication | None:
    """The publication of a position that is public now."""
    query = select(Publication).where(Publication.position_id == position.id, Publication.ended_at.is_(None))
    return session.scalar(query.execution_options(populate_existing=True))
