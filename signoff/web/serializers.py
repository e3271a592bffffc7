"""Things as JSON, alike in the public downloads and in the API."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from signoff.domain.formats import Formats
from signoff.domain.partners.short_forms import proposed_aliases
from signoff.domain.positions.markdown import html_of, links_in
from signoff.domain.positions.placeholders import filled_html
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import leaves_open
from signoff.models import Criterion, FindingRow, Partner, PrinciplesEdition, Publication, Version, VersionCheck
from signoff.services.partners.public_profiles import PublicProfile, logo_path
from signoff.services.positions.checks import finding_facts, shown_check
from signoff.services.publications.delivered_names import DeliveryStatus, public_deliveries
from signoff.services.publications.public_queries import signatories
from signoff.settings import Settings
from signoff.web.schemas import principles
from signoff.web.schemas.checks import Check, Finding
from signoff.web.schemas.partners import Contact, PartnerPlace, PublicPartner, StaffPartner
from signoff.web.schemas.positions import Delivery, PublicPosition, Signatory


def edition_shape(edition: PrinciplesEdition) -> principles.Edition:
    """A principles edition: its texts, its principles, and all criteria a version is checked against."""
    return principles.Edition(
        edition=edition.number,
        adopted_on=edition.adopted_on,
        source=edition.source,
        vision=edition.vision,
        mission=edition.mission,
        preamble=edition.preamble,
        commitments=edition.commitments,
        principles=[principles.Principle(**_criterion(item)) for item in edition.criteria if item.kind == "principle"],
        criteria=[principles.Criterion(kind=item.kind, **_criterion(item)) for item in edition.criteria],
    )


def _criterion(row: Criterion) -> dict[str, Any]:
    return {"key": row.key, "name": row.name, "statement": row.statement, "questions": row.questions}


def finding_shape(finding: FindingRow) -> Finding:
    """One finding."""
    return Finding(**finding_facts(finding))


def check_shape(check: VersionCheck) -> Check:
    """A completed check in public: against which edition, when, and by whom in which role, without a name."""
    return Check(
        edition=check.edition.number,
        edition_name=check.edition.name,
        adopted_on=check.edition.adopted_on,
        completed_at=check.completed_at,
        by="reviewer",
    )


def public_partner(partner: Partner, profile: PublicProfile, base_url: str) -> PublicPartner:
    """A partner as everyone sees it, with what its page shows in its own words."""
    return PublicPartner(**_partner(partner, profile, base_url))


def staff_partner(partner: Partner, profile: PublicProfile, base_url: str) -> StaffPartner:
    """A partner with its contacts, tags and aliases, which are for staff only."""
    contacts = [
        Contact(
            id=contact.id,
            name=contact.full_name,
            email=contact.email,
            job_title=contact.job_title,
            may_answer=bool(contact.may_answer),
        )
        for contact in partner.people
    ]
    aliases = [name.name for name in partner.names if name.kind == "alias" and name.until is None]
    aliases += [name.name for double in partner.doubles for name in double.names if name.until is None]
    return StaffPartner(
        **_partner(partner, profile, base_url),
        aliases=aliases,
        proposed_aliases=proposed_aliases([name.name for name in partner.names if name.until is None]),
        tags=[tag.tag for tag in partner.tags],
        joined_year=partner.joined_year,
        language=partner.language,
        notes=partner.notes,
        contacts=contacts,
    )


def _partner(partner: Partner, profile: PublicProfile, base_url: str) -> dict[str, Any]:
    places, parent, logo = partner.places, partner.present_parent, profile.logo
    states = {place.state for place in places}
    return {
        "slug": partner.slug,
        "name": partner.name,
        "public_names": [name.name for name in partner.names if name.kind == "public" and name.until is None],
        "website": partner.website,
        "level": partner.level,
        "state": states.pop() if len(states) == 1 else None,
        "places": [PartnerPlace(**vars(place)) for place in places],
        "expertise": partner.expertise,
        "networks": partner.networks,
        "parent": parent.slug if parent else None,
        "description": profile.description,
        "logo_url": base_url + logo_path(partner.slug, logo.digest) if logo else None,
    }


def computed_words(publication: Publication, count: int, formats: Formats) -> dict[str, str]:
    """What the computed words of a public text say at this moment; they are outside its digest."""
    return {"signatory_count": formats.number(count), "date": formats.day(publication.published_at)}


def public_position(session: Session, publication: Publication, settings: Settings) -> PublicPosition:
    """A published position with its findings and the partners named on it at this moment."""
    return PublicPosition(**shown_publication(session, publication, settings))


def shown_publication(session: Session, publication: Publication, settings: Settings) -> dict[str, Any]:
    """The fields of a published position, for everyone and for staff."""
    named = signatories(session, publication)
    facts = facts_of_publication(session, publication, settings, count=len(named))
    return {**facts, "signatories": [signatory_shape(row) for row in named]}


def facts_of_publication(
    session: Session, publication: Publication, settings: Settings, *, count: int
) -> dict[str, Any]:
    """The fields of a published position with so many signatories, without these."""
    version = publication.version
    computed = computed_words(publication, count, settings.formats)
    address = f"{settings.base_url}/positions/{encoded(publication.position.slug)}"
    return {
        **shown_version(session, version),
        "html": filled_html(html_of(version.body), computed),
        "computed": computed if leaves_open(version.wording) else {},
        "published_at": publication.published_at,
        "signatory_count": count,
        "deliveries": [
            _delivery(status, address, settings.timezone) for status in public_deliveries(session, publication)
        ],
        "url": address,
        "text_url": f"{address}/text",
        "proof_url": f"{address}/proof",
    }


def shown_version(session: Session, version: Version) -> dict[str, Any]:
    """The same fields of a version that is not public."""
    checked = shown_check(session, version)
    return {
        **vars(version.wording),
        "slug": version.position.slug,
        "html": html_of(version.body),
        "links": list(links_in(version.body)),
        "computed": {},
        "version": version.number,
        "digest": version.digest,
        "edition": checked.check.edition.number if checked.check else None,
        "check": check_shape(checked.check) if checked.check else None,
        "findings": [finding_shape(finding) for finding in checked.findings],
        "published_at": None,
        "signatories": [],
        "signatory_count": 0,
        "deliveries": [],
        "url": None,
        "text_url": None,
        "proof_url": None,
    }


def _delivery(status: DeliveryStatus, address: str, zone: tzinfo) -> Delivery:
    when, file_url = status.when, f"{address}/deliveries/{status.delivery.id}.pdf"
    return Delivery(
        recipient=status.delivery.recipient,
        delivered_on=when.astimezone(zone).date() if isinstance(when, datetime) else when,
        names=status.names,
        no_longer_listed=status.gone,
        added_since=status.joined,
        file_url=file_url if status.is_whole else None,
    )


def signatory_shape(row: Mapping[Any, Any]) -> Signatory:
    """A partner that is named on a published position."""
    return Signatory(
        partner=row["partner"],
        name=row["public_name"],
        level=row["level"],
        website=row["website"],
        note=row["public_note"],
        approved_at=row["approved_at"],
        left_at=row["left_at"],
    )
