"""What became of the names in delivered files: how many are still listed, and whether a file may still be public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, case, func, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.letters import LetterState
from signoff.domain.publications.deliveries import DeliveryWay
from signoff.models import Answer, DeliveredName, Delivery, Letter, Position, Publication
from signoff.models.publications import signatory
from signoff.services.publications.public_queries import signatories


@dataclass(frozen=True)
class DeliveryStatus:
    """A delivery as it reads now: how many names it had, how many are no longer listed, how many came since.

    `is_whole` says whether all that its file says beside the text still stands. `letter` is its email, if it is one;
    it counts as delivered once the mail server took it, and no longer once it came back.
    """

    delivery: Delivery
    names: int
    gone: int
    joined: int
    is_whole: bool
    letter: Letter | None

    @property
    def is_delivered(self) -> bool:
        """Whether it has arrived, as far as anyone can tell, and was not taken back as a mistake."""
        if self.delivery.taken_back_at is not None:
            return False
        by_hand = self.delivery.way == DeliveryWay.BY_HAND
        return by_hand or (self.letter is not None and self.letter.state == LetterState.SENT)

    @property
    def when(self) -> date:
        """The instant at which the mail server took the email; the day of what was handed over, or is not sent yet."""
        return (self.letter.sent_at if self.letter else None) or self.delivery.delivered_on


def deliveries_of(session: Session, position: Position) -> list[DeliveryStatus]:
    """All deliveries of a position, newest first; the same few queries however many."""
    own = select(Publication.id).where(Publication.position_id == position.id)
    return _statuses(session, Delivery.publication_id.in_(own))


def public_deliveries(session: Session, publication: Publication) -> list[DeliveryStatus]:
    """The deliveries of a live publication that have arrived, newest first."""
    found = _statuses(session, Delivery.publication_id == publication.id)
    return [status for status in found if status.is_delivered]


def status_of(session: Session, delivery: Delivery) -> DeliveryStatus:
    """One delivery as it reads now."""
    (status,) = _statuses(session, Delivery.id == delivery.id)
    return status


def joined_since(session: Session, delivery: Delivery) -> Sequence[RowMapping]:
    """The partners named now that a delivery did not name under the same name, by name; none once it has ended."""
    names = select(Answer.partner_id, Answer.public_name).join(DeliveredName, DeliveredName.answer_id == Answer.id)
    rows = session.execute(names.where(DeliveredName.delivery_id == delivery.id))
    then = {(partner_id, name) for partner_id, name in rows}
    named = signatories(session, delivery.publication)
    return [row for row in named if (row["partner_id"], row["public_name"]) not in then]


def _statuses(session: Session, which: ColumnElement[bool]) -> list[DeliveryStatus]:
    query = select(Delivery).where(which).order_by(Delivery.id.desc())
    query = query.options(
        joinedload(Delivery.publication).joinedload(Publication.position),
        joinedload(Delivery.deliverer),
        joinedload(Delivery.taker_back),
    )
    found = session.scalars(query).unique().all()
    if not found:
        return []
    counts, listed, letters = _counts(session, found), _listed(session, found), _letters(session, found)
    return [_status(delivery, counts, listed, letters) for delivery in found]


_Counts = dict[int, tuple[int, int, int]]


def _status(delivery: Delivery, counts: _Counts, listed: dict[int, int], letters: dict[int, Letter]) -> DeliveryStatus:
    names, standing, unchanged = counts.get(delivery.id, (0, 0, 0))
    is_live = delivery.publication.ended_at is None
    return DeliveryStatus(
        delivery,
        names,
        gone=names - standing,
        joined=listed.get(delivery.publication_id, 0) - standing if is_live else 0,
        is_whole=is_live and unchanged == names,
        letter=letters.get(delivery.id),
    )


def _counts(session: Session, deliveries: Sequence[Delivery]) -> _Counts:
    """Of each delivery: its names, those that are listed now, and those of them with the same words beside them."""
    same_name = (
        (signatory.c.publication_id == Delivery.publication_id)
        & (signatory.c.partner_id == Answer.partner_id)
        & (signatory.c.public_name == Answer.public_name)
    )
    unchanged = func.count(case((signatory.c.public_note == Answer.public_note, 1)))
    rows = session.execute(
        select(DeliveredName.delivery_id, func.count(), func.count(signatory.c.answer_id), unchanged)
        .join(Delivery, Delivery.id == DeliveredName.delivery_id)
        .join(Answer, Answer.id == DeliveredName.answer_id)
        .outerjoin(signatory, same_name)
        .where(DeliveredName.delivery_id.in_([delivery.id for delivery in deliveries]))
        .group_by(DeliveredName.delivery_id)
    )
    return {delivery_id: (names, standing, same) for delivery_id, names, standing, same in rows}


def _listed(session: Session, deliveries: Sequence[Delivery]) -> dict[int, int]:
    of = {delivery.publication_id for delivery in deliveries}
    count = select(signatory.c.publication_id, func.count()).where(signatory.c.publication_id.in_(of))
    return dict(session.execute(count.group_by(signatory.c.publication_id)).all())


def _letters(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Letter]:
    query = select(Letter).where(Letter.delivery_id.in_([delivery.id for delivery in deliveries]))
    return {letter.delivery_id: letter for letter in session.scalars(query).unique() if letter.delivery_id}
