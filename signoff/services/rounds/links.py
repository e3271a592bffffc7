"""Partners' links: issued with a nonce, found by the digest of their secret, stored nowhere."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import Verdict
from signoff.domain.errors import LinkDead, NotFound
from signoff.domain.rounds.links import NONCE_BYTES, link_lookup, link_secret
from signoff.models import AcceptanceLink, Answer, Contact, Invitation, Link, Referral, Request, Version
from signoff.models.base import among
from signoff.models.bulk import add_rows
from signoff.models.merges import Families, families, members_of
from signoff.models.rounds import AddedRequest, IssuedLink


def issue_links(
    session: Session, requests: Sequence[Request | AddedRequest], *, key: str, at: datetime
) -> list[IssuedLink]:
    """A link for every contact who may answer to each request and has none that lives, nor named a colleague."""
    contacts = _without_link(session, requests)
    rows = [_row(request, contact, key=key, at=at) for request in requests for contact in contacts[request.id]]
    if not rows:
        return []
    # Given back by the insert itself: to look ten thousand rows up again costs more than to add them.
    issued = add_rows(session, Link, rows, returning=[Link.id, Link.partner_id, Link.contact_id])
    return sorted(map(IssuedLink._make, issued))


def _without_link(session: Session, requests: Sequence[Request | AddedRequest]) -> dict[int, list[Contact]]:
    living = set(
        session.execute(
            select(Link.request_id, Link.contact_id).where(
                among(Link.request_id, [request.id for request in requests]),
                or_(Link.revoked_at.is_(None), Link.referred_at.is_not(None)),
            )
        ).all()
    )
    result = dict[int, list[Contact]]()
    for version_id in {request.version_id for request in requests}:
        own = [request for request in requests if request.version_id == version_id]
        position_id = session.get_one(Version, version_id).position_id
        able = who_may_answer(session, position_id, {request.partner_id for request in own})
        for request in own:
            contacts = able.get(request.partner_id, [])
            result[request.id] = [contact for contact in contacts if (request.id, contact.id) not in living]
    return result


def who_may_answer(session: Session, position_id: int, partner_ids: Collection[int]) -> dict[int, list[Contact]]:
    """The contacts of these partners who get a link when they are asked about a position, by the partner's id.

    A partner's contacts are also those of its doubles; a double, which is asked nothing new, has its own alone.
    """
    one = families(session)
    concerned = {number for partner_id in partner_ids for number in (partner_id, *one.doubles(partner_id))}
    contacts = session.scalars(
        select(Contact)
        .where(among(Contact.partner_id, concerned), Contact.may_answer == 1, Contact.removed_at.is_(None))
        .order_by(Contact.id)
    ).all()
    trials = provisional_contacts(session, contacts) if contacts else {}
    contesting = _who_contested(session, position_id, concerned) if trials else set()
    by_entry: dict[int, list[Contact]] = {}
    for contact in contacts:
        if contact.id not in trials or (trials[contact.id] == position_id and contact.partner_id not in contesting):
            by_entry.setdefault(contact.partner_id, []).append(contact)
    result = {number: _with_doubles(number, by_entry, one) for number in partner_ids}
    return {number: people for number, people in result.items() if people}


def _with_doubles(partner_id: int, by_entry: Mapping[int, list[Contact]], one: Families) -> list[Contact]:
    people = by_entry.get(partner_id, [])
    if not one.doubles(partner_id):
        return people
    others = [contact for number in one.doubles(partner_id) for contact in by_entry.get(number, [])]
    # A person who is registered with both is asked once, as a contact of the one that is asked.
    return [*{contact.email: contact for contact in reversed([*people, *others])}.values()][::-1]


def is_provisional(session: Session, contact: Contact) -> bool:
    """Whether a contact was named by another contact alone: it answers that position until staff confirm it."""
    return contact.id in provisional_contacts(session, [contact])


def may_have_link(session: Session, request: Request, contact: Contact) -> bool:
    """Whether a contact may be reached about a question: on trial only its own position, and no contested one."""
    trial = provisional_contacts(session, [contact]).get(contact.id)
    if trial is None:
        return True
    return trial == request.version.position_id and not _who_contested(session, trial, [contact.partner_id])


def _who_contested(session: Session, position_id: int, partner_ids: Collection[int]) -> set[int]:
    # Which of these partners once said of an answer on this position that it was not their own.
    return set(
        session.scalars(
            select(Answer.partner_id)
            .join(Version, Version.id == Answer.version_id)
            .where(
                among(Answer.partner_id, partner_ids),
                Version.position_id == position_id,
                Answer.verdict == Verdict.CONTEST,
            )
        )
    )


def provisional_contacts(session: Session, contacts: Sequence[Contact]) -> dict[int, int]:
    """Which of these contacts were named by another contact alone: contact's id to the position it answers."""
    rows = session.execute(
        select(Referral.contact_id, Version.position_id)
        .join(Request, Request.id == Referral.request_id)
        .join(Version, Version.id == Request.version_id)
        .join(Contact, Contact.id == Referral.contact_id)
        .where(
            among(Contact.partner_id, {contact.partner_id for contact in contacts}),
            Referral.settled_by.is_(None),
            Contact.confirmed_by.is_(None),
            Contact.added_at == Referral.settled_at,
        )
    )
    return {contact_id: position_id for contact_id, position_id in rows if contact_id is not None}


