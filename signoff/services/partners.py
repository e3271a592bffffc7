"""The partner register: organisations, the names agreed for them, and their contacts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.folding import name_key
from signoff.domain.moments import Clock
from signoff.domain.naming import mixes_scripts
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.refusals import Invalid, NotFound
from signoff.domain.text_input import clean_line, line_problem, web_address_problem
from signoff.models import Contact, Partner, PartnerName, PartnerTag, StaffUser
from signoff.models.base import among, batched
from signoff.models.partners import LEVELS
from signoff.services.addresses import clean_email, email_problem, without_tag
from signoff.services.locks import hold_addresses, hold_names
from signoff.services.record import record_all
from signoff.services.slugs import free_slugs

LONGEST_NAME = 200
STAFF_ADDRESS = "This is the address of a staff member; staff can never be a partner's contact."


@dataclass(frozen=True)
class ContactForm:
    """A contact as it was entered."""

    name: str = ""
    email: str = ""
    job_title: str = ""
    may_answer: bool = True

    def cleaned(self) -> "ContactForm":
        """The same in canonical characters."""
        return ContactForm(clean_line(self.name), clean_email(self.email), clean_line(self.job_title), self.may_answer)


@dataclass(frozen=True)
class PartnerForm:
    """A partner as it was entered; `public_names` are those besides the name itself."""

    name: str = ""
    public_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    website: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    contacts: tuple[ContactForm, ...] = field(default_factory=tuple)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name that would name the partner in a text."""
        return (self.name, *self.public_names, *self.aliases)

    def cleaned(self) -> "PartnerForm":
        """The same in canonical characters, repeated names left out."""
        name = clean_line(self.name)
        public_names = _distinct(self.public_names, besides=[name])
        return PartnerForm(
            name=name,
            public_names=public_names,
            aliases=_distinct(self.aliases, besides=[name, *public_names]),
            website=clean_line(self.website),
            level=clean_line(self.level).lower(),
            tags=tuple(sorted({clean_line(tag).lower() for tag in self.tags if clean_line(tag)})),
            contacts=tuple(contact.cleaned() for contact in self.contacts),
        )


