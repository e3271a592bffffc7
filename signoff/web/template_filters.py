"""What templates may call: times in the installation's zone, texts as HTML, digests, counts, and lists of words."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, g
from markupsafe import Markup, escape

from signoff.domain.answers.answers import AUTHORITY_WORDS, VERDICT_WORDS, recorded_words
from signoff.domain.formats import Formats
from signoff.domain.partners.email_addresses import email_problem
from signoff.domain.permissions import Act, may
from signoff.domain.phrasing import counted, duration, enumerated, sentence_for
from signoff.domain.positions.blocks import minutes_to_read
from signoff.domain.positions.changes import read_changes
from signoff.domain.positions.comments import OUTCOME_WORDS
from signoff.domain.positions.fields import FIELDS, KINDS, Field, Place
from signoff.domain.positions.markdown import html_of, links_in, with_link_numbers
from signoff.domain.positions.placeholders import filled, filled_html
from signoff.domain.positions.text import Wording, leaves_open, shown_fields
from signoff.domain.principles.commitments import commitment_parts
from signoff.domain.principles.principles import FINDING_WORDS
from signoff.domain.time import rfc3339
from signoff.letters.kinds import LETTER_WORDS
from signoff.models import Answer, Publication, Version
from signoff.paper.shapes import number_for, without_shape
from signoff.services.coalition import find_coalition
from signoff.services.outbox.mail_state import MailState, mail_state
from signoff.services.positions.highlighting import with_quotes
from signoff.services.publications.public_queries import Departure
from signoff.web.absolute import absolute, absolute_url_for
from signoff.web.forms import form_key
from signoff.web.help_links import HELP
from signoff.web.installation import db, installation
from signoff.web.name_questions import field_of
from signoff.web.public_filters import OF_PUBLIC_PAGES
from signoff.web.serializers import computed_words
from signoff.web.states import STATES
from signoff.web.text_html import with_anchors, with_directions, with_scrolling_tables

_WORDS = {
    "Act": Act,
    "HELP": HELP,
    "STATES": STATES,
    "FINDING_WORDS": FINDING_WORDS,
    "VERDICT_WORDS": VERDICT_WORDS,
    "AUTHORITY_WORDS": AUTHORITY_WORDS,
    "OUTCOME_WORDS": OUTCOME_WORDS,
    "FIELDS": FIELDS,
    "KINDS": KINDS,
    "LETTER_WORDS": LETTER_WORDS,
    "FIELD_LABELS": {field.name: field.label for field in FIELDS},
    "form_key": form_key,
    "absolute_url_for": absolute_url_for,
    "duration": duration,
}


# What a partner's page says of texts and answers.
_OF_TEXTS = {
    "recorded_words": lambda answer, organization: recorded_words(answer.verdict, organization),
    "read_changes": lambda before, after: read_changes(before.wording, after.wording),
    "minutes_to_read": lambda version: minutes_to_read(version.body),
    "without_shape": lambda version, answers=(): _without_shape(version, answers),
    "commitment_parts": commitment_parts,
    "links_in": links_in,
    "on_one_line": lambda text: re.sub(r"\n+", lambda breaks: ", " if len(breaks[0]) == 1 else "; ", text),
}
_TESTS = {
    "in_criterion": lambda field, at: field.startswith(f"{at}."),
    "email_address": lambda text: not email_problem(text),
}


def _without_shape(version: Version, answers: Iterable[Answer] = ()) -> dict[str, str]:
    """The characters of a text and of the names on it that no sheet can show, each with the number it gets there."""
    said = [word for answer in answers for word in (answer.public_name or "", answer.public_note)]
    return {one: number_for(one) for one in without_shape(" ".join([*vars(version.wording).values(), *said]))}


def install_showing(app: Flask) -> None:
    """Give templates their filters and names."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "day": _day,
        "moment": lambda moment: _time(moment, _formats().short(moment)),
        "in_full": lambda moment: _time(moment, _formats().full(moment)),
        "number": lambda number: _formats().number(number),
        "rfc3339": rfc3339,
        "instant": datetime.fromisoformat,
        "day_and_utc": lambda moment: f"{_formats().day(moment)} ({moment:%Y-%m-%d %H:%M} UTC)",
        "short_digest": short_digest,
        "as_html": _as_html,
        **OF_PUBLIC_PAGES,
        "with_computed": lambda text, computed=None, quotes=(): _html(str(escape(text)), computed, quotes),
        "fields_of": _fields_of,
        "as_read": _as_read,
        "answer_field": field_of,
        "leaves_open": lambda said: leaves_open(_wording_of(said)),
        "counted": counted,
        "sentence_for": sentence_for,
        "enumerated": enumerated,
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "groupby_day": grouped_by_day,
        "bare_address": lambda url: url.split("://", 1)[-1].rstrip("/"),
        "absolute": absolute,
        "inert": _inert,
        "browser_words": _browser_words,
        **_OF_TEXTS,
        "pairs": lambda values: [(value, value) for value in values],
    }
    app.jinja_env.tests |= _TESTS
    app.jinja_env.globals |= _named_everywhere()
    app.context_processor(_of_every_page)