def reissue_link(session: Session, request: Request, contact: Contact, *, key: str, at: datetime) -> Link:
    """A new link for a contact to a request, in place of the live one; with a colleague named, it only reads."""
    earlier = session.scalars(
        select(Link).where(Link.request_id == request.id, Link.contact_id == contact.id).order_by(Link.id.desc())
    ).all()
    for link in earlier:
        if link.revoked_at is None:
            link.revoked_at = at
    session.flush()
    referred_at = next((link.referred_at for link in earlier if link.referred_at is not None), None)
    row = _row(request, contact, key=key, at=at, referred_at=referred_at)
    fresh: Link = add_rows(session, Link, [row], returning=[Link]).scalar_one()
    return fresh


def revoke_links(session: Session, contact: Contact, *, at: datetime) -> None:
    """End every link and invitation of a contact, and its way to the commitments."""
    for table in (Link, Invitation, AcceptanceLink):
        session.execute(
            update(table)
            .where(table.contact_id == contact.id, table.revoked_at.is_(None))
            .values(revoked_at=at)
            .execution_options(synchronize_session="fetch")
        )


def new_nonce(key: str, *, purpose: str = "link") -> tuple[bytes, str]:
    """A fresh nonce, and what the database keeps of the secret that the key makes of it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, link_lookup(link_secret(key, nonce, purpose=purpose))


def _row(
    request: Request | AddedRequest, contact: Contact, *, key: str, at: datetime, referred_at: datetime | None = None
) -> dict[str, Any]:
    nonce, lookup = new_nonce(key)
    return {
        "request_id": request.id,
        "partner_id": request.partner_id,
        "contact_id": contact.id,
        "nonce": nonce,
        "lookup": lookup,
        "issued_at": at,
        "referred_at": referred_at,
    }


def find_link(session: Session, secret: str) -> Link | None:
    """The link behind a secret, a dead one too."""
    return session.scalar(
        select(Link)
        .where(Link.lookup == link_lookup(secret))
        .options(joinedload(Link.request).joinedload(Request.partner))
    )


def get_link(session: Session, secret: str) -> Link | Invitation | AcceptanceLink:
    """The link, invitation or way to the commitments behind a secret.

    NotFound for an unknown one, LinkDead for a revoked one or a removed contact.
    """
    lookup = link_lookup(secret)
    link = (
        find_link(session, secret)
        or session.scalar(select(Invitation).where(Invitation.lookup == lookup))
        or session.scalar(select(AcceptanceLink).where(AcceptanceLink.lookup == lookup))
    )
    if link is None:
        raise NotFound("The link may have been cut off. Copy all of it from the email.")
    if link.is_dead:
        raise LinkDead
    return link


def contacts_with_links(session: Session, request: Request) -> list[tuple[Contact, Link | None]]:
    """All present contacts of the asked partner, no address twice, each with the living link to this request if any."""
    links = {
        link.contact_id: link
        for link in session.scalars(select(Link).where(Link.request_id == request.id, Link.revoked_at.is_(None)))
    }
    contacts = session.scalars(
        select(Contact)
        .where(Contact.partner_id.in_(members_of(session, request.partner_id)), Contact.removed_at.is_(None))
        .order_by(Contact.id)
    ).all()
    of_others = [contact for contact in contacts if contact.partner_id != request.partner_id]
    own = {contact.email for contact in contacts if contact.partner_id == request.partner_id}
    twice = {contact.id for contact in of_others if contact.email in own and contact.id not in links}
    return [(contact, links.get(contact.id)) for contact in contacts if contact.id not in twice]


def live_links(session: Session, version_id: int, partner_ids: "Collection[int] | None" = None) -> list[Link]:
    """The links through which partners can answer about a version: living, of present contacts, not handed over."""
    query = (
        select(Link)
        .join(Request, Request.id == Link.request_id)
        .join(Contact, Contact.id == Link.contact_id)
        .where(
            Request.version_id == version_id,
            Link.revoked_at.is_(None),
            Link.referred_at.is_(None),
            Contact.removed_at.is_(None),
            Contact.may_answer == 1,
        )
        .order_by(Link.id)
    )
    links = session.scalars(query).all()
    return [link for link in links if partner_ids is None or link.partner_id in partner_ids]