def _distinct(names: Sequence[str], *, besides: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    taken = {name_key(name) for name in besides}
    kept = {name_key(name): name for name in reversed([clean_line(name) for name in names])}
    return tuple(name for key, name in reversed(kept.items()) if key and key not in taken)


def add_partner(session: Session, form: PartnerForm, *, by: Actor, clock: Clock) -> Partner:
    """Add an organisation with its names and contacts; Invalid with a sentence for each unusable field."""
    ensure_may(by, Act.MANAGE_PARTNERS)
    form = form.cleaned()
    hold_for_adding(session, [form])
    errors = partner_problems(session, form)
    if errors:
        raise Invalid(errors)
    return session.get_one(Partner, insert_partners(session, [form], by=by, clock=clock)[0])


def insert_partners(session: Session, forms: Sequence[PartnerForm], *, by: Actor, clock: Clock) -> list[int]:
    """Write partners whose cleaned forms were judged under locks, all at one moment; returns their ids in order."""
    at, slugs = clock(), free_slugs(session, Partner, [form.name for form in forms])
    ids = _insert(session, Partner, [_partner_row(*each, at) for each in zip(forms, slugs, strict=True)])
    own = list(zip(ids, forms, strict=True))
    _insert(session, PartnerName, [row for number, form in own for row in _name_rows(number, form, at)])
    if tags := [{"partner_id": number, "tag": tag} for number, form in own for tag in form.tags]:
        session.execute(insert(PartnerTag), tags)
    contacts = [(number, contact) for number, form in own for contact in form.contacts]
    people: dict[int, list[int]] = {number: [] for number in ids}
    added = _insert(session, Contact, [_contact_row(*each, at) for each in contacts])
    for (number, _), contact in zip(contacts, added, strict=True):
        people[number].append(contact)
    facts = [_facts(slug, form, people[number]) for slug, (number, form) in zip(slugs, own, strict=True)]
    record_all(session, "partner_added", by=by, at=at, facts=facts)
    return ids


def _insert(session: Session, table: type[Partner | PartnerName | Contact], rows: list[dict[str, Any]]) -> list[int]:
    added = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def _partner_row(form: PartnerForm, slug: str, at: datetime) -> dict[str, Any]:
    own = {"slug": slug, "name": form.name, "level": form.level or None, "website": form.website}
    return {**own, "joined_at": at}


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
    """Nobody else takes an address of these cleaned forms, or agrees any name, meanwhile; addresses before names."""
    hold_addresses(session, [contact.email for form in forms for contact in form.contacts])
    hold_names(session)


def agreed_name(name: str, kind: str, at: datetime) -> PartnerName:
    """A name as a row: public, or an alias."""
    return PartnerName(name=name, key=name_key(name), kind=kind, accepted_at=at)


@dataclass(frozen=True)
class Register:
    """What forms are judged by: whose the names are that they want, by key, and the mailboxes of staff."""

    holders: Mapping[str, Sequence[PartnerName]]
    staff: Collection[str]


def read_register(session: Session, names: Iterable[str]) -> Register:
    """The register as far as forms with these names are judged by it; the same few queries for many forms."""
    holders: dict[str, list[PartnerName]] = {}
    for keys in batched(sorted(set(map(name_key, names)))):
        for row in session.scalars(select(PartnerName).where(PartnerName.key.in_(keys))):
            holders.setdefault(row.key, []).append(row)
    return Register(holders, {without_tag(email) for email in session.scalars(select(StaffUser.email))})


def partner_problems(
    session: Session, form: PartnerForm, *, besides: Partner | None = None, register: Register | None = None
) -> dict[str, str]:
    """What is wrong with a cleaned partner form: one sentence for each field concerned.

    `besides` is the partner that is changed; its contacts are not part of the form. `register` was read for many forms.
    """
    register = register or read_register(session, form.all_names)
    known = {name.name for name in besides.names} if besides else set()
    new = [name for name in form.all_names if name not in known]
    unusable = {name: problem for name in new if (problem := name_problem(name))}
    errors = {
        "name": unusable.get(form.name, ""),
        "website": web_address_problem(form.website),
        "level": "" if form.level in ("", *LEVELS) else "Please choose national, state or local, or leave it empty.",
        "public_names": next((unusable[name] for name in form.public_names if name in unusable), ""),
        "aliases": next((unusable[name] for name in form.aliases if name in unusable), ""),
        "tags": next((problem for tag in form.tags if (problem := tag_problem(tag))), ""),
        "contacts": "" if form.contacts or besides else "Please give at least one contact.",
    }
    clashes = _name_clashes(register, form, besides)
    errors |= {field_name: clash for field_name, clash in clashes.items() if not errors[field_name]}
    emails = [contact.email for contact in form.contacts]
    if len(set(emails)) < len(emails):
        errors["contacts"] = "Two contacts of one partner have the same address."
    for number, contact in enumerate(form.contacts, start=1):
        for name, sentence in contact_problems(session, contact, register=register).items():
            errors[f"contacts.{number}.{name}"] = sentence
    return {name: sentence for name, sentence in errors.items() if sentence}


def register_problems(register: Register, form: PartnerForm) -> dict[str, str]:
    """What the register has against adding a form whose words are sound: names that are taken, addresses of staff."""
    contacts = enumerate(form.contacts, start=1)
    staff = {f"contacts.{n}.email": STAFF_ADDRESS for n, one in contacts if without_tag(one.email) in register.staff}
    return {**_name_clashes(register, form, None), **staff}


def _name_clashes(register: Register, form: PartnerForm, besides: Partner | None) -> dict[str, str]:
    taken = _taken_names(register, form.all_names, besides)
    fields = {"name": (form.name,), "public_names": form.public_names, "aliases": form.aliases}
    firsts = {
        field_name: next((taken[name_key(name)] for name in names if name_key(name) in taken), "")
        for field_name, names in fields.items()
        if taken
    }
    return {field_name: clash for field_name, clash in firsts.items() if clash}


def name_problem(name: str) -> str:
    """What is wrong with a cleaned name of an organisation; empty when nothing is."""
    if problem := line_problem(name, longest=LONGEST_NAME):
        return problem
    if ";" in name:
        return "Please leave the semicolon out: it stands between names in files of partners."
    if not any(character.isalnum() for character in name):
        return "Please give a name with letters in it."
    if mixes_scripts(name):
        return "A word in this name mixes letters of two scripts that look alike. Please type it anew."
    return ""


def _taken_names(register: Register, names: Sequence[str], besides: Partner | None) -> dict[str, str]:
    # By the key of each name that cannot be had, a sentence that says why.
    wanted = {name_key(name): name for name in names}
    problems = {}
    for row in (row for key in wanted for row in register.holders.get(key, ())):
        if besides is None or row.partner_id != besides.id:
            problems[row.key] = f"“{row.name}” is a name of a partner in the register already."
        elif row.until is not None and row.name == wanted[row.key]:
            problems[row.key] = f"“{row.name}” was this partner's name once and is over; a name is never revived."
    return problems


def contact_problems(session: Session, form: ContactForm, *, register: Register | None = None) -> dict[str, str]:
    """What is wrong with a cleaned contact: one sentence for each field concerned."""
    register = register or read_register(session, ())
    errors = {
        "name": line_problem(form.name, longest=LONGEST_NAME),
        "email": email_problem(form.email),
        "job_title": line_problem(form.job_title, longest=LONGEST_NAME, needed=False),
    }
    if not errors["email"] and without_tag(form.email) in register.staff:
        errors["email"] = STAFF_ADDRESS
    return {name: sentence for name, sentence in errors.items() if sentence}


def tag_problem(tag: str) -> str:
    """What is wrong with a cleaned tag; empty when nothing is."""
    if problem := line_problem(tag, longest=40):
        return problem
    return "One tag at a time, please: commas and semicolons stand between tags." if set(tag) & set(",;") else ""


def get_partner(session: Session, slug: str) -> Partner:
    """The partner with this slug; NotFound otherwise."""
    partner = session.scalar(select(Partner).where(Partner.slug == slug))
    if partner is None:
        raise NotFound("There is no partner under this name.")
    return partner


def partners_of(session: Session, ids: Collection[int]) -> Sequence[Partner]:
    """The partners with these ids, by name, with their contacts."""
    if not ids:
        return ()
    query = select(Partner).where(among(Partner.id, ids)).order_by(Partner.name, Partner.id)
    return session.scalars(query.options(selectinload(Partner.contacts))).all()


def present_partners(session: Session, *, with_people: bool = False) -> Sequence[Partner]:
    """All partners that have not left, by name; with names, contacts and tags loaded when asked."""
    query = select(Partner).where(Partner.left_at.is_(None)).order_by(Partner.name, Partner.id)
    if with_people:
        query = query.options(selectinload(Partner.names), selectinload(Partner.contacts), selectinload(Partner.tags))
    return session.scalars(query).all()
