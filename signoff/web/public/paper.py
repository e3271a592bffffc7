"""A published position as a PDF: the letter or position as a whole, or one page of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound, NotSealedYet
from signoff.domain.partners.places import STATES
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import canonical
from signoff.domain.publications.name_groups import Grouping, state_first
from signoff.models import Publication
from signoff.paper.published import IN_TWO_COLUMNS, KINDS_OF_SHEET, WHOLE, PublishedText, published_pdf
from signoff.paper.typesetting import place_in_line
from signoff.services.positions.checks import ShownCheck, shown_check
from signoff.services.publications.bundles import bundle_of
from signoff.services.publications.list_pages import count_signatories
from signoff.services.publications.public_queries import departures, signatories, with_states
from signoff.web.access import public
from signoff.web.file_names import named as named_file
from signoff.web.installation import coalition_name, db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.serializers import computed_words
from signoff.web.sheets import finding_rows, stationery
from signoff.web.template_filters import departed, grouped_by_day


@pages.get("/positions/<slug:slug>.pdf")
@kept(position=True, log=True, queries="sheet paper")
@public
def position_pdf(slug: str) -> Response:
    """The position for paper, with exactly the partners that stand behind it at this moment.

    `?sheet=summary` gives one page of it, `?paper=letter` or `?paper=a4` the size of the paper.
    """
    _, publication = published(slug)
    sheet = request.args.get("sheet", WHOLE)
    if sheet not in KINDS_OF_SHEET:
        raise NotFound(f"There is no such sheet. Use sheet={' or sheet='.join(KINDS_OF_SHEET)}.")
    made = paper_of(publication, sheet=sheet)
    name = f"{slug}.pdf" if sheet == WHOLE else f"{slug}-{sheet}.pdf"
    return named_file(Response(made, content_type="application/pdf"), name, shown=True)


def paper_of(publication: Publication, *, sheet: str = WHOLE, state: str = "") -> bytes:
    """The PDF of a publication as it is at this moment, with the names of a state first where its code is given.

    Raises TooBusy without a place in line.
    """
    with place_for(publication):
        return published_pdf(published_text(publication, state=state), stationery(), sheet=sheet)


@contextmanager
def place_for(publication: Publication) -> Iterator[None]:
    """Have a place in line for a paper with all names, before they are read; raises TooBusy without one."""
    letters = len(canonical(publication.version.wording))
    with place_in_line(names=count_signatories(db(), publication), letters=letters):
        yield


def published_text(publication: Publication, *, state: str = "") -> PublishedText:
    """A publication as its sheets tell it at this moment, in whatever format; `state` as for `paper_of`."""
    version, settings = publication.version, installation().settings
    named, checked = signatories(db(), publication), shown_check(db(), version)
    return PublishedText(
        wording=version.wording,
        computed=computed_words(publication, len(named), settings.formats),
        number=version.number,
        digest=version.digest,
        published_at=publication.published_at,
        formats=settings.formats,
        **listed(publication, with_states(db(), named), state),
        departures=departure_sentences(publication),
        checked=check_sentence(checked, coalition_name()),
        findings=finding_rows(checked),
        page_address=f"{settings.base_url}/positions/{encoded(publication.position.slug)}",
        verify_address=f"{settings.base_url}/verify",
        bundle=_bundle(publication),
    )


def listed(publication: Publication, named: Sequence[Mapping[Any, Any]], state: str) -> dict[str, Any]:
    """The groups and captions of a text with these names, those of a state first where its code is given.

    Narrow columns have room for a state's code only.
    """
    states = STATES if len(named) <= IN_TWO_COLUMNS else {code: code for code in STATES}
    return {
        "groups": state_first(named, publication.grouping, state),
        "captions": {row["public_name"]: _caption(row, publication, state, states) for row in named},
    }


def _bundle(publication: Publication) -> str:
    # While there is no bundle of the list as it is, none is attached: an older one could name who left.
    try:
        return bundle_of(db(), publication).text
    except NotSealedYet:
        return ""


def _caption(row: Mapping[Any, Any], publication: Publication, first: str, states: Mapping[str, str]) -> str:
    """The state of an organization that is not national, where no heading says it; and when it left."""
    whose, formats = coalition_name().removeprefix("The "), installation().settings.formats
    is_told = publication.grouping == Grouping.STATE or row["level"] == "national" or row["state"] == first
    state = "" if is_told else states.get(row["state"], "")
    left = f"left the {whose} {formats.day(row['left_at'])}" if row["left_at"] else ""
    in_one_line = state.replace(" ", "\u00a0")
    return ", ".join(filter(None, (f"({in_one_line})" if state else "", left)))


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
