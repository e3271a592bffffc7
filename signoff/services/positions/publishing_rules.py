"""What has to be true before sending and before publishing: the facts are collected here, the rules are in domain."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Exists, exists, func, or_, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Reason
from signoff.domain.positions.publishing_rules import (
    AskedPartner,
    PublishFacts,
    SendFacts,
    VersionFacts,
    count_reasons,
    missing_to_publish,
    missing_to_send,
    naming_reasons,
    ordinary_reasons,
)
from signoff.domain.positions.text import readings_of
from signoff.domain.positions.typed_counts import typed_counts
from signoff.domain.time import Clock
from signoff.models import Contact, Partner, Publication, Request, Round, Version
from signoff.models.answers import approval
from signoff.models.base import among
from signoff.services.coalition import find_coalition
from signoff.services.positions.checks import find_check, missing_for_completion
from signoff.services.positions.mentions import first_of_each, unapproved_mentions


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
    """What keeps this version from being sent, before anyone is chosen, and what keeps it from being published."""
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
    round_ = session.scalar(select(Round).where(Round.version_id == version.id))
    mentions = unapproved_mentions(session, version)
    holding = {passage.partner for passage in mentions.written}
    return PublishFacts(
        version=facts,
        approvals=count_approvals(session, version),
        minimum=round_.minimum if round_ else 0,
        named_without_approval=first_of_each(mentions.written),
        in_ordinary_spelling=[item for item in mentions.ordinary if item.partner not in holding],
        named_in_notes=mentions.in_notes,
    )


def warnings_before_sending(session: Session, version: Version, *, partners: Sequence[Partner] = ()) -> list[Reason]:
    """What is asked about before partners are asked, besides what is missing: names of others in the text, and counts.

    Exempting words is easiest now; of the partners that are asked, or were, each answers for its own name.
    """
    rows = session.scalars(select(Partner).join(Request).where(Request.version_id == version.id))
    asked = {partner.whole.slug for partner in (*rows, *partners)}
    mentions = unapproved_mentions(session, version)
    named = [passage for passage in first_of_each(mentions.written) if passage.partner not in asked]
    return naming_reasons(named) + ordinary_reasons(mentions.ordinary) + warnings_before_publishing(version)


def warnings_before_publishing(version: Version) -> list[Reason]:
    """What is asked about before a version is published, besides what is missing: typed numbers of signatories."""
    texts = [reading[-1] for reading in readings_of(version.wording)]
    return count_reasons([place for text in texts for place in typed_counts(text)])


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


def _version_facts(session: Session, version: Version) -> VersionFacts:
    checked = find_check(session, version) is not None
    ended_as = session.scalar(select(Round.ended_as).where(Round.version_id == version.id))
    publication = session.scalar(select(Publication).where(Publication.version_id == version.id))
    asked, published = session.execute(select(_later(version, Round), _later(version, Publication))).one()
    return VersionFacts(
        number=version.number,
        check_missing=() if checked else missing_for_completion(session, version),
        check_completed=checked,
        later_version_asked=asked,
        later_version_published=published,
        ended_publication=publication is not None and publication.ended_at is not None,
        round_recalled=ended_as == "recalled",
        round_replaced=ended_as == "replaced",
    )


def _later(version: Version, table: type[Round] | type[Publication]) -> Exists:
    return exists().where(
        Version.id == table.version_id, table.position_id == version.position_id, Version.number > version.number
    )


def _asked(session: Session, partners: Sequence[Partner]) -> list[AskedPartner]:
    ids = [partner.id for partner in partners]
    able = set(
        session.scalars(
            select(func.coalesce(Partner.merged_into_id, Partner.id))
            .join(Contact, Contact.partner_id == Partner.id)
            .where(Contact.may_answer == 1, Contact.removed_at.is_(None))
            .where(or_(among(Partner.id, ids), among(Partner.merged_into_id, ids)))
            .distinct()
        )
    )
    return [
        AskedPartner(
            p.slug,
            p.name,
            p.left_at is not None,
            p.id in able,
            p.merged_into.name if p.merged_into_id and p.merged_into else "",
        )
        for p in partners
    ]
