"""New partners: added with their names, tags and contacts, one or many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, insert, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.folding import name_key
from signoff.domain.partners.name_conflicts import Answers
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Base, Contact, Partner, PartnerName, PartnerTag
from signoff.models.base import among, batched
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses, hold_names
from signoff.services.partners.affiliates import partners_called
from signoff.services.partners.name_conflicts import (
    NO_ANSWERS,
    ensure_looked_at,
    find_conflicts,
    record_answers,
    settle_conflicts,
)
from signoff.services.partners.particulars import as_listed, column_values, insert_particulars, listed_expertise
from signoff.services.partners.partners import ContactForm, PartnerForm, get_partner, partner_problems
from signoff.services.record.record import record_all
from signoff.services.slugs import free_slugs


def add_partner(
    act: ActContext, form: PartnerForm, *, answers: Answers = NO_ANSWERS, looked_at: str | None = None
) -> tuple[Partner, bool]:
    """Add an organization with its names and contacts; returns it, and whether it is new.

    Where a name was answered to be the same organization, nothing is added and that partner is returned. Invalid with
    a sentence for each unusable field, NamesInDoubt while names have to be answered about first; with `looked_at`, the
    digest of a question, also while others of their texts in public have not been looked at.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    form = form.cleaned()
    hold_for_adding(act.session, [form])
    form = as_listed(form, listed_expertise(act.session))
    if looked_at is not None:
        ensure_looked_at(act.session, form.all_names, answers, looked_at=looked_at)
    if errors := partner_problems(act.session, form, taken=False):
        raise Invalid(errors)
    conflicts = find_conflicts(act.session, form.all_names)
    if same := settle_conflicts(conflicts, answers):
        result = get_partner(act.session, same.registered.slug)
        record_answers(act.session, [same], answers, partner=result.slug, by=act.by, at=act.at())
        return result, False
    partner = act.session.get_one(Partner, insert_partners(act, [form])[0])
    record_answers(act.session, conflicts, answers, partner=partner.slug, by=act.by, at=partner.joined_at)
    return partner, True


def insert_partners(act: ActContext, forms: Sequence[PartnerForm]) -> list[int]:
    """Write partners whose cleaned forms were judged under locks, all at one moment; returns their ids in order."""
    at, slugs = act.at(), free_slugs(act.session, Partner, [form.name for form in forms])
    parents = partners_called(act.session, filter(None, (form.parent for form in forms)))
    rows = [_partner_row(*each, at, parents) for each in zip(forms, slugs, strict=True)]
    act.session.execute(_into(Partner), rows)
    ids = _ids_of(act.session, slugs)
    own = list(zip(ids, forms, strict=True))
    act.session.execute(_into(PartnerName), [row for number, form in own for row in _name_rows(number, form, at)])
    if tags := [{"partner_id": number, "tag": tag} for number, form in own for tag in form.tags]:
        act.session.execute(insert(PartnerTag), tags)
    insert_particulars(act.session, own, at=at)
    people = _added_contacts(act.session, own, at)
    facts = [_facts(slug, form, people[number]) for slug, (number, form) in zip(slugs, own, strict=True)]
    record_all(act.session, "partner_added", by=act.by, at=at, facts=facts)
    return ids


def _into(model: type[Partner | PartnerName | Contact]) -> Insert:
    # The table itself: the mapper would look at each of thousands of rows by itself.
    return insert(Base.metadata.tables[model.__tablename__])


def _ids_of(session: Session, slugs: Sequence[str]) -> list[int]:
    # Asked for afterwards: rows that return their ids one by one take several times as long to insert.
    ids: dict[str, int] = {}
    for some in batched(slugs):
        ids |= dict(session.execute(select(Partner.slug, Partner.id).where(Partner.slug.in_(some))).all())
    return [ids[slug] for slug in slugs]


def _added_contacts(session: Session, own: Sequence[tuple[int, PartnerForm]], at: datetime) -> dict[int, list[int]]:
    """The ids of the contacts that were written for these partners, which had none, by the partner's id."""
    people: dict[int, list[int]] = {number: [] for number, _ in own}
    if rows := [_contact_row(number, contact, at) for number, form in own for contact in form.contacts]:
        session.execute(_into(Contact), rows)
        added = select(Contact.partner_id, Contact.id).where(among(Contact.partner_id, people))
        for number, contact in session.execute(added.order_by(Contact.id)):
            people[number].append(contact)
    return people


def _partner_row(form: PartnerForm, slug: str, at: datetime, parents: Mapping[str, Partner]) -> dict[str, Any]:
    own = {"slug": slug, "name": form.name, "level": form.level or None, "website": form.website}
    parent = {"parent_id": parents[form.parent].id if form.parent else None}
    return {**own, **parent, **column_values(form), "joined_at": at}


def _name_rows(partner_id: int, form: PartnerForm, at: datetime) -> list[dict[str, Any]]:
    kinds = [(name, "public") for name in (form.name, *form.public_names)] + [(name, "alias") for name in form.aliases]
    names = [{"name": name, "key": name_key(name), "kind": kind} for name, kind in kinds]
    return [{"partner_id": partner_id, **name, "accepted_at": at} for name in names]


def _contact_row(partner_id: int, form: ContactForm, at: datetime) -> dict[str, Any]:
    person = {"full_name": form.name, "email": form.email, "job_title": form.job_title}
    return {"partner_id": partner_id, **person, "may_answer": int(form.may_answer), "added_at": at, "answers_from": at}


def _facts(slug: str, form: PartnerForm, contacts: list[int]) -> dict[str, Any]:
    names = {"public_names": [form.name, *form.public_names], "aliases": list(form.aliases)}
    return {"partner": slug, **names, "contacts": contacts}


def hold_for_adding(session: Session, forms: Iterable[PartnerForm]) -> None:
    """No one else takes an address of these cleaned forms, or agrees any name, meanwhile; addresses before names."""
    hold_addresses(session, [contact.email for form in forms for contact in form.contacts])
    hold_names(session)
