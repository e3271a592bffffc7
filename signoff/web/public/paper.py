"""A published position as a PDF: what its page says, for paper."""

from typing import Any

import segno
from sqlalchemy import RowMapping
from werkzeug.wrappers import Response

from signoff.domain.errors import NotSealedYet
from signoff.domain.formats import Formats
from signoff.domain.phrasing import counted
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import canonical
from signoff.domain.principles.principles import FINDING_WORDS, Finding
from signoff.models import Publication
from signoff.paper.text import text_facts
from signoff.paper.typesetting import set_on_paper
from signoff.services.coalition import find_coalition
from signoff.services.positions.checks import ShownCheck, shown_check
from signoff.services.publications.bundles import bundle_of
from signoff.services.publications.public_queries import departures, signatories
from signoff.web.access import public
from signoff.web.file_names import named as named_file
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.serializers import computed_words
from signoff.web.template_filters import departed, grouped_by_day, short_digest


@pages.get("/positions/<slug:slug>.pdf")
@public
def position_pdf(slug: str) -> Response:
    """The position for paper, with exactly the partners that stand behind it at this moment."""
    _, publication = published(slug)
    response = Response(set_on_paper(_facts(publication)), content_type="application/pdf")
    return named_file(response, f"{slug}.pdf", shown=True)


def _facts(publication: Publication) -> dict[str, Any]:
    version, slug, settings = publication.version, publication.position.slug, installation().settings
    named, formats = signatories(db(), publication), settings.formats
    computed, coalition = computed_words(publication, len(named), formats), find_coalition(db())
    address = f"{settings.base_url}/positions/{encoded(slug)}"
    name = coalition.name if coalition else "Signoff"
    day = formats.day(publication.published_at)
    published_on = publication.published_at.astimezone(formats.zone)
    return {
        "paper": "position",
        **text_facts(version.wording, computed),
        "coalition": name,
        "day": [published_on.year, published_on.month, published_on.day],
        "facts": [name, f"published {day}", f"version {version.number}"],
        "signatories": [
            {
                "name": row["public_name"],
                "website": row["website"],
                "note": row["public_note"],
                "caption": _caption(row, name, formats),
            }
            for row in named
        ],
        "counted": counted(len(named), "signatory", "signatories").capitalize(),
        "incomplete": False,
        "departures": departure_sentences(publication),
        **_check_facts(shown_check(db(), version), name),
        "digest": version.digest,
        "short_digest": short_digest(version.digest),
        "length": formats.number(len(canonical(version.wording))),
        "address": address,
        "text_address": f"{address}/text",
        "cite": f"{name}, “{version.title}”, version {version.number}, published {day}, {address}.",
        **_evidence_facts(publication, address),
    }


def _evidence_facts(publication: Publication, address: str) -> dict[str, Any]:
    """What lets a reader check the sheet: where, the code of the version with its digest, and the bundle of now.

    While there is no bundle of the list as it is, none is attached: an older one could name who left.
    """
    version, base = publication.version, installation().settings.base_url
    try:
        bundle = bundle_of(db(), publication).text
    except NotSealedYet:
        bundle = ""
    code = segno.make(f"{address}/versions/{version.number}#sha256-{version.digest}", error="m", micro=False)
    return {
        "bundle": bundle,
        "code": code.svg_inline(border=0),
        "code_modules": code.symbol_size(border=0)[0],
        "verify_address": f"{base}/verify",
    }


def _caption(row: RowMapping, coalition: str, formats: Formats) -> str:
    level, approved = (row["level"] or "").capitalize(), f"approved {formats.day(row['approved_at'])}"
    left = f"left the {coalition.removeprefix('The ')} {formats.day(row['left_at'])}" if row["left_at"] else ""
    return " · ".join(part for part in (level, approved, left) if part)


def departure_sentences(publication: Publication) -> list[str]:
    """What happened to the names that left since it was published, a sentence for each day."""
    formats, grouped = installation().settings.formats, grouped_by_day(departures(db(), publication))
    return [f"{departed(item, together)} {formats.day(item.at)}." for item, together in grouped]


def check_sentence(shown: ShownCheck, coalition: str) -> str:
    """By whom, when and against what a text was checked; empty while no check of it is completed."""
    if shown.check is None:
        return ""
    on, whose = installation().settings.formats.day(shown.check.completed_at), coalition.removeprefix("The ")
    return f"By a reviewer of the {whose} who wrote none of it, on {on}, against the {shown.check.edition.name}."


def _check_facts(shown: ShownCheck, coalition: str) -> dict[str, Any]:
    findings = [
        {
            "name": finding.criterion.name,
            "verdict": FINDING_WORDS[Finding(finding.verdict)],
            "rationale": finding.rationale,
            "quotes": finding.quotes,
        }
        for finding in shown.findings
    ]
    return {"checked": check_sentence(shown, coalition), "findings": findings}