def _named_everywhere() -> dict[str, Any]:
    return {
        **_WORDS,
        "departed": departed,
        "mail_state": _mail_state,
        "zone_words": lambda: _formats().zone_words(installation().clock()),
        "may_do": lambda act: bool(g.get("user")) and may(g.user.actor, act),
    }


def _mail_state() -> MailState:
    # Asked by the head and the foot of every staff page; once is enough.
    if "mail_state" not in g:
        g.mail_state = mail_state(db(), at=installation().clock())
    result: MailState = g.mail_state
    return result


def _of_every_page() -> dict[str, Any]:
    coalition = g.get("coalition") or find_coalition(db())
    g.coalition = coalition
    if coalition:
        installation().remembered["coalition"] = coalition.name
    return {
        "coalition": coalition.name if coalition else installation().coalition_name,
        "letterhead": coalition.letterhead if coalition else None,
        "logo": coalition.logo if coalition else None,
        "user": g.get("user"),
        "is_demo": installation().demo_inbox is not None,
    }


def _as_html(
    body: str, computed: Mapping[str, str] | None = None, quotes: Iterable[tuple[str, str]] = (), place: str = "text"
) -> Markup:
    html = with_directions(with_scrolling_tables(with_anchors(html_of(body, place), place)))
    return Markup(with_link_numbers(_html(html, computed, quotes)))  # noqa: S704 - cleaned there


def _html(html: str, computed: Mapping[str, str] | None, quotes: Iterable[tuple[str, str]]) -> Markup:
    return Markup(filled_html(with_quotes(html, quotes), computed or {}))  # noqa: S704 - cleaned by services.wording


def _fields_of(said: Version | Wording, place: str) -> list[tuple[Field, str]]:
    return shown_fields(_wording_of(said), Place(place))


def _wording_of(said: Version | Wording) -> Wording:
    return said.wording if isinstance(said, Version) else said


def _as_read(text: str, publication: Publication, count: int) -> str:
    return filled(text, computed_words(publication, count, _formats()))


def _inert(text: str) -> str:
    # Literal in Markdown, with its line breaks. No page shows a line set in, which would be code here; and an address
    # that is no link keeps no backslashes of ours.
    flush = re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|<>~&=-]|:(?=//))", r"\\\1", flush)
    numbered = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", escaped, flags=re.MULTILINE)
    return re.sub(r"(?<=\S)\n(?=\S)", r"\\\n", numbered)


def _formats() -> Formats:
    return installation().settings.formats


_BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


def _browser_words(told: str) -> str:
    # As much of what a browser calls itself as its user knows it by.
    browser = next((words for mark, words in _BROWSERS.items() if mark in told), "")
    system = next((mark for mark in _SYSTEMS if mark in told), "")
    return " on ".join(part for part in (browser, system) if part) or "not told"


def _day(moment: "datetime | date") -> Markup:
    if not isinstance(moment, datetime):
        words = _formats().calendar_day(moment)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), words)
    return _time(moment, _formats().day(moment))


def _time(moment: datetime, words: str) -> Markup:
    # HTML allows three digits of a second; whole seconds are enough for a reader.
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(rfc3339(moment.replace(microsecond=0)), words)


def departed(departure: Departure, together: int) -> str:
    """What happened to so many names on one day, up to the day itself."""
    if departure.withdrew:
        return sentence_for(together, "One partner withdrew on", "{Number} partners withdrew on")
    return sentence_for(together, "One name was taken off on", "{Number} names were taken off on")


def grouped_by_day(departures: Iterable[Departure]) -> list[tuple[Departure, int]]:
    """Departures of one day and kind together: one of them, and how many they are."""
    days: dict[tuple[date, bool], list[Departure]] = {}
    for departure in departures:
        days.setdefault((departure.at.astimezone(_formats().zone).date(), departure.withdrew), []).append(departure)
    return [(together[0], len(together)) for together in days.values()]


def short_digest(digest: str) -> str:
    """The first eight and last four characters of a digest."""
    return f"{digest[:8]}…{digest[-4:]}"
