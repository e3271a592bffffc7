"""Segments: filters of the register that staff keep under a name, to ask, tag and export the same partners again."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.partners.places import state_name
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Segment
from signoff.services.act import ActContext
from signoff.services.locks import hold_names
from signoff.services.partners.register import PartnerFilter
from signoff.services.record.record import record

LONGEST_NAME = 80


def segments(session: Session) -> Sequence[Segment]:
    """All segments, by name."""
    return session.scalars(select(Segment).order_by(func.lower(Segment.name), Segment.id)).all()


def get_segment(session: Session, number: int) -> Segment:
    """The segment with this id; NotFound otherwise."""
    segment = session.get(Segment, number)
    if segment is None:
        raise NotFound("There is no such segment anymore.")
    return segment


def filter_of(segment: Segment) -> PartnerFilter:
    """Which partners a segment holds: those that have these things now."""
    return PartnerFilter(level=segment.level, tag=segment.tag, place=segment.place, expertise=segment.expertise)


def segment_words(partner_filter: PartnerFilter) -> str:
    """What a filter asks for, in words; without words that were searched for."""
    said = (
        partner_filter.level and f"{partner_filter.level} level",
        partner_filter.place and f"works in: {state_name(partner_filter.place)}",
        partner_filter.expertise and f"expertise: {partner_filter.expertise}",
        partner_filter.tag and f"tagged “{partner_filter.tag}”",
    )
    return "; ".join(filter(None, said))


def save_segment(act: ActContext, name: str, partner_filter: PartnerFilter) -> Segment:
    """Keep a filter under a name. Invalid where nothing narrows it, or where it searches for words."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    name = clean_line(name)
    if problem := line_problem(name, longest=LONGEST_NAME) or _problem(act.session, name, partner_filter):
        raise Invalid({"segment": problem})
    wanted = partner_filter
    said = {"level": wanted.level, "tag": wanted.tag, "place": wanted.place, "expertise": wanted.expertise}
    segment = Segment(name=name, **said)
    act.session.add(segment)
    act.session.flush()
    record(act.session, "segment_saved", by=act.by, at=act.at(), facts={"segment": segment.id, "name": name, **said})
    return segment


def _problem(session: Session, name: str, partner_filter: PartnerFilter) -> str:
    if partner_filter.words:
        return "Words that you search for are not saved. Clear the search, and choose a level, place, expertise or tag."
    if not segment_words(partner_filter):
        return "Choose a level, place, expertise or tag first."
    if any(segment.name.casefold() == name.casefold() for segment in segments(session)):
        return "There is a segment with this name already."
    return ""


def remove_segment(act: ActContext, segment: Segment) -> None:
    """Forget a segment; its partners stay as they are."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    facts = {"segment": segment.id, "name": segment.name}
    act.session.delete(segment)
    act.session.flush()
    record(act.session, "segment_removed", by=act.by, at=act.at(), facts=facts)
