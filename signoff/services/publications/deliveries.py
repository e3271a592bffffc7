"""Deliveries of what is public: recorded with the exact file and the names in it, by email or by hand."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.publications.deliveries import LONGEST_NOTE, DeliveryForm, DeliveryWay, day_of
from signoff.domain.text_input import clean_text, text_problem
from signoff.models import DeliveredName, Delivery, Position, Publication
from signoff.services.act import ActContext
from signoff.services.locks import hold_position, hold_version
from signoff.services.outbox.letter_queue import queue_delivery
from signoff.services.positions.public_notes import note_problem
from signoff.services.publications.public_queries import delivered, signatories
from signoff.services.publications.publications import find_live_publication
from signoff.services.record.record import record

_OTHER_NAMES = (
    "The listed names have changed since this page was shown. Nothing was delivered. Please look at the names again."
)
SetFile = Callable[[Publication], bytes]


def names_digest(named: Sequence[Any]) -> str:
    """The signatories that a page showed before a delivery, as one value that its form carries."""
    return shown_digest(str(row["answer_id"]) for row in named)


def deliver(
    act: ActContext,
    position: Position,
    form: DeliveryForm,
    *,
    shown: str,
    zone: tzinfo,
    set_file: SetFile,
    supplements: Delivery | None = None,
) -> Delivery:
    """Record that the live publication is handed to someone; by email, the email is queued.

    `set_file` makes the file, within the act, with exactly the names of this moment; `shown` is their digest as the
    page showed them. Refuses with Invalid what was typed, a day since which the list has changed, and words that name
    a partner; Conflict when nothing is public; NotAsShown when other names stand by now.
    """
    ensure_may(act.by, Act.DELIVER)
    form = form.cleaned()
    live = _held(act, position)
    at = act.at()
    named = signatories(act.session, live)
    _ensure_sound(act, live, form, at=at, zone=zone)
    ensure_as_shown(shown, names_digest(named), _OTHER_NAMES)
    if supplements is not None:
        _ensure_supplements(act.session, supplements, live)
    delivery = _made(form, set_file(live))
    delivery.publication, delivery.supplements_id = live, supplements.id if supplements else None
    delivery.delivered_on = day_of(form.day) or at.astimezone(zone).date()
    delivery.delivered_by, delivery.delivered_at = act.by.id or 0, at
    act.session.add(delivery)
    act.session.flush()
    act.session.add_all(DeliveredName(delivery_id=delivery.id, answer_id=row["answer_id"]) for row in named)
    _tell(act, delivery, len(named))
    return delivery


def take_back(act: ActContext, delivery: Delivery, *, reason: str) -> None:
    """Say that a delivery was recorded by mistake: row and file stay for staff, and nothing of it is public anymore.

    An email that still waits is not sent. Refuses with Invalid a reason that is missing or too long, Conflict what was
    taken back before.
    """
    ensure_may(act.by, Act.DELIVER)
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=LONGEST_NOTE):
        raise Invalid({"reason": problem})
    position = delivery.publication.position
    hold_position(act.session, position.id)
    act.session.refresh(delivery)
    if delivery.taken_back_at is not None:
        raise Conflict("This delivery was taken back already.")
    delivery.taken_back_at, delivery.taken_back_by = max(act.at(), delivery.delivered_at), act.by.id
    delivery.taken_back_reason = reason
    facts = {"position": position.slug, "version": delivery.publication.version.number, "delivery": delivery.id}
    record(act.session, "delivery_taken_back", by=act.by, at=delivery.taken_back_at, facts=facts, position=position)


def _ensure_supplements(session: Session, earlier: Delivery, live: Publication) -> None:
    session.refresh(earlier)
    if earlier.publication_id != live.id:
        raise Conflict("The earlier delivery was of another version. Deliver this version separately.")
    if earlier.taken_back_at is not None:
        raise Conflict("The earlier delivery was taken back. Deliver this separately.")


def _made(form: DeliveryForm, file: bytes) -> Delivery:
    return Delivery(
        recipient=form.recipient,
        way=form.way,
        address=form.address or None,
        note=form.note or None,
        file=file,
        file_sha256=hashlib.sha256(file).hexdigest(),
    )


def _held(act: ActContext, position: Position) -> Publication:
    hold_position(act.session, position.id)
    live = find_live_publication(act.session, position)
    if live is not None:
        hold_version(act.session, live.version_id)
        live = find_live_publication(act.session, position)
    if live is None:
        raise Conflict("This position is not published, so there is nothing to deliver.")
    return live


def _ensure_sound(act: ActContext, live: Publication, form: DeliveryForm, *, at: datetime, zone: tzinfo) -> None:
    published_on, today = live.published_at.astimezone(zone).date(), at.astimezone(zone).date()
    problems = form.problems(published_on=published_on, today=today)
    if "recipient" not in problems and (problem := note_problem(act.session, form.recipient)):
        problems["recipient"] = problem
    day = day_of(form.day)
    if "day" not in problems and day is not None and day < today and not _unchanged_since(act, live, day, zone):
        problems["day"] = (
            "Names were added or removed since that day, so the file of today is not the one that was handed over. "
            "Give the day on which the file of today is handed over."
        )
    if problems:
        raise Invalid(problems)


def _unchanged_since(act: ActContext, live: Publication, day: date, zone: tzinfo) -> bool:
    end = (datetime.combine(day, time(), zone) + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)
    then = delivered(act.session, live, at=max(end, live.published_at))
    return not then.others and len(then.names) == len(signatories(act.session, live))


def _tell(act: ActContext, delivery: Delivery, signatories: int) -> None:
    version, position = delivery.publication.version, delivery.publication.position
    if delivery.way == DeliveryWay.EMAIL:
        queue_delivery(act.session, version, delivery.id, at=delivery.delivered_at)
    facts = {
        "position": position.slug,
        "version": version.number,
        "delivery": delivery.id,
        "way": delivery.way,
        "file": delivery.file_sha256,
        "signatories": signatories,
        "supplements": delivery.supplements_id,
    }
    record(act.session, "position_delivered", by=act.by, at=delivery.delivered_at, facts=facts, position=position)


def get_delivery(session: Session, position: Position, number: int) -> Delivery:
    """A delivery of a position by its id; NotFound otherwise."""
    query = select(Delivery).join(Publication, Publication.id == Delivery.publication_id)
    found = session.scalar(query.where(Delivery.id == number, Publication.position_id == position.id))
    if found is None:
        raise NotFound("There is no such delivery of this position.")
    return found
