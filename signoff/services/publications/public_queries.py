"""What pages, feeds and the API show the public: publications, their signatories, and where a partner is named."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import Verdict
from signoff.domain.partners.places import NATIONWIDE
from signoff.models import Partner, PartnerPlace, Position, Publication, Version
from signoff.models.base import among
from signoff.models.merges import members_of
from signoff.models.publications import listing, signatory

# The order in which names are read, on every surface; an index has it.
IN_ORDER = (signatory.c.order_key, signatory.c.partner_id)
# The code of the state that a partner works in where that is one alone, or nothing.
_number, _any = func.count(distinct(PartnerPlace.state)), func.max(PartnerPlace.state)
one_state = (
    select(
        PartnerPlace.partner_id,
        case((and_(_number == 1, _any != NATIONWIDE), _any), else_="").label("state"),
    )
    .where(PartnerPlace.until.is_(None))
    .group_by(PartnerPlace.partner_id)
    .subquery("one_state")
)
_FEW = 1_000  # partners that are looked up one by one


@dataclass(frozen=True)
class ListedPublication:
    """A live publication with the number of its signatories."""

    publication: Publication
    signatories: int


def live_publications(session: Session, *, limit: int = 50, after: int = 0) -> list[ListedPublication]:
    """Live publications, newest first; those that are older than the publication `after`, when one is given."""
    return listed_publications(session, [Publication.id < after] if after else [], limit=limit)


def listed_publications(
    session: Session, wanted: Sequence[ColumnElement[bool]], *, limit: int, newest_first: bool = True
) -> list[ListedPublication]:
    """Live publications for which these conditions on publications and versions hold, each with its number of names."""
    count = (
        select(func.count())
        .select_from(signatory)
        .where(signatory.c.publication_id == Publication.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Publication, count)
        .join(Version, Version.id == Publication.version_id)
        .where(Publication.ended_at.is_(None), *wanted)
        .options(joinedload(Publication.position))
        .order_by(Publication.id.desc() if newest_first else Publication.id)
        .limit(limit)
    )
    return [ListedPublication(publication, signatories) for publication, signatories in rows]


def live_publications_of(session: Session, position_ids: Collection[int]) -> Sequence[Publication]:
    """The live publications of these positions, oldest first."""
    live = select(Publication).where(Publication.position_id.in_(position_ids), Publication.ended_at.is_(None))
    return session.scalars(live.options(joinedload(Publication.position)).order_by(Publication.id)).all()


def published_addresses(session: Session, *, limit: int, offset: int = 0) -> Sequence[tuple[str, datetime]]:
    """The slugs of all positions that are published now, newest first, each with when it was published (aware UTC)."""
    query = select(Position.slug, Publication.published_at).join(Position, Position.id == Publication.position_id)
    rows = session.execute(
        query.where(Publication.ended_at.is_(None)).order_by(Publication.id.desc()).offset(offset).limit(limit)
    )
    return [(slug, published_at) for slug, published_at in rows]


def count_live_publications(session: Session, wanted: Sequence[ColumnElement[bool]] = ()) -> int:
    """How many live publications there are for which these conditions on publications and versions hold."""
    query = select(func.count()).select_from(Publication).join(Version, Version.id == Publication.version_id)
    return session.scalar(query.where(Publication.ended_at.is_(None), *wanted)) or 0


def signatories(session: Session, publication: Publication) -> Sequence[RowMapping]:
    """The partners named on a publication now, by name; read from the answers at this moment."""
    return signatories_of_all(session, [publication.id]).get(publication.id, [])


def signatories_of_all(session: Session, publications: Iterable[int]) -> dict[int, list[RowMapping]]:
    """The same of several publications in one query, by their ids."""
    named: dict[int, list[RowMapping]] = {}
    wanted = select(signatory).where(signatory.c.publication_id.in_(publications)).order_by(*IN_ORDER)
    for row in session.execute(wanted).mappings():
        named.setdefault(row["publication_id"], []).append(row)
    return named


def with_states(session: Session, rows: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    """Signatories, each with `state`: the code of the state that it works in where that is one alone, or nothing."""
    query = select(one_state)
    if len(rows) <= _FEW:
        query = query.where(one_state.c.partner_id.in_([row["partner_id"] for row in rows]))
    states: dict[int, str] = dict(session.execute(query).all())
    return [{**row, "state": states.get(row["partner_id"], "")} for row in rows]


@dataclass(frozen=True)
class DeliveredNames:
    """Who stood at an instant and ever since, under the same name, by name; and how many others stood then."""

    at: datetime
    names: Sequence[RowMapping]
    others: int


def delivered(session: Session, publication: Publication, *, at: datetime) -> DeliveredNames:
    """The list as it was delivered at an instant (aware UTC), without the names of those who left since.

    Who left and came back is counted only: otherwise the lists of two days would tell who had left in between.
    """
    then, left = _standing_at(session, publication, at), _left_after(session, publication, at)
    named = [row for row in signatories(session, publication) if row["partner_id"] not in left]
    standing = [row for row in named if (row["partner_id"], row["public_name"]) in then]
    return DeliveredNames(at, standing, len(then) - len(standing))


def count_standing(session: Session, publication: Publication, *, at: datetime) -> int:
    """How many partners stood on a publication at an instant (aware UTC), one that has ended too."""
    return len(_standing_at(session, publication, at))


def joined_between(session: Session, publication: Publication, since: datetime, until: datetime) -> list[RowMapping]:
    """The partners named now that stood at `until` and did not stand at `since` (aware UTC), by name.

    A partner that only changed its name or its note meanwhile has not joined.
    """
    before, after = ({partner_id for partner_id, _ in _standing_at(session, publication, at)} for at in (since, until))
    return [row for row in signatories(session, publication) if row["partner_id"] in after - before]


def _standing_at(session: Session, publication: Publication, at: datetime) -> set[tuple[int, str]]:
    rows = session.execute(
        select(listing.c.partner_id, listing.c.public_name).where(
            listing.c.publication_id == publication.id,
            listing.c.listed_from <= at,
            or_(listing.c.listed_until.is_(None), listing.c.listed_until > at),
        )
    )
    return {(partner_id, name) for partner_id, name in rows}


def _left_after(session: Session, publication: Publication, at: datetime) -> set[int]:
    gone = listing.c.listed_until > at, listing.c.ended_by != Verdict.APPROVE
    query = select(listing.c.partner_id).where(listing.c.publication_id == publication.id, *gone)
    return set(session.scalars(query))


@dataclass(frozen=True)
class Departure:
    """A name that disappeared from a live publication: when, and whether its partner withdrew it."""

    at: datetime
    withdrew: bool


def departures(session: Session, publication: Publication) -> list[Departure]:
    """The names that disappeared from a live publication, oldest first; whose they were is no one's business."""
    return departures_of_all(session, [publication.id]).get(publication.id, [])


