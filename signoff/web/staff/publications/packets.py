"""Files around a delivery: the position for each state's delegation, and the names that came since a delivery."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, NotFound
from signoff.domain.partners.places import STATES
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted, sentence_for
from signoff.domain.positions.slugs import encoded
from signoff.domain.publications.name_groups import states_with_names
from signoff.models import Delivery, Publication
from signoff.paper.published import PublishedText, published_pdf
from signoff.paper.stationery import Stationery
from signoff.paper.supplement import Supplement, supplement_pdf
from signoff.paper.word.sheet import published_word, supplement_word
from signoff.services.positions.positions import get_position
from signoff.services.publications.delivered_names import DeliveryStatus, joined_since, status_of
from signoff.services.publications.deliveries import get_delivery
from signoff.services.publications.public_queries import signatories, with_states
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import staff
from signoff.web.file_names import named
from signoff.web.installation import db
from signoff.web.public.paper import listed, place_for, published_text
from signoff.web.public.word import WORD
from signoff.web.sheets import stationery
from signoff.web.staff.blueprint import pages

_NO_TIME = (1980, 1, 1, 0, 0, 0)


@pages.get("/staff/positions/<slug:slug>/states/<state>.pdf")
@staff(Act.READ)
def state_paper(slug: str, state: str) -> Response:
    """The position with the names of one state first, as they are listed at this moment."""
    with _in_line(slug, state) as (live, code):
        made = published_pdf(published_text(live, state=code), stationery())
    return named(Response(made, content_type="application/pdf"), f"{_name(slug, code)}.pdf", shown=True)


@pages.get("/staff/positions/<slug:slug>/states/<state>.docx")
@staff(Act.READ)
def state_word(slug: str, state: str) -> Response:
    """The same as a Word file."""
    with _in_line(slug, state) as (live, code):
        made = published_word(published_text(live, state=code), stationery())
    return named(Response(made, content_type=WORD), f"{_name(slug, code)}.docx")


@pages.get("/staff/positions/<slug:slug>/states.zip")
@staff(Act.READ)
def state_papers(slug: str) -> Response:
    """Both for every state with a name on the list, in one ZIP file, which is sent while it is made."""
    live, on = _live(slug), stationery()
    text, placed = published_text(live), with_states(db(), signatories(db(), live))
    # All is read before the first byte leaves; long lists in fifty states take a minute to set.
    texts = [(_name(slug, code), replace(text, **listed(live, placed, code))) for code in states_with_names(placed)]
    made = _zipped(file for name, each in texts for file in _both(name, each, on))
    return named(Response(made, content_type="application/zip"), f"{encoded(slug)}-by-state.zip")


def _both(name: str, text: PublishedText, on: Stationery) -> Iterator[tuple[str, bytes]]:
    yield f"{name}.pdf", published_pdf(text, on)
    yield f"{name}.docx", published_word(text, on)


def _zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A ZIP file of these files, in pieces."""
    out = _Sent()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, content)
            yield out.taken()
    yield out.taken()


class _Sent(io.RawIOBase):
    """Takes what is written, for someone to take it from here."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """All that was written since it was last taken."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


@pages.get("/staff/positions/<slug:slug>/deliveries/<number:number>/added.pdf")
@staff(Act.READ)
def added_names(slug: str, number: int) -> Response:
    """The names that came since a delivery, to be added to it."""
    with _delivery_in_line(slug, number) as delivery:
        made = supplement_pdf(_supplement(delivery), stationery())
    return named(Response(made, content_type="application/pdf"), f"{encoded(slug)}-added-names.pdf", shown=True)


@pages.get("/staff/positions/<slug:slug>/deliveries/<number:number>/added.docx")
@staff(Act.READ)
def added_names_word(slug: str, number: int) -> Response:
    """The same as a Word file."""
    with _delivery_in_line(slug, number) as delivery:
        made = supplement_word(_supplement(delivery), stationery())
    return named(Response(made, content_type=WORD), f"{encoded(slug)}-added-names.docx")


def _live(slug: str) -> Publication:
    live = find_live_publication(db(), get_position(db(), slug))
    if live is None:
        raise Conflict("This position is not published, so there is nothing to deliver.")
    return live


@contextmanager
def _in_line(slug: str, state: str) -> Iterator[tuple[Publication, str]]:
    """With a place in line, the live publication and the state's code; refused where no name of the state is listed."""
    live, code = _live(slug), state.upper()
    if code not in STATES:
        raise NotFound("There is no such state.")
    with place_for(live):
        if code not in states_with_names(with_states(db(), signatories(db(), live))):
            raise Conflict(f"No organization that works only in {STATES[code]} is listed on this position now.")
        yield live, code


@contextmanager
def _delivery_in_line(slug: str, number: int) -> Iterator[Delivery]:
    """With a place in line for a list of its publication's names, a delivery."""
    delivery = get_delivery(db(), get_position(db(), slug), number)
    with place_for(delivery.publication):
        yield delivery


def _name(slug: str, state: str) -> str:
    return f"{encoded(slug)}-{'-'.join(STATES[state].lower().replace('.', '').split())}"


def _supplement(delivery: Delivery) -> Supplement:
    status, joined = status_of(db(), delivery), {row["answer_id"] for row in joined_since(db(), delivery)}
    if not status.is_delivered:
        raise Conflict("This was not delivered, so there is nothing to add names to.")
    if not joined:
        raise Conflict("No name has been added since this delivery.")
    text = published_text(delivery.publication)
    added = [row for group in text.groups for row in group.rows if row["answer_id"] in joined]
    day = text.formats.day(status.when) if isinstance(status.when, datetime) else text.formats.calendar_day(status.when)
    return Supplement(
        replace(text, **listed(delivery.publication, added, "")),
        f"Names added since {day}",
        _said_before(status, text.wording.title, day, len(joined)),
        [
            sentence_for(
                status.gone,
                "One name on the earlier list is no longer listed.",
                "{Number} names on the earlier list are no longer listed.",
            )
        ]
        if status.gone
        else [],
    )


def _said_before(status: DeliveryStatus, title: str, day: str, joined: int) -> list[str]:
    with_names = f"with {counted(status.names, 'name')}" if status.names else "without names"
    these = "this organization has" if joined == 1 else f"these {counted(joined, 'organization')} have"
    return [
        f"We delivered “{title}” to {status.delivery.recipient} on {day}, {with_names}.",
        f"Since then, {these} approved exactly the same text:",
    ]
