"""Public notes beside names: what may be written, and whom those that stand name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from signoff.domain.partners.mentions import passages_naming
from signoff.domain.positions.publishing_rules import NamingNote
from signoff.models import Delivery, Partner, PartnerName, Publication, Version
from signoff.models.answers import approval
from signoff.models.merges import members_of
from signoff.models.publications import signatory

_WHOLE = aliased(Partner)
_IS_WHOLE = _WHOLE.id == func.coalesce(Partner.merged_into_id, Partner.id)


@dataclass(frozen=True)
class StandingNote:
    """A public note that is part of an approval that stands: of which version, whose, and what it says."""

    version_id: int
    author: str
    author_slug: str
    words: str


def note_problem(session: Session, words: str, *, of_partner: int | None = None) -> str:
    """What is wrong with words that will be public unchecked and name another partner in any spelling; else empty."""
    own = members_of(session, of_partner) if words and of_partner is not None else ()
    others = Partner.id.not_in(own) if own else true()
    named = passages_naming([words], names_of(session, others), joined=True) if words else []
    if not named:
        return ""
    named_here = f"This names {named[0].name} (“{named[0].words}”), which can be named only with its own approval."
    return f"{named_here} Please leave it out."


def names_of(session: Session, which: ColumnElement[bool]) -> list[tuple[str, str]]:
    """The names of some partners, ended ones too: each with the partner's slug, a double's with that of the whole."""
    rows = session.execute(
        select(_WHOLE.slug, PartnerName.name)
        .select_from(Partner)
        .join(PartnerName, PartnerName.partner_id == Partner.id)
        .join(_WHOLE, _IS_WHOLE)
        .where(which)
        .order_by(Partner.name, PartnerName.id)
    )
    return [(slug, name) for slug, name in rows]


def standing_notes(session: Session, versions: Sequence[Version]) -> list[StandingNote]:
    """The notes that are public with these versions, or would be once they are published."""
    is_shown = exists().where(signatory.c.answer_id == approval.c.answer_id)
    query = (
        select(approval.c.version_id, Partner.name, _WHOLE.slug, approval.c.public_note)
        .join(Partner, Partner.id == approval.c.partner_id)
        .join(_WHOLE, _IS_WHOLE)
        .where(approval.c.version_id.in_([version.id for version in versions]), approval.c.public_note != "")
        .where(Partner.left_at.is_(None) | is_shown)
        .order_by(approval.c.answer_id)
    )
    return [StandingNote(*row) for row in session.execute(query)]


def recipients(session: Session, versions: Sequence[Version]) -> list[StandingNote]:
    """To whom these versions were delivered while they are public: words beside a text that no partner wrote."""
    query = (
        select(Publication.version_id, Delivery.recipient)
        .join(Delivery, Delivery.publication_id == Publication.id)
        .where(Publication.version_id.in_([version.id for version in versions]), Publication.ended_at.is_(None))
        .order_by(Delivery.id)
    )
    return [StandingNote(version_id, "", "", recipient) for version_id, recipient in session.execute(query)]


def mentions_in_notes(notes: Sequence[StandingNote], names: Sequence[tuple[str, str]]) -> list[NamingNote]:
    """Where notes name partners other than their authors: as the name is written, or by several words in any spelling.

    A single word in ordinary spelling, such as “first”, stands in many sentences. Each partner once in a note.
    """
    together = passages_naming(["\n\n".join(note.words for note in notes)], names, joined=True) if notes else []
    named = {passage.partner for passage in together}
    likely = [(partner, name) for partner, name in names if partner in named]
    return [
        NamingNote(note.author, note.author_slug, passage)
        for note in notes
        for passage in passages_naming([note.words], likely, joined=True)
        if passage.partner != note.author_slug and (passage.written or " " in passage.name)
    ]
