"""Things as JSON, alike in the public downloads and in the API."""

from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from signoff.domain.computed import filled_html, has_computed
from signoff.domain.markdown import html_of
from signoff.domain.moments import on_day, rfc3339
from signoff.models import Criterion, FindingRow, Partner, PrinciplesEdition, Publication, VersionCheck
from signoff.services.checks import shown_check, told_finding
from signoff.services.reading import signatories
from signoff.settings import Settings


def edition_shape(edition: PrinciplesEdition) -> dict[str, Any]:
    """A principles edition: its texts, its principles, and all criteria a version is checked against."""
    principles = [criterion for criterion in edition.criteria if criterion.kind == "principle"]
    return {
        "edition": edition.number,
        "adopted_on": edition.adopted_on.isoformat(),
        "source": edition.source,
        "vision": edition.vision,
        "mission": edition.mission,
        "preamble": edition.preamble,
        "principles": [
            {name: value for name, value in criterion_shape(criterion).items() if name != "kind"}
            for criterion in principles
        ],
        "criteria": [criterion_shape(criterion) for criterion in edition.criteria],
    }


def criterion_shape(criterion: Criterion) -> dict[str, Any]:
    """One criterion."""
    return {
        "key": criterion.key,
        "kind": criterion.kind,
        "name": criterion.name,
        "statement": criterion.statement,
        "questions": criterion.questions,
    }


def finding_shape(finding: FindingRow) -> dict[str, Any]:
    """One finding."""
    return told_finding(finding)


def check_shape(check: VersionCheck) -> dict[str, Any]:
    """A completed check in public: against which edition, when, and by whom in which role, without a name."""
    return {
        "edition": check.edition.number,
        "edition_name": check.edition.name,
        "adopted_on": check.edition.adopted_on.isoformat(),
        "completed_at": rfc3339(check.completed_at),
        "by": "reviewer",
    }


def partner_shape(partner: Partner, *, with_contacts: bool) -> dict[str, Any]:
    """A partner; its contacts, tags and aliases are for staff only."""
    shape: dict[str, Any] = {
        "slug": partner.slug,
        "name": partner.name,
        "public_names": [name.name for name in partner.names if name.kind == "public"],
        "website": partner.website,
        "level": partner.level,
    }
    if with_contacts:
        shape["aliases"] = [name.name for name in partner.names if name.kind == "alias"]
        shape["tags"] = [tag.tag for tag in partner.tags]
        shape["contacts"] = [
            {
                "id": contact.id,
                "name": contact.full_name,
                "email": contact.email,
                "job_title": contact.job_title,
                "may_answer": bool(contact.may_answer),
            }
            for contact in partner.contacts
            if contact.removed_at is None
        ]
    return shape


def computed_words(publication: Publication, count: int, zone: tzinfo) -> dict[str, str]:
    """What the computed words of a public text say at this moment; they are outside its digest."""
    return {"signatory_count": f"{count:,}", "date": on_day(publication.published_at, zone)}


def published_shape(session: Session, publication: Publication, settings: Settings) -> dict[str, Any]:
    """A published position with its findings and the partners that stand behind it at this moment."""
    version, slug = publication.version, publication.position.slug
    named = signatories(session, publication)
    checked = shown_check(session, version)
    computed, base_url = computed_words(publication, len(named), settings.timezone), settings.base_url
    return {
        "slug": slug,
        **vars(version.wording),
        "html": filled_html(html_of(version.body), computed),
        "computed": computed if has_computed(version.summary + version.body) else {},
        "version": version.number,
        "digest": version.digest,
        "published_at": rfc3339(publication.published_at),
        "edition": checked.check.edition.number if checked.check else None,
        "check": check_shape(checked.check) if checked.check else None,
        "findings": [finding_shape(finding) for finding in checked.findings],
        "signatories": [
            {
                "partner": row["partner"],
                "name": row["public_name"],
                "level": row["level"],
                "website": row["website"],
                "note": row["public_note"],
                "approved_at": rfc3339(row["approved_at"]),
                "left_at": rfc3339(row["left_at"]) if row["left_at"] else None,
            }
            for row in named
        ],
        "signatory_count": len(named),
        "url": f"{base_url}/positions/{slug}",
        "text_url": f"{base_url}/positions/{slug}/text",
        "proof_url": f"{base_url}/positions/{slug}/proof",
    }
