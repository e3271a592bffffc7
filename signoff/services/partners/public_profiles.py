"""What the public reads of what present partners say of themselves: descriptions, logos, notices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from signoff.domain.errors import NotFound
from signoff.domain.partners.postings import PostingKind
from signoff.domain.positions.slugs import encoded
from signoff.models import Logo, Partner, PartnerPosting
from signoff.models.base import among
from signoff.models.partners import is_present
from signoff.models.postings import is_shown


@dataclass(frozen=True)
class PublicProfile:
    """A partner's description, empty without one, and its logo."""

    description: str = ""
    logo: Logo | None = None


def public_profiles(session: Session, partner_ids: Collection[int]) -> Mapping[int, PublicProfile]:
    """The profiles of those of these partners that are present and have one, by the partner's id."""
    query = _public().where(PartnerPosting.kind != PostingKind.NOTICE, among(PartnerPosting.partner_id, partner_ids))
    words: dict[int, str] = {}
    logos: dict[int, Logo] = {}
    for posting in session.scalars(query):
        if posting.logo is not None:
            logos[posting.partner_id] = posting.logo
        elif posting.words:
            words[posting.partner_id] = posting.words
    return {number: PublicProfile(words.get(number, ""), logos.get(number)) for number in words.keys() | logos.keys()}


def logo_path(slug: str, digest: str) -> str:
    """Where on the site a partner's logo of this digest is, for what is read elsewhere."""
    return f"/partners/{encoded(slug)}/logo-{digest}.png"


def public_notices(
    session: Session, *, state: str = "", partner: Partner | None = None, most: int | None = None
) -> Sequence[PartnerPosting]:
    """The notices of present partners of where they begin, the newest first; of one state or partner, where given."""
    query = _public().where(PartnerPosting.kind == PostingKind.NOTICE)
    if state:
        query = query.where(PartnerPosting.state == state)
    if partner is not None:
        query = query.where(PartnerPosting.partner_id == partner.id)
    newest_first = query.order_by(PartnerPosting.settled_at.desc(), PartnerPosting.id.desc())
    return session.scalars(newest_first.limit(most)).all()


def public_logo(session: Session, slug: str, digest: str) -> bytes:
    """A partner's logo as a PNG file; NotFound unless its public page shows the one with this digest."""
    query = select(Logo.content).join(PartnerPosting, PartnerPosting.logo_id == Logo.id)
    query = query.join(Partner, Partner.id == PartnerPosting.partner_id)
    content = session.scalar(query.where(is_shown(), is_present(), Partner.slug == slug, Logo.digest == digest))
    if content is None:
        raise NotFound("This logo is not in use.")
    return content


def _public() -> Select[PartnerPosting]:
    query = select(PartnerPosting).join(Partner, Partner.id == PartnerPosting.partner_id)
    return query.where(is_shown(), is_present())
