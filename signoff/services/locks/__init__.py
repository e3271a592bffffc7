"""Which rows an act holds, each by a function that says what no one else does meanwhile.

The moment of the act is read after it holds them. `order.py` has the order in which they are taken.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, cast, func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import LinkDead
from signoff.domain.partners.email_addresses import without_tag
from signoff.models import (
    Authenticator,
    Contact,
    Letter,
    Link,
    Partner,
    Position,
    Publication,
    Request,
    ScheduledAct,
    StaffUser,
    Version,
)
from signoff.models.base import among
from signoff.services.locks.order import Rank, hold


def hold_position(session: Session, position_id: int) -> None:
    """No one else changes which versions, rounds, publications and edition this position has; it is read again."""
    held = select(Position).where(Position.id == position_id).with_for_update(key_share=True)
    hold(session, Rank.POSITION, [position_id], held.execution_options(populate_existing=True))


def hold_first_draft(session: Session, draft_id: int) -> None:
    """No one else changes or ends this draft of a position to be started meanwhile; it may have ended before."""
    _hold_by_name(session, Rank.FIRST_DRAFT, f"first draft {draft_id}")


def hold_version(session: Session, version_id: int) -> None:
    """No one answers about this version until the transaction ends."""
    hold(session, Rank.VERSION, [version_id], select(Version.id).where(Version.id == version_id).with_for_update())


def reads_as_before(session: Session, position: Position, compare: Callable[[], bool]) -> bool:
    """What `compare` finds while nothing changes that reading this position and its rounds tells of.

    These are more locks than most acts take, in the same order: names, people, position, versions.
    """
    hold_names(session, only_reading=True)
    hold_people(session, only_reading=True)
    hold_position(session, position.id)
    versions = session.scalars(select(Version.id).where(Version.position_id == position.id)).all()
    locks = select(Version.id).where(Version.position_id == position.id).order_by(Version.id).with_for_update()
    hold(session, Rank.VERSION, versions, locks)
    return compare()


def hold_addresses(session: Session, emails: Iterable[str]) -> None:
    """No one else makes a user or a contact with one of these addresses meanwhile: no two tables can share a key."""
    # By mailbox: what follows a plus sign is a tag, and reaches the same person. One statement, in one order.
    mailboxes = sorted({without_tag(email) for email in emails})
    each = func.unnest(cast(mailboxes, ARRAY(Text)))
    lock = select(func.pg_advisory_xact_lock(func.hashtext(each)))
    hold(session, Rank.ADDRESSES, mailboxes, lock if _has_advisory_locks(session) else None)


def hold_request(session: Session, version_id: int, request_id: int) -> None:
    """No one publishes or ends the round of the version, or answers the same request, meanwhile."""
    version = select(Version.id).where(Version.id == version_id).with_for_update(read=True, key_share=True)
    hold(session, Rank.VERSION, [version_id], version, only_reading=True)
    request = select(Request.id).where(Request.id == request_id).with_for_update(key_share=True)
    hold(session, Rank.REQUEST, [request_id], request)


def hold_link(session: Session, link: Link) -> None:
    """No one else answers, hands over, redirects or takes back the question of this link meanwhile; it is read again.

    The contact is held after the request, as everywhere. LinkDead when the link or its contact has ended since.
    """
    hold_request(session, link.request.version_id, link.request_id)
    hold_contact(session, link.contact, only_reading=True)
    for row in (link, link.request):
        session.refresh(row)
    if link.is_dead:
        raise LinkDead


def hold_contact(session: Session, contact: Contact, *, only_reading: bool = False) -> None:
    """No one else changes this contact meanwhile; it is read again. Several may hold it that only read it."""
    hold_row(session, Rank.CONTACT, contact, only_reading=only_reading)


def hold_row(session: Session, rank: Rank, row: Any, *, only_reading: bool = False) -> None:
    """No one else changes this row meanwhile; it is read again."""
    this = type(row).id
    lock = select(this).where(this == row.id).with_for_update(read=only_reading, key_share=not only_reading)
    hold(session, rank, [row.id], lock, only_reading=only_reading)
    session.refresh(row)


def hold_partner(session: Session, partner: Partner) -> None:
    """No one else changes this partner meanwhile; it is read again."""
    hold_row(session, Rank.PARTNER, partner)


def hold_partners(session: Session, ids: Collection[int]) -> None:
    """No one else changes any of these partners meanwhile."""
    lock = select(Partner.id).where(among(Partner.id, ids)).order_by(Partner.id).with_for_update()
    hold(session, Rank.PARTNER, ids, lock)


def hold_presence(session: Session, partner_ids: Sequence[int]) -> list[Partner]:
    """None of these partners leaves meanwhile, or is changed; they are read again, and returned in the given order."""
    lock = select(Partner).where(among(Partner.id, partner_ids)).order_by(Partner.id).with_for_update(read=True)
    lock = lock.execution_options(populate_existing=True)
    rows = hold(session, Rank.PARTNER, sorted(partner_ids), lock, only_reading=True)
    partners = {partner.id: partner for (partner,) in rows}
    return [partners[number] for number in partner_ids]


def hold_people(session: Session, *, only_reading: bool = False) -> None:
    """No contact of any partner is added, corrected or removed meanwhile; several may hold them that only read them.

    Held after addresses and names, before everything else: new contacts have no row to hold, and who is asked must be
    who was shown.
    """
    _hold_by_name(session, Rank.PEOPLE, "people", only_reading=only_reading)


def hold_names(session: Session, *, only_reading: bool = False) -> None:
    """No one else agrees a name of any partner meanwhile; several may hold them that only read them.

    Who publishes holds them before the position: what names no one then names no one.
    """
    _hold_by_name(session, Rank.NAMES, "partner names", only_reading=only_reading)


def hold_user(session: Session, user: StaffUser) -> None:
    """No one else signs this user in, or changes their account, meanwhile; it is read again."""
    hold_row(session, Rank.USER, user)


def hold_authenticator(session: Session, authenticator: Authenticator) -> None:
    """No one else uses a code of this authenticator meanwhile; it is read again."""
    hold_row(session, Rank.AUTHENTICATOR, authenticator)


def hold_accounts(session: Session) -> None:
    """No one else changes who may do what meanwhile."""
    _hold_by_name(session, Rank.ACCOUNTS, "accounts")


def hold_attempts(session: Session, lookup: str) -> None:
    """No one else counts a try to sign in under this look-up meanwhile."""
    _hold_by_name(session, Rank.ATTEMPTS, f"tries {lookup}")


def hold_reports(session: Session) -> None:
    """No one else reports a problem meanwhile: reports are counted before one more is kept."""
    _hold_by_name(session, Rank.ATTEMPTS, "problem reports")


def hold_imports(session: Session) -> None:
    """No one else starts an import, or says what the columns of a spreadsheet hold, meanwhile."""
    _hold_by_name(session, Rank.IMPORTS, "imports")


def hold_live_publication(session: Session, position_id: int) -> None:
    """No one else ends the publication of this position that is public now meanwhile."""
    lock = select(Publication.id).where(Publication.position_id == position_id, Publication.ended_at.is_(None))
    hold(session, Rank.PUBLICATION, [position_id], lock.with_for_update())


def hold_letters(session: Session, ids: Collection[int]) -> None:
    """No one else changes any of these letters meanwhile: a worker that claims one waits, or was first."""
    hold(session, Rank.LETTER, ids, select(Letter.id).where(Letter.id.in_(ids)).order_by(Letter.id).with_for_update())


def hold_editions(session: Session, *, only_reading: bool = False) -> None:
    """No one else adopts or drafts a principles edition meanwhile; several may hold them that only read them."""
    _hold_by_name(session, Rank.EDITIONS, "principles editions", only_reading=only_reading)


def hold_schedule(session: Session, scheduled: ScheduledAct) -> None:
    """No one else does or cancels this scheduled act meanwhile; it is read again."""
    hold_row(session, Rank.SCHEDULE, scheduled)


def hold_digests(session: Session) -> None:
    """No one else begins the daily summary of answers meanwhile."""
    _hold_by_name(session, Rank.DIGEST, "digests")


def hold_sealing(session: Session) -> None:
    """No one else seals entries meanwhile."""
    _hold_by_name(session, Rank.SEALING, "sealing")


def _hold_by_name(session: Session, rank: Rank, name: str, *, only_reading: bool = False) -> None:
    lock = func.pg_advisory_xact_lock_shared if only_reading else func.pg_advisory_xact_lock
    statement = select(lock(func.hashtext(name))) if _has_advisory_locks(session) else None
    hold(session, rank, [name], statement, only_reading=only_reading)


def _has_advisory_locks(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