def departures_of_all(session: Session, publications: Iterable[int]) -> dict[int, list[Departure]]:
    """The same of several live publications in one query, by their ids."""
    returned = (
        select(signatory.c.partner_id)
        .where(signatory.c.publication_id == listing.c.publication_id, signatory.c.partner_id == listing.c.partner_id)
        .exists()
    )
    rows = session.execute(
        select(listing.c.publication_id, listing.c.partner_id, listing.c.listed_until, listing.c.ended_by)
        .where(listing.c.publication_id.in_(publications), listing.c.ended_by != Verdict.APPROVE, ~returned)
        .order_by(listing.c.listed_until)
    )
    # However often a partner came and went, it is gone once.
    last: dict[int, dict[int, Departure]] = {}
    for number, partner, at, verdict in rows:
        last.setdefault(number, {})[partner] = Departure(at, withdrew=verdict == Verdict.WITHDRAW)
    return {number: sorted(gone.values(), key=lambda departure: departure.at) for number, gone in last.items()}


def publications_of(session: Session, position: Position) -> Sequence[Publication]:
    """All publications of a position, newest first, the ended ones too."""
    return session.scalars(
        select(Publication).where(Publication.position_id == position.id).order_by(Publication.id.desc())
    ).all()


def find_published_text(session: Session, digest: str) -> Publication | None:
    """The publication of a text with this digest, if there is or was one: the live one first, then the newest."""
    query = select(Publication).join(Version, Publication.version_id == Version.id).where(Version.digest == digest)
    return session.scalar(query.order_by(Publication.ended_at.is_not(None), Publication.id.desc()).limit(1))


def named_on(session: Session, partner: Partner) -> list[tuple[Publication, str, str]]:
    """The live publications a partner is named on, newest first, with the name it stands under and its note.

    Also those on which it stands by an answer to a question that was asked under its double.
    """
    rows = session.execute(
        select(Publication, signatory.c.public_name, signatory.c.public_note)
        .join(signatory, signatory.c.publication_id == Publication.id)
        .where(signatory.c.partner_id.in_(members_of(session, partner.id)))
        .options(joinedload(Publication.position))
        .order_by(Publication.id.desc())
    )
    return [(publication, name, note) for publication, name, note in rows]


def count_named(session: Session) -> int:
    """How many partners are named on any live publication."""
    whole = func.coalesce(Partner.merged_into_id, Partner.id)
    query = select(func.count(distinct(whole))).join(signatory, signatory.c.partner_id == Partner.id)
    return session.scalar(query) or 0


def count_named_on(session: Session, partners: Iterable[int]) -> dict[int, int]:
    """On how many live publications each of these partners is named, by id, those of its doubles among them."""
    wholes = {number: number for number in partners}
    doubles = session.scalars(select(Partner).where(among(Partner.merged_into_id, wholes)))
    wholes |= {double.id: double.whole.id for double in doubles}
    named = select(signatory.c.partner_id, signatory.c.publication_id).where(among(signatory.c.partner_id, wholes))
    pairs = {(wholes[partner], publication) for partner, publication in session.execute(named)}
    return Counter(partner for partner, _ in pairs)
