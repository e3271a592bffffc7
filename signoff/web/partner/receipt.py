"""The receipt of what a partner last said of a text, as a PDF with the whole text."""

from datetime import date

from werkzeug.wrappers import Response

from signoff.domain.answers.answers import AUTHORITY_WORDS, Authority, recorded_words
from signoff.domain.errors import NotFound
from signoff.domain.positions.slugs import encoded
from signoff.models import Answer, Link, Version
from signoff.paper.receipt import Receipt, receipt_pdf
from signoff.services.answers.current_answers import last_answer
from signoff.web.access import link_holder
from signoff.web.file_names import named as named_file
from signoff.web.installation import db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.link_auth import link_from_address
from signoff.web.sheets import stationery


@pages.get("/r/<secret>/receipt.pdf")
@link_holder
def receipt(secret: str) -> Response:
    """What was last recorded for this partner, with the text it is about; not found before there is an answer."""
    link = link_from_address(secret)
    version = db().get_one(Version, link.request.version_id)
    last = last_answer(db(), version.id, link.partner_id)
    if last is None:
        raise NotFound("Nothing has been recorded for this organization yet.")
    on_paper = Receipt(
        heading=recorded_words(last.verdict, link.request.partner.name),
        rows=_rows(last, link),
        wording=version.wording,
        number=version.number,
        digest=version.digest,
        day=_day(last),
        address=installation().settings.base_url,
    )
    response = Response(receipt_pdf(on_paper, stationery()), content_type="application/pdf")
    return named_file(response, f"receipt-{encoded(version.position.slug)}-version-{version.number}.pdf")


def _rows(answer: Answer, link: Link) -> list[tuple[str, str]]:
    # The private note is left out: a receipt is passed on.
    person, formats = answer.person, installation().settings.formats
    rows = [
        ("Public name", answer.public_name),
        ("Public note", answer.public_note),
        ("Authority", AUTHORITY_WORDS[Authority(answer.authority)] if answer.authority else ""),
        ("Date of the decision", formats.calendar_day(answer.board_decided_on) if answer.board_decided_on else ""),
        ("Signed by", person.full_name),
        ("Job title", person.job_title),
        ("Reason", person.reason),
        ("Recorded", formats.full(answer.at)),
        ("Asked", link.request.partner.name),
    ]
    return [(label, words) for label, words in rows if words]


def _day(answer: Answer) -> date:
    return answer.at.astimezone(installation().settings.timezone).date()
