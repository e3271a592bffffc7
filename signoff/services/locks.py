"""Which rows an act holds; the moment of the act is read after it holds them.

On SQLite a writing session holds the whole database from its first statement, and these say nothing more.
"""

from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, cast, func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import LinkDead
from signoff.domain.partners.email_addresses import without_tag
from signoff.models import Contact, Link, Partner, Position, Request, StaffUser, Version
from signoff.models.base import among


def hold_position(session: Session, position_id: int) -> None:
    """Nobody else changes which versions, rounds, publications and edition this position has; it is read again."""
    held = select(Position).where(Position.id == position_id).with_for_update(key_share=True)
    session.execute(held.execution_options(populate_existing=True)).all()


def hold_version(session: Session, version_id: int) -> None:
    """Nobody answers about this version until the transaction ends."""
    session.execute(select(Version.id).where(Version.id == version_id).with_for_update())


def hold_what_is_read(session: Session, position: Position) -> None:
    """Nothing changes meanwhile that reading this position and its rounds tells of.

    These are more locks than most acts take, in the same order: people, names, position, versions.
    """
    hold_people(session, only_reading=True)
    hold_names(session, only_reading=True)
    hold_position(session, position.id)
    versions = select(Version.id).where(Version.position_id == position.id).order_by(Version.id)
    session.execute(versions.with_for_update()).all()


def hold_addresses(session: Session, emails: Iterable[str]) -> None:
    """Nobody else makes a user or a contact with one of these addresses meanwhile: no two tables can share a key."""
    if session.get_bind().dialect.name == "postgresql":
        # By mailbox: what follows a plus sign is a tag, and reaches the same person. One statement, in one order.
        mailboxes = sorted({without_tag(email) for email in emails})
        each = func.unnest(cast(mailboxes, ARRAY(Text)))
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(each)))).all()


def hold_request(session: Session, version_id: int, request_id: int) -> None:
    """Nobody publishes or ends the round of the version, or answers the same request, meanwhile."""
    session.execute(select(Version.id).where(Version.id == version_id).with_for_update(read=True, key_share=True))
    session.execute(select(Request.id).where(Request.id == request_id).with_for_update(key_share=True))


def hold_link(session: Session, link: Link) -> None:
    """Nobody else answers, hands over, redirects or takes back the question of this link meanwhile; it is read again.

    The contact is held after the request, as everywhere. LinkDead when the link or its contact has ended since.
    """
    hold_request(session, link.request.version_id, link.request_id)
    hold_contact(session, link.contact, only_reading=True)
    for row in (link, link.request):
        session.refresh(row)
    if link.is_dead:
        raise LinkDead


def hold_contact(session: Session, contact: Contact, *, only_reading: bool = False) -> None:
    """Nobody else changes this contact meanwhile; it is read again. Several may hold it that only read it."""
    this = select(Contact.id).where(Contact.id == contact.id)
    session.execute(this.with_for_update(read=True) if only_reading else this.with_for_update(key_share=True))
    session.refresh(contact)


def hold_partner(session: Session, partner: Partner) -> None:
    """Nobody else changes this partner meanwhile; it is read again."""
    session.execute(select(Partner.id).where(Partner.id == partner.id).with_for_update(key_share=True))
    session.refresh(partner)


def hold_presence(session: Session, partners: Iterable[Partner]) -> None:
    """None of these partners leaves meanwhile, or is changed; they are read again."""
    if session.get_bind().dialect.name == "postgresql":
        ids = sorted(partner.id for partner in partners)
        held = select(Partner).where(among(Partner.id, ids)).order_by(Partner.id).with_for_update(read=True)
        session.execute(held.execution_options(populate_existing=True)).all()


def hold_people(session: Session, *, only_reading: bool = False) -> None:
    """No contact of any partner is added, corrected or removed meanwhile; several may hold them that only read them.

    Held after addresses and before everything else: new contacts have no row to hold, and who is asked must be who was
    shown.
    """
    _hold_by_name(session, "people", only_reading=only_reading)


def hold_names(session: Session, *, only_reading: bool = False) -> None:
    """Nobody else agrees a name of any partner meanwhile; several may hold them that only read them.

    Who publishes holds them before the position: what names nobody then names nobody.
    """
    _hold_by_name(session, "partner names", only_reading=only_reading)


def hold_user(session: Session, user: StaffUser) -> None:
    """Nobody else signs this user in, or changes their account, meanwhile; it is read again."""
    session.execute(select(StaffUser.id).where(StaffUser.id == user.id).with_for_update(key_share=True))
    session.refresh(user)


def hold_accounts(session: Session) -> None:
    """Nobody else changes who may do what meanwhile."""
    _hold_by_name(session, "accounts")


def hold_attempts(session: Session, lookup: str) -> None:
    """Nobody else counts a try to sign in under this look-up meanwhile."""
    _hold_by_name(session, f"tries {lookup}")


def hold_editions(session: Session) -> None:
    """Nobody else adopts or drafts a principles edition meanwhile."""
    _hold_by_name(session, "principles editions")


def hold_sealing(session: Session) -> None:
    """Nobody else seals entries meanwhile."""
    _hold_by_name(session, "sealing")


def _hold_by_name(session: Session, name: str, *, only_reading: bool = False) -> None:
    if session.get_bind().dialect.name == "postgresql":
        hold = func.pg_advisory_xact_lock_shared if only_reading else func.pg_advisory_xact_lock
        session.execute(select(hold(func.hashtext(name))))
