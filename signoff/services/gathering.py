"""Gathers what the two gates need to know and asks them: to send, and to publish."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers import Verdict
from signoff.domain.gates import Asked, PublishFacts, SendFacts, VersionFacts, missing_to_publish, missing_to_send
from signoff.domain.moments import Clock
from signoff.domain.naming import Passage, all_passages_naming, names_that_may_stand, passages_naming
from signoff.domain.refusals import Reason
from signoff.domain.text import texts_of
from signoff.models import (
    Answer,
    Contact,
    Exemption,
    FindingRow,
    Partner,
    PartnerName,
    Publication,
    Request,
    Round,
    Version,
)
from signoff.models.views import approval
from signoff.services.checks import find_check, findings_of, findings_of_all, missing_for_completion
from signoff.services.coalition import find_coalition


def reasons_not_to_send(
    session: Session,
    version: Version,
    *,
    partners: Sequence[Partner] | None = None,
    deadline: datetime | None = None,
    clock: Clock,
) -> list[Reason]:
    """All that keeps this version from being sent; partners and deadline count once they are chosen."""
    facts = _send_facts(session, version, _version_facts(session, version), partners=partners, deadline=deadline)
    return missing_to_send(facts, at=clock())


def reasons_not_to_publish(session: Session, version: Version) -> list[Reason]:
    """All that keeps this version from being published."""
    return missing_to_publish(_publish_facts(session, version, _version_facts(session, version)))


def reasons_of_both_gates(session: Session, version: Version, *, clock: Clock) -> tuple[list[Reason], list[Reason]]:
    """What keeps this version from being sent, before anybody is chosen, and what keeps it from being published."""
    facts = _version_facts(session, version)
    to_send = missing_to_send(_send_facts(session, version, facts), at=clock())
    return to_send, missing_to_publish(_publish_facts(session, version, facts))


def _send_facts(
    session: Session,
    version: Version,
    facts: VersionFacts,
    *,
    partners: Sequence[Partner] | None = None,
    deadline: datetime | None = None,
) -> SendFacts:
    coalition = find_coalition(session)
    return SendFacts(
        version=facts,
        reply_to=coalition.reply_to if coalition else "",
        asked=None if partners is None else _asked(session, partners),
        deadline=deadline,
        already_asked=session.scalar(select(func.count()).select_from(Request).where(Request.version_id == version.id))
        or 0,
    )


def _publish_facts(session: Session, version: Version, facts: VersionFacts) -> PublishFacts:
    found = session.scalar(select(Round).where(Round.version_id == version.id))
    return PublishFacts(
        version=facts,
        approvals=count_approvals(session, version),
        minimum=found.minimum if found else 0,
        named_without_approval=named_without_approval(session, version),
    )


def count_approvals(session: Session, version: Version) -> int:
    """How many partners' approvals of this version stand, those that left not counted."""
    return (
        session.scalar(
            select(func.count())
            .select_from(approval.join(Partner, Partner.id == approval.c.partner_id))
            .where(approval.c.version_id == version.id, Partner.left_at.is_(None))
        )
        or 0
    )


def named_without_approval(session: Session, version: Version) -> list[Passage]:
    """Passages that would be public with the version and name a partner whose approval of it does not stand.

    Read is all that its page shows: every field, as typed and as read, so that marks between words, entities and
    links hide no name; and the reasons of its findings.
    """
    approved = select(approval.c.partner_id).where(approval.c.version_id == version.id)
    return _named_in(session, version, Partner.id.not_in(approved))


def named_in_public(session: Session, names: Sequence[str]) -> list[tuple[Version, Passage]]:
    """Where texts that are public hold one of these names, which would name its partner from now on.

    Each name once in a version, with the first such passage; the same few queries however many are public.
    """
    if not names:
        return []
    query = select(Version).join(Publication, Publication.version_id == Version.id).order_by(Version.id)
    query = query.where(Publication.ended_at.is_(None)).options(joinedload(Version.position))
    versions = session.scalars(query).all()
    findings = findings_of_all(session, versions)
    texts = {version: _words_of(version, findings.get(version.id, ())) for version in versions}
    likely = names_that_may_stand((text for words in texts.values() for text in words), names)
    return [
        (version, passage)
        for version, words in texts.items()
        for passage in passages_naming(words, [(name, name) for name in likely])
    ]


