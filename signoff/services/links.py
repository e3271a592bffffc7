"""Partners' links: issued with a nonce, found by the digest of their secret, stored nowhere."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.links import NONCE_BYTES, link_lookup, link_secret
from signoff.domain.refusals import LinkDead, NotFound
from signoff.models import Contact, Link, Request


def issue_links(session: Session, requests: Sequence[Request], *, key: str, at: datetime) -> Sequence[Link]:
    """A link for every contact who may answer to each request and has none that lives."""
    partner_ids = [request.partner_id for request in requests]
    request_of = {request.partner_id: request.id for request in requests}
    living = select(Link.contact_id).where(Link.request_id.in_(request_of.values()), Link.revoked_at.is_(None))
    contacts = session.scalars(
        select(Contact)
        .where(
            Contact.partner_id.in_(partner_ids),
            Contact.may_answer == 1,
            Contact.removed_at.is_(None),
            Contact.id.not_in(living),
        )
        .order_by(Contact.id)
    ).all()
    if not contacts:
        return []
    rows = []
    for contact in contacts:
        nonce = secrets.token_bytes(NONCE_BYTES)
        rows.append(
            {
                "request_id": request_of[contact.partner_id],
                "partner_id": contact.partner_id,
                "contact_id": contact.id,
                "nonce": nonce,
                "lookup": link_lookup(link_secret(key, nonce)),
                "issued_at": at,
            }
        )
    session.execute(insert(Link), rows)
    lookups = [row["lookup"] for row in rows]
    return session.scalars(select(Link).where(Link.lookup.in_(lookups)).order_by(Link.id)).all()


def get_link(session: Session, secret: str) -> Link:
    """The link behind a secret: NotFound for an unknown one, LinkDead for a revoked one or a removed contact."""
    link = session.scalar(
        select(Link)
        .where(Link.lookup == link_lookup(secret))
        .options(joinedload(Link.request).joinedload(Request.partner))
    )
    if link is None:
        raise NotFound("There is no such page. Perhaps the link was cut short; copy it whole from the letter.")
    if link.revoked_at is not None or link.contact.removed_at is not None:
        raise LinkDead
    return link


def contacts_with_links(session: Session, request: Request) -> list[tuple[Contact, Link | None]]:
    """All present contacts of the asked partner, each with the living link to this request, if any."""
    links = {
        link.contact_id: link
        for link in session.scalars(select(Link).where(Link.request_id == request.id, Link.revoked_at.is_(None)))
    }
    contacts = session.scalars(
        select(Contact)
        .where(Contact.partner_id == request.partner_id, Contact.removed_at.is_(None))
        .order_by(Contact.id)
    )
    return [(contact, links.get(contact.id)) for contact in contacts]
