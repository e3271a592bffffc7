"""A published position as a Word file: what its page says, for those who work on with it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from signoff.domain.formats import Formats
from signoff.domain.phrasing import counted
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import canonical
from signoff.domain.principles.principles import FINDING_WORDS, Finding
from signoff.domain.publications.name_groups import in_groups
from signoff.models import Publication
from signoff.paper.word.sheet import PublicSide, Reviewed, Signatory, WordSheet, word_file
from signoff.services.positions.checks import shown_check
from signoff.services.publications.public_queries import signatories, with_states
from signoff.web.access import public
from signoff.web.file_names import named as named_file
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.public.paper import check_sentence, departure_sentences
from signoff.web.serializers import computed_words
from signoff.web.template_filters import short_digest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/positions/<slug:slug>.docx")
@public
def position_word(slug: str) -> Response:
    """The position for word processors, with exactly the partners that stand behind it at this moment."""
    _, publication = published(slug)
    return named_file(Response(word_file(_sheet(publication)), content_type=WORD), f"{slug}.docx")


def _sheet(publication: Publication) -> WordSheet:
    version, settings = publication.version, installation().settings
    name, formats = installation().coalition_name, settings.formats
    address = f"{settings.base_url}/positions/{encoded(publication.position.slug)}"
    named, day = signatories(db(), publication), formats.day(publication.published_at)
    checked = shown_check(db(), version)
    return WordSheet(
        wording=version.wording,
        computed=computed_words(publication, len(named), formats),
        coalition=name,
        digest=version.digest,
        at=publication.published_at,
        facts=(name, f"published {day}", f"version {version.number}"),
        foot=(address, f"SHA-256 {short_digest(version.digest)}"),
        public=PublicSide(
            groups=[
                (group.heading, [_signatory(row, name, formats) for row in group.rows])
                for group in in_groups(with_states(db(), named), publication.grouping)
            ],
            counted=counted(len(named), "signatory", "signatories").capitalize(),
            departures=departure_sentences(publication),
            checked=check_sentence(checked, name),
            findings=[
                Reviewed(row.criterion.name, FINDING_WORDS[Finding(row.verdict)], row.rationale, row.quotes)
                for row in checked.findings
            ],
            address=address,
            verify_address=f"{settings.base_url}/verify",
            text_address=f"{address}/text",
            length=formats.number(len(canonical(version.wording))),
            cite=f"{name}, “{version.title}”, version {version.number}, published {day}, {address}.",
        ),
    )


def _signatory(row: Mapping[Any, Any], coalition: str, formats: Formats) -> Signatory:
    left = f"left the {coalition.removeprefix('The ')} {formats.day(row['left_at'])}" if row["left_at"] else ""
    return Signatory(row["public_name"], row["public_note"], left)
