"""The address of a position: changed by staff until it is published for the first time, and never after."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.slugs import slug_problem
from signoff.domain.text_input import clean_line
from signoff.models import Entry, Position, Publication
from signoff.services.act import ActContext
from signoff.services.locks import hold_position
from signoff.services.record.record import facts_of, record
from signoff.services.slugs import RESERVED

CHANGED = "position_address_changed"


def change_address(act: ActContext, position: Position, slug: str) -> bool:
    """Give a position another address; returns whether it is another. The old one leads staff to the new one.

    Conflict once the position was published, Invalid for an address that cannot be one or is taken.
    """
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    slug = clean_line(slug)
    if slug == position.slug:
        return False
    if was_published(act.session, position):
        raise Conflict(
            "This position was published at its address, so the address can no longer change. Nothing was changed."
        )
    if problem := slug_problem(slug) or _taken_problem(act.session, slug):
        raise Invalid({"slug": problem})
    was, position.slug = position.slug, slug
    act.session.flush()
    record(act.session, CHANGED, by=act.by, at=act.at(), facts={"position": slug, "was": was}, position=position)
    return True


def was_published(session: Session, position: Position) -> bool:
    """Whether any version of the position is public or was."""
    return bool(session.scalar(select(exists().where(Publication.position_id == position.id))))


def _taken_problem(session: Session, slug: str) -> str:
    if slug in RESERVED:
        return "This is the address of a page. Please choose another."
    taken = session.scalar(select(Position.id).where(Position.slug == slug))
    return "Another position has this address. Please choose another." if taken is not None else ""


def find_moved(session: Session, slug: str) -> Position | None:
    """The position that had this address last, where none has it now."""
    if session.scalar(select(Position.id).where(Position.slug == slug)) is not None:
        return None
    changed = select(Entry).where(Entry.kind == CHANGED).order_by(Entry.id.desc())
    moved = next((entry for entry in session.scalars(changed) if facts_of(entry)["was"] == slug), None)
    return moved.position if moved else None
