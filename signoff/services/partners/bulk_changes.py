"""One change of many partners at once, of level, language, places, expertise or networks, shown before it is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Invalid
from signoff.domain.partners.particulars import MOST_OF_A_KIND, SEVERAL
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Partner
from signoff.models.base import among
from signoff.models.partners import LEVELS, is_present
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_partners
from signoff.services.partners.particulars import (
    change_particulars,
    ensured_particulars,
    listed_expertise,
    loaded_particulars,
)
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.partners import PartnerForm
from signoff.services.record.record import record

MOST = 500  # partners at once
# What may be changed so: names, websites and parents are of one partner, and leaving ends what each was asked.
FIELDS = ("level", "language", *SEVERAL)


@dataclass(frozen=True)
class BulkChange:
    """A value that partners get, or of what they have several of, get besides or lose."""

    field: str
    value: str
    added: bool = True


@dataclass(frozen=True)
class BulkPreview:
    """What a change does: its value as it is kept, whom it changes by name, and how many others are chosen."""

    change: BulkChange
    partners: Sequence[Partner]
    others: int

    @property
    def digest(self) -> str:
        """All of it as one short text."""
        change = self.change
        return shown_digest([change.field, change.value, str(change.added), *(item.slug for item in self.partners)])


def preview_change(session: Session, ids: Collection[int], change: BulkChange) -> BulkPreview:
    """What a change of these partners would do; those who left are not changed.

    Invalid, by `value` or `change`, for a value that cannot be taken, no partners or too many.
    """
    if not ids or len(ids) > MOST:
        raise Invalid({"change": f"Choose from 1 to {MOST} partners."})
    change = _sound(session, change)
    query = select(Partner).where(among(Partner.id, ids), is_present()).order_by(Partner.name, Partner.id)
    chosen = session.scalars(query.options(*loaded_particulars())).unique().all()
    concerned = [partner for partner in chosen if _changed(form_of(partner), change) is not None]
    for partner in concerned:
        if change.field in SEVERAL and len(getattr(form_of(partner), change.field)) >= MOST_OF_A_KIND and change.added:
            raise Invalid({"value": f"{partner.name} already has {MOST_OF_A_KIND} of these. No partner can have more."})
    return BulkPreview(change, concerned, len(ids) - len(concerned))


def _sound(session: Session, change: BulkChange) -> BulkChange:
    if change.field not in FIELDS:
        raise Invalid({"change": "Choose what to change."})
    is_several = change.field in SEVERAL
    form = _with(PartnerForm(), change.field, (change.value,) if is_several else change.value).cleaned()
    kept = getattr(form, change.field)
    if not kept:
        raise Invalid({"value": "Please enter a value."})
    problem = "Please choose national, state or local." if change.field == "level" and kept not in LEVELS else ""
    if change.added:
        problem = problem or ensured_particulars(session, form).get(change.field, "")
    if problem:
        raise Invalid({"value": problem})
    kept = kept[0] if is_several else kept
    listed = listed_expertise(session).get(kept.casefold()) if change.field == "expertise" else None
    return replace(change, value=listed.word if listed else kept)


def _changed(form: PartnerForm, change: BulkChange) -> PartnerForm | None:
    """A partner's form after the change; None where that changes nothing."""
    had = getattr(form, change.field)
    if change.field not in SEVERAL:
        return None if had == change.value else _with(form, change.field, change.value)
    others = tuple(value for value in had if value.casefold() != change.value.casefold())
    if (len(others) < len(had)) == change.added:
        return None
    return _with(form, change.field, (*others, change.value) if change.added else others)


def _with(form: PartnerForm, field: str, value: Any) -> PartnerForm:
    return replace(form, **{field: value})


def change_partners(act: ActContext, ids: Collection[int], change: BulkChange, *, shown: str) -> Sequence[Partner]:
    """Change these partners as a preview showed; returns those who changed. One entry is recorded for all.

    `shown` is the preview's digest; NotAsShown when it would do something else by now. Invalid as for the preview.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    hold_partners(act.session, ids)
    act.session.expire_all()
    preview = preview_change(act.session, ids, change)
    ensure_as_shown(shown, preview.digest)
    if not preview.partners:
        return []
    at, change = act.at(), preview.change
    for partner in preview.partners:
        form = _changed(form_of(partner), change)
        assert form is not None
        partner.level = form.level or None
        change_particulars(act.session, partner, form, at=at)
    act.session.flush()
    slugs = [partner.slug for partner in preview.partners]
    facts = {"partners": slugs, "field": change.field, "value": change.value, "added": change.added}
    record(act.session, "partners_changed", by=act.by, at=at, facts=facts)
    return preview.partners
