"""Two entries of the register that are one partner: merged, so that it is asked once, and parted again.

Nothing that was said moves. Answers, names, requests and contacts stay with the entry they belong to, and are read
together with those of the partner that stays. So no merge can change who is named in public, or under which name.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown
from signoff.domain.errors import Conflict, Missing
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Contact, Link, Partner, PartnerMerge, PartnerTag, Request, Version
from signoff.models.merges import members_of
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_partners, hold_people, hold_position, hold_version
from signoff.services.outbox.letter_queue import cancel_asking, queue_merge_letters
from signoff.services.partners.contacts import (
    NEW_ADDRESS_WAITS,
    ask_open_questions,
    present_contacts,
    show_what_stands,
)
from signoff.services.partners.merge_reasons import MergePreview, merge_preview, reasons_not_to_part
from signoff.services.partners.postings import end_what_names_others
from signoff.services.record.record import record


def merge(act: ActContext, double: Partner, into: Partner, *, shown: str | None = None) -> PartnerMerge:
    """From now on the double is the other partner: asked, listed and found as that one alone.

    Of a version that both are asked about, the question that is not answered is dropped; contacts of both are told.
    Missing with every reason when it would change what is public, or when both answered one version. `shown` is the
    digest of the preview that a page showed; NotAsShown when it is another by now.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    _hold(act.session, double, into)
    preview = merge_preview(act.session, double, into)
    ensure_as_shown(shown, preview.digest)
    if preview.reasons:
        raise Missing(preview.reasons, "Nothing was merged.")
    at = act.at()
    tags = sorted({row.tag for row in double.tags} - {row.tag for row in into.tags})
    row = _record_merge(act, preview, tags, at=at)
    _drop(act.session, preview.dropped, f"{double.name} and {into.name} are one organization and are asked once.", at)
    double.merged_into = into
    into.tags.extend(PartnerTag(tag=tag) for tag in tags)
    act.session.flush()
    _tell_all(act, row, at=at)
    return row


def _hold(session: Session, double: Partner, into: Partner) -> None:
    # No one answers, asks or publishes meanwhile what either was asked about.
    hold_names(session)
    hold_people(session)
    members = sorted({*members_of(session, double.id), *members_of(session, into.id)})
    asked = select(Version.position_id, Version.id).join(Request, Request.version_id == Version.id)
    versions = session.execute(asked.where(Request.partner_id.in_(members))).all()
    for position_id in sorted({position_id for position_id, _ in versions}):
        hold_position(session, position_id)
    for version_id in sorted({version_id for _, version_id in versions}):
        hold_version(session, version_id)
    hold_partners(session, members)
    for partner in (double, into):
        session.refresh(partner)


def _record_merge(act: ActContext, preview: MergePreview, tags: list[str], *, at: datetime) -> PartnerMerge:
    row = PartnerMerge(
        from_id=preview.double.id,
        into_id=preview.into.id,
        merged_at=at,
        merged_by=act.by.id,
        answers_from=at + NEW_ADDRESS_WAITS,
        tags=tags,
        dropped=[request.id for request in preview.dropped],
    )
    act.session.add(row)
    act.session.flush()
    facts = {
        "partner": preview.into.slug,
        "double": preview.double.slug,
        "tags": tags,
        "dropped": [[version.position.slug, version.number] for version in preview.dropped_versions],
    }
    record(act.session, "partners_merged", by=act.by, at=at, facts=facts)
    return row


def _drop(session: Session, requests: Sequence[Request], reason: str, at: datetime) -> None:
    for request in requests:
        request.dropped_at, request.dropped_reason = at, reason
    session.flush()
    for request in requests:
        cancel_asking(session, request, "The organization is asked once.")


def _tell_all(act: ActContext, row: PartnerMerge, *, at: datetime) -> None:
    people = present_contacts(act.session, row.into)
    queue_merge_letters(act.session, row.id, _each_address_once(people), at=at)
    ask_open_questions(act.session, row.into, LetterKind.REQUEST, key=act.link_key, at=at)
    for contact in people:
        show_what_stands(act.session, contact, key=act.link_key, at=at)


def _each_address_once(people: Sequence[Contact]) -> list[Contact]:
    return list({contact.email: contact for contact in people}.values())


def undo_merge(act: ActContext, double: Partner) -> PartnerMerge:
    """The double is a partner of its own again, as long as neither has answered since, nor let in who answers for both.

    Its contacts' links to what the other was asked, and the other way around, end; questions that the merge dropped
    are asked again as they were; tags that came with it go. Conflict when it is no double, Missing with the reasons
    why it cannot be parted anymore.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    row = standing_merge(act.session, double)
    if row is None:
        raise Conflict(f"{double.name} is not merged into another partner. Nothing was changed.")
    _hold(act.session, double, row.into)
    act.session.refresh(row)
    if reasons := reasons_not_to_part(act.session, row):
        raise Missing(reasons, "Nothing was changed.")
    at = act.at()
    people = _each_address_once(present_contacts(act.session, row.into))
    _end_links_across(act.session, row, at=at)
    row.undone_at, row.undone_by = at, act.by.id
    act.session.flush()
    double.merged_into = None
    row.into.tags[:] = [tag for tag in row.into.tags if tag.tag not in row.tags]
    act.session.flush()
    for request in act.session.scalars(select(Request).where(Request.id.in_(row.dropped))):
        request.dropped_at, request.dropped_reason = None, ""
    act.session.flush()
    facts = {"partner": row.into.slug, "double": double.slug}
    record(act.session, "merge_undone", by=act.by, at=at, facts=facts)
    for partner in (double, row.into):
        end_what_names_others(act, partner)
    queue_merge_letters(act.session, row.id, people, at=at)
    return row


def _end_links_across(session: Session, row: PartnerMerge, *, at: datetime) -> None:
    across = select(Link).join(Contact, Contact.id == Link.contact_id)
    across = across.where(Link.revoked_at.is_(None), Contact.partner_id != Link.partner_id)
    of_double = (Contact.partner_id == row.from_id) | (Link.partner_id == row.from_id)
    for link in session.scalars(across.where(of_double)).all():
        link.revoked_at = at
    session.flush()


def merges_into(session: Session, partner: Partner) -> Sequence[PartnerMerge]:
    """The merges that stand by which others became this partner, oldest first."""
    query = select(PartnerMerge).where(PartnerMerge.into_id == partner.id, PartnerMerge.undone_at.is_(None))
    return session.scalars(query.order_by(PartnerMerge.id)).all()


def standing_merge(session: Session, double: Partner) -> PartnerMerge | None:
    """The merge by which this partner is a double, if it is one."""
    query = select(PartnerMerge).where(PartnerMerge.from_id == double.id, PartnerMerge.undone_at.is_(None))
    return session.scalar(query)