def named_in_words(session: Session, version: Version, partner_id: int) -> bool:
    """Whether the words that are public with this version name this partner."""
    return bool(_named_in(session, version, Partner.id == partner_id))


def passages_of(session: Session, version: Version, partner_id: int) -> list[Passage]:
    """Every passage of what is public with this version that holds a name of this partner."""
    return all_passages_naming(_public_words(session, version), _names(session, Partner.id == partner_id))


def names_the_departed(session: Session, version: Version) -> bool:
    """Whether the words of this version name a partner that once approved it and does not stand behind it now."""
    once = select(Answer.partner_id).where(Answer.version_id == version.id, Answer.verdict == Verdict.APPROVE)
    stands = select(approval.c.partner_id).where(approval.c.version_id == version.id)
    return bool(_named_in(session, version, Partner.id.in_(once) & Partner.id.not_in(stands)))


def _named_in(session: Session, version: Version, which: ColumnElement[bool]) -> list[Passage]:
    names = _names(session, which)
    if not names:
        return []
    texts = _public_words(session, version)
    named = passages_naming(texts, names)
    exempted = _exempted(session, version) if named else {}
    kept = [passage for passage in named if passage.partner not in exempted]
    # Where some of a partner's passages were said not to be it, each of the others is looked at by itself.
    for slug in {passage.partner for passage in named} & exempted.keys():
        passages = all_passages_naming(texts, [pair for pair in names if pair[0] == slug])
        kept += [passage for passage in passages if passage.words not in exempted[slug]][:1]
    return kept


def _public_words(session: Session, version: Version) -> list[str]:
    return _words_of(version, findings_of(session, version))


def _words_of(version: Version, findings: Sequence[FindingRow]) -> list[str]:
    reasons = [words for finding in findings for words in (finding.criterion.name, finding.rationale)]
    return [*texts_of(version.wording), *reasons]


def _exempted(session: Session, version: Version) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for exemption in session.scalars(select(Exemption).where(Exemption.version_id == version.id)):
        found.setdefault(exemption.partner.slug, set()).update(exemption.passages)
    return found


def note_problem(session: Session, words: str, *, of_partner: int | None = None) -> str:
    """What is wrong with words that will be public and name a partner other than their own; empty when nothing is."""
    others = Partner.id != of_partner if of_partner is not None else true()
    named = passages_naming([words], _names(session, others)) if words else []
    return f"This names {named[0].name}, which has to speak for itself. Please leave it out." if named else ""


def _names(session: Session, which: ColumnElement[bool]) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Partner.slug, PartnerName.name)
        .join(PartnerName, PartnerName.partner_id == Partner.id)
        .where(which)
        .order_by(Partner.name, PartnerName.id)
    )
    return [(slug, name) for slug, name in rows]


def _version_facts(session: Session, version: Version) -> VersionFacts:
    checked = find_check(session, version) is not None
    ended_as = session.scalar(select(Round.ended_as).where(Round.version_id == version.id))
    publication = session.scalar(select(Publication).where(Publication.version_id == version.id))
    return VersionFacts(
        number=version.number,
        check_missing=() if checked else missing_for_completion(session, version),
        check_completed=checked,
        later_version_asked=_later(session, version, Round),
        later_version_published=_later(session, version, Publication),
        ended_publication=publication is not None and publication.ended_at is not None,
        round_recalled=ended_as == "recalled",
        round_replaced=ended_as == "replaced",
    )


def _later(session: Session, version: Version, table: type[Round] | type[Publication]) -> bool:
    query = (
        select(table.id)
        .join(Version, Version.id == table.version_id)
        .where(table.position_id == version.position_id, Version.number > version.number)
    )
    return session.scalar(query.limit(1)) is not None


def _asked(session: Session, partners: Sequence[Partner]) -> list[Asked]:
    able = set(
        session.scalars(
            select(Contact.partner_id).where(Contact.may_answer == 1, Contact.removed_at.is_(None)).distinct()
        )
    )
    return [Asked(p.slug, p.name, p.left_at is not None, p.id in able) for p in partners]
