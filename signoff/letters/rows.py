"""Rows of the outbox with everything that they point at, in a constant number of queries."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload, undefer

from signoff.models import (
    AcceptanceLink,
    Application,
    Comment,
    Contact,
    Delivery,
    Letter,
    Link,
    Partner,
    PartnerMerge,
    Referral,
    ScheduledAct,
    Version,
)


def letters_with_all(session: Session, ids: Collection[int]) -> Sequence[Letter]:
    """These letters with everything they point at, in order of their ids."""
    bare = (lazyload(Link.request), lazyload(Link.contact))
    query = (
        select(Letter)
        .where(Letter.id.in_(ids))
        .order_by(Letter.id)
        .options(
            selectinload(Letter.contact),
            selectinload(Letter.user),
            selectinload(Letter.version).options(joinedload(Version.position)),
            selectinload(Letter.link).options(*bare),
            selectinload(Letter.invitation).options(lazyload("*")),
            selectinload(Letter.answer),
            selectinload(Letter.comment).options(selectinload(Comment.contact)),
            selectinload(Letter.referral).options(selectinload(Referral.link)),
            selectinload(Letter.proposal),
            selectinload(Letter.changed_contact).options(selectinload(Contact.confirmer)),
            selectinload(Letter.token),
            selectinload(Letter.digest),
            selectinload(Letter.merge).options(
                selectinload(PartnerMerge.double).selectinload(Partner.contacts),
                selectinload(PartnerMerge.into).selectinload(Partner.contacts),
            ),
            selectinload(Letter.schedule).options(selectinload(ScheduledAct.scheduler)),
            selectinload(Letter.account_link),
            selectinload(Letter.delivery).options(undefer(Delivery.file)),
            selectinload(Letter.application).options(joinedload(Application.partner)),
            selectinload(Letter.subscription),
            selectinload(Letter.news),
            selectinload(Letter.meeting),
            selectinload(Letter.newsletter),
            selectinload(Letter.acceptance_link).options(
                joinedload(AcceptanceLink.edition), lazyload(AcceptanceLink.contact)
            ),
            selectinload(Letter.acceptance),
            selectinload(Letter.posting),
        )
    )
    return session.scalars(query).unique().all()
