"""Which partners the public words of a version name, less what reviewers said of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, or_, select, true, union
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import Verdict
from signoff.domain.partners.mentions import Passage, all_passages_in
from signoff.domain.positions.blocks import columns_of
from signoff.domain.positions.publishing_rules import NamingNote
from signoff.domain.positions.text import readings_of
from signoff.models import Answer, Exemption, FindingRow, Partner, PartnerMerge, Publication, Request, Version
from signoff.models.answers import approval
from signoff.models.merges import members_of
from signoff.models.proposals import ORDINARY
from signoff.services.positions.checks import findings_of, findings_of_all
from signoff.services.positions.public_notes import mentions_in_notes, names_of, recipients, standing_notes


@dataclass(frozen=True)
class Mentions:
    """What names partners in a version: as their names are written, in ordinary words, and in public notes."""

    written: Sequence[Passage] = ()
    ordinary: Sequence[Passage] = ()
    in_notes: Sequence[NamingNote] = ()


def unapproved_mentions(session: Session, version: Version) -> Mentions:
    """What would be public with the version and names a partner whose approval of it does not stand.

    Read is all that its page shows: its address, every field, as typed, as read and as filled in, and the reasons of
    its findings; not the words of the edition. Left out is what reviewers exempted or ticked. A public note names
    no one but its author, not even those who approved.
    """
    approved = covered(version.id, approval.c, approval.c.version_id == version.id)
    notes = standing_notes(session, [version])
    in_notes = mentions_in_notes(notes, names_of(session, true())) if notes else []
    return replace(_mentions(session, version, Partner.id.not_in(approved)), in_notes=in_notes)


def first_of_each(passages: Sequence[Passage]) -> list[Passage]:
    """Of each partner its first passage."""
    return list({passage.partner: passage for passage in reversed(passages)}.values())[::-1]


def named_in_public(
    session: Session, names: Sequence[str], *, besides: Partner | None = None
) -> list[tuple[Version, Passage]]:
    """Where public texts, notes or recipients hold one of these names, which would name its partner from now on.

    Each name once in a version, with the first such passage; the same few queries however many are public. What
    `besides` approved, or wrote beside its own name, may hold its name.
    """
    if not names:
        return []
    query = select(Version).join(Publication, Publication.version_id == Version.id).order_by(Version.id)
    query = query.where(Publication.ended_at.is_(None)).options(joinedload(Version.position))
    versions = session.scalars(query).all()
    findings = findings_of_all(session, versions)
    pairs = [(name, name) for name in names]
    approved = _approved_by(session, besides) if besides else set()
    own = besides.whole.slug if besides else ""
    notes = [note for note in standing_notes(session, versions) if note.author_slug != own]
    notes += recipients(session, versions)
    result = []
    for version in versions:
        of_version = [note for note in notes if note.version_id == version.id]
        text = [] if version.id in approved else _written(_passages(version, findings.get(version.id, ()), pairs))
        passages = [*text, *(mention.passage for mention in mentions_in_notes(of_version, pairs))]
        result += [(version, passage) for passage in first_of_each(passages)]
    return result


def _approved_by(session: Session, partner: Partner) -> set[int]:
    return set(session.scalars(select(approval.c.version_id).where(approval.c.partner_id == partner.id)))


def named_in_words(session: Session, version: Version, partner_id: int) -> bool:
    """Whether the words that are public with this version name this partner: its text as written, or others' notes."""
    notes = standing_notes(session, [version])
    named = or_(Partner.id == partner_id, _spoken_for(version.id, partner_id))
    in_notes = mentions_in_notes(notes, names_of(session, named)) if notes else []
    return bool(in_notes or _mentions(session, version, named).written)


def passages_of(session: Session, version: Version, partner_id: int) -> list[Passage]:
    """Every passage that is public with this version and holds a name of this partner, however spelled."""
    names = names_of(session, Partner.id.in_(members_of(session, partner_id)))
    return _passages(version, findings_of(session, version), names)


def names_the_departed(session: Session, version: Version) -> bool:
    """Whether a version names, as its name is written, a partner that once approved it and does not now."""
    said = (Answer.version_id == version.id, Answer.verdict == Verdict.APPROVE)
    once = covered(version.id, Answer.__table__.c, *said)
    now = covered(version.id, approval.c, approval.c.version_id == version.id)
    return bool(_mentions(session, version, Partner.id.in_(once) & Partner.id.not_in(now)).written)


def covered(version_id: int, approvals: Any, *which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """The ids of the partners whose names these approvals of a version may bring: who gave them, and with whom that
    partner was merged a day before, where the other entry was never asked about the version by itself.

    In that day the contacts of both have been told, and neither speaks for the other.
    """
    own = select(approvals.partner_id).where(*which)
    later = (*which, approvals.at >= PartnerMerge.answers_from, PartnerMerge.undone_at.is_(None))
    pairs = [(PartnerMerge.from_id, PartnerMerge.into_id), (PartnerMerge.into_id, PartnerMerge.from_id)]
    return union(
        own,
        *(
            select(other).where(giver == approvals.partner_id, _not_asked(version_id, other), *later)
            for other, giver in pairs
        ),
    )


def _spoken_for(version_id: int, partner_id: int) -> ColumnElement[bool]:
    # The entries merged with this one that were not asked about the version by themselves.
    standing = PartnerMerge.undone_at.is_(None)
    pairs = [(PartnerMerge.from_id, PartnerMerge.into_id), (PartnerMerge.into_id, PartnerMerge.from_id)]
    each = (select(other).where(giver == partner_id, standing, _not_asked(version_id, other)) for other, giver in pairs)
    return Partner.id.in_(union(*each))


def _not_asked(version_id: int, partner_id: Any) -> ColumnElement[bool]:
    return ~exists().where(Request.version_id == version_id, Request.partner_id == partner_id)


def _mentions(session: Session, version: Version, which: ColumnElement[bool]) -> Mentions:
    names = names_of(session, which)
    passages = _passages(version, findings_of(session, version), names) if names else []
    if not passages:
        return Mentions()
    exempted, ticked = _judged(session, version)
    return Mentions(
        _written(left := [passage for passage in passages if (passage.partner, passage.words) not in exempted]),
        [passage for passage in left if not passage.written and (passage.partner, passage.sentence) not in ticked],
    )


def _written(passages: Sequence[Passage]) -> list[Passage]:
    return [passage for passage in passages if passage.written]


def _passages(version: Version, findings: Sequence[FindingRow], names: Sequence[tuple[str, str]]) -> list[Passage]:
    beside = [(finding.rationale,) for finding in findings] + [(columns_of(version.body),)]
    return all_passages_in([*readings_of(version.wording), *beside], [version.position.slug], names)


def _judged(session: Session, version: Version) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What was exempted of this version by its words, and ticked for any version of its position by its sentence."""
    of_position = and_(Exemption.spelling == ORDINARY, Version.position_id == version.position_id)
    query = select(Exemption).join(Version, Version.id == Exemption.version_id)
    exempted: set[tuple[str, str]] = set()
    ticked: set[tuple[str, str]] = set()
    for item in session.scalars(query.where(or_(Exemption.version_id == version.id, of_position))):
        judged = ticked if item.spelling == ORDINARY else exempted
        judged.update((item.partner.whole.slug, words) for words in item.passages)
    return exempted, ticked
