"""What other sites and search engines are told of a published position: its picture, and its facts as schema.org."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from signoff.domain.positions.placeholders import filled
from signoff.domain.time import rfc3339
from signoff.models import Publication
from signoff.paper.card import HEIGHT, WIDTH, Card, card_png
from signoff.services.coalition import find_coalition
from signoff.services.publications.list_pages import count_signatories
from signoff.services.publications.public_queries import signatories
from signoff.web.absolute import absolute_url_for
from signoff.web.access import public
from signoff.web.installation import coalition_name, db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.serializers import computed_words

_CONTEXT = "https://schema.org"
# More names than these are in the file that the facts point at: they would double a page of many megabytes.
MOST_NAMES = 1000


@pages.get("/positions/<slug:slug>/card-<digest>.png")
@public
def card(slug: str, digest: str) -> Response:
    """The picture of a position; the address of an earlier one leads to the present.

    Caches ask each time whether it is still there, since a title can name a partner that withdraws.
    """
    _, publication = published(slug)
    present = _card(publication, count_signatories(db(), publication))
    if digest != present.digest:
        return redirect(url_for("public.card", slug=slug, digest=present.digest))
    return Response(card_png(present), content_type="image/png")


def _card(publication: Publication, count: int) -> Card:
    coalition = find_coalition(db())
    logo = coalition.logo.content if coalition and coalition.logo else b""
    return Card(publication.version.title, signed_by(count), coalition_name(), logo)


@pages.app_template_global()
def signed_by(count: int) -> str:
    """How many signed: “No signatories yet”, “1 signatory”, “1,234 signatories”."""
    if not count:
        return "No signatories yet"
    return f"{installation().settings.formats.number(count)} {'signatory' if count == 1 else 'signatories'}"


@pages.app_template_global()
def picture_of(publication: Publication, count: int) -> dict[str, Any]:
    """The picture of a position: its whole address, its size in pixels, and what it says."""
    present = _card(publication, count)
    address = absolute_url_for("public.card", slug=publication.position.slug, digest=present.digest)
    says = f"{present.title}. {present.signed}. {present.coalition}"
    return {"url": address, "width": WIDTH, "height": HEIGHT, "alt": says}


@pages.app_template_global()
def structured_data(publication: Publication, count: int, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A published position in the words of schema.org: the text, its publisher, and each endorsement that is shown.

    All of them but those of a list that is too long: it is in the file that the facts point at.
    """
    if len(shown) != count:
        shown = [dict(row) for row in signatories(db(), publication)] if count <= MOST_NAMES else ()
    slug, version = publication.position.slug, publication.version
    address = absolute_url_for("public.position", slug=slug)
    text = {
        "@type": "Article",
        "@id": address,
        "url": address,
        "headline": version.title,
        "abstract": _read(version.summary, publication, count),
        "inLanguage": version.language,
        "version": str(version.number),
        "datePublished": rfc3339(publication.published_at),
        "identifier": f"sha256:{version.digest}",
        "image": picture_of(publication, count)["url"],
        "publisher": _publisher(),
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": f"{_CONTEXT}/EndorseAction",
            "userInteractionCount": count,
        },
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": absolute_url_for("public.position_json", slug=slug),
        },
    }
    return {"@context": _CONTEXT, "@graph": [text, *(_endorsement(row, address) for row in shown)]}


def _read(text: str, publication: Publication, count: int) -> str:
    return filled(text, computed_words(publication, count, installation().settings.formats))


def _publisher() -> dict[str, Any]:
    coalition = find_coalition(db())
    about: dict[str, Any] = {"@type": "Organization", "name": coalition_name()}
    about["url"] = coalition.website if coalition and coalition.website else absolute_url_for("public.home")
    if coalition and coalition.logo:
        about["logo"] = absolute_url_for("public.logo", digest=coalition.logo.digest)
    return about


def _endorsement(row: Mapping[str, Any], address: str) -> dict[str, Any]:
    agent = {"@type": "Organization", "name": row["public_name"]}
    if row["website"]:
        agent["url"] = row["website"]
    return {
        "@type": "EndorseAction",
        "agent": agent,
        "object": {"@id": address},
        "endTime": rfc3339(row["approved_at"]),
    }
