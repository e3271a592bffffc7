"""What public pages ask of templates: parts of a text, passages that were looked for, months, pictures."""

from base64 import b64encode
from datetime import date

from markupsafe import Markup

from signoff.domain.partners.places import state_name
from signoff.domain.positions.markdown import html_of, plain_text
from signoff.domain.positions.placeholders import filled, filled_html
from signoff.services.positions.text_search import parted_by, passage_with
from signoff.services.publications.public_queries import ListedPublication
from signoff.web.installation import installation
from signoff.web.serializers import computed_words
from signoff.web.text_html import parts_of

_LONGEST = 320  # characters of a summary in a list


def _plain_day(day: date) -> str:
    return installation().settings.formats.calendar_day(day)


def _month(day: date) -> Markup:
    words = installation().settings.formats.month(day)
    return Markup('<time datetime="{}">{}</time>').format(f"{day:%Y-%m}", words)


def _picture(content: bytes) -> str:
    return f"data:image/png;base64,{b64encode(content).decode()}"


def _passage(item: ListedPublication, words: str) -> Markup:
    """What a list shows of a position: its summary, or what stands around the words that were looked for."""
    version = item.publication.version
    text = f"{version.summary} {plain_text(version.body)}" if words else version.summary
    read = filled(text, computed_words(item.publication, item.signatories, installation().settings.formats))
    pieces = parted_by(passage_with(read, words) if words else _shortened(read), words)
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if at % 2 else piece for at, piece in enumerate(pieces)
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]}…"


OF_PUBLIC_PAGES = {
    "names_anchor": lambda heading: f"names-{heading.lower().replace(' ', '-')}",
    "parts_of": lambda version, computed: parts_of(filled_html(html_of(version.body, "body"), computed), "body"),
    "month": _month,
    "passage": _passage,
    "picture": _picture,
    "plain_day": _plain_day,
    "state_name": state_name,
}
