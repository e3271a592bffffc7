"""Verifies which entries of the register are one partner: as the record tells, and as both kinds of rows say."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Entry, Partner, PartnerMerge
from signoff.services.record.entry_verification import facts_in

_KINDS = ("partners_merged", "merge_undone")


def verify_merges(session: Session) -> Iterator[str]:
    """Every sentence about a partner that is read as another, or no longer is, without an entry that says so."""
    told, slugs = _told(session), {partner.id: partner.slug for partner in session.scalars(select(Partner))}
    stored = {
        slugs.get(merge.from_id, ""): slugs.get(merge.into_id, "")
        for merge in session.scalars(select(PartnerMerge).where(PartnerMerge.undone_at.is_(None)))
    }
    read = {
        partner.slug: slugs.get(partner.merged_into_id or 0, "")
        for partner in session.scalars(select(Partner).where(Partner.merged_into_id.is_not(None)))
    }
    for slug in sorted(told.keys() | stored.keys() | read.keys()):
        if not told.get(slug, "") == stored.get(slug, "") == read.get(slug, ""):
            said = f"into {told[slug]}" if slug in told else "into no other"
            named = f"Partner {slug}" if slug else "A partner that is gone"
            yield f"{named} is not merged as the record tells, which is {said}."


def _told(session: Session) -> dict[str, str]:
    merged: dict[str, str] = {}
    for entry in session.scalars(select(Entry).where(Entry.kind.in_(_KINDS)).order_by(Entry.id)):
        facts = facts_in(entry) or {}
        if entry.kind == "partners_merged":
            merged[str(facts.get("double"))] = str(facts.get("partner"))
        else:
            merged.pop(str(facts.get("double")), None)
    return merged
