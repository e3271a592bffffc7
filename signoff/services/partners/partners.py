"""The partner register: organizations, the names agreed for them, and their contacts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.errors import NotFound, PartnerMerged
from signoff.domain.partners.email_addresses import clean_email, email_problem, without_tag
from signoff.domain.partners.folding import name_key
from signoff.domain.partners.levels import UNKNOWN_LEVEL
from signoff.domain.partners.names import mixes_scripts
from signoff.domain.partners.particulars import Particulars, particulars_problems
from signoff.domain.text_input import clean_line, clean_web_address, line_problem, web_address_problem
from signoff.models import Partner, PartnerName, StaffUser
from signoff.models.base import among, batched
from signoff.models.partners import LEVELS, is_present
from signoff.services.coalition import own_name_problem
from signoff.services.partners.particulars import ensured_particulars, loaded_particulars, loaded_people
from signoff.services.partners.public_words import names_shown_as_words

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
class PartnerForm(Particulars):
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
            website=clean_web_address(self.website),
            level=clean_line(self.level).lower(),
            tags=tuple(sorted({clean_line(tag).lower() for tag in self.tags if clean_line(tag)})),
            contacts=tuple(contact.cleaned() for contact in self.contacts),
            **vars(self.cleaned_particulars()),
        )


def _distinct(names: Sequence[str], *, besides: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    taken = {name_key(name) for name in besides}
    kept = {name_key(name): name for name in reversed([clean_line(name) for name in names])}
    return tuple(name for key, name in reversed(kept.items()) if key and key not in taken)


def agreed_name(name: str, kind: str, at: datetime) -> PartnerName:
    """A name as a row: public, or an alias."""
    return PartnerName(name=name, key=name_key(name), kind=kind, accepted_at=at)


@dataclass(frozen=True)
class Register:
    """What forms are judged by: whose the names are, by key, why some are no one's, and the mailboxes of staff."""

    holders: Mapping[str, Sequence[PartnerName]]
    staff: Collection[str]
    refused: Mapping[str, str]


def read_register(session: Session, names: Iterable[str], *, besides: Partner | None = None) -> Register:
    """The register as far as forms with these names are judged by it; the same few queries for many forms.

    `besides` is the partner that gets the names, when there is one already.
    """
    names = list(names)
    holders: dict[str, list[PartnerName]] = {}
    for keys in batched(sorted(set(map(name_key, names)))):
        for row in session.scalars(select(PartnerName).where(PartnerName.key.in_(keys))):
            holders.setdefault(row.key, []).append(row)
    staff = {without_tag(email) for email in session.scalars(select(StaffUser.email))}
    shown = names_shown_as_words(session, names, besides=besides.id if besides else None)
    return Register(holders, staff, {**shown, **own_name_problem(session, names)})


def partner_problems(
    session: Session,
    form: PartnerForm,
    *,
    besides: Partner | None = None,
    register: Register | None = None,
    taken: bool = True,
) -> dict[str, str]:
    """What is wrong with a cleaned partner form: one sentence for each field concerned.

    `besides` is the partner that is changed; its contacts are not part of the form. `register` was read for many forms,
    whose particulars were compared with it already. Names that others have are left out unless `taken`: those are asked
    about.
    """
    particulars = particulars_problems(form) if register else ensured_particulars(session, form, besides=besides)
    register = register or read_register(session, form.all_names, besides=besides)
    known = {name.name for name in besides.names} if besides else set()
    new = [name for name in form.all_names if name not in known]
    unusable = {name: problem for name in new if (problem := name_problem(name))}
    errors = {
        "name": unusable.get(form.name, ""),
        "website": web_address_problem(form.website),
        "level": "" if form.level in ("", *LEVELS) else UNKNOWN_LEVEL,
        "public_names": next((unusable[name] for name in form.public_names if name in unusable), ""),
        "aliases": next((unusable[name] for name in form.aliases if name in unusable), ""),
        "tags": next((problem for tag in form.tags if (problem := tag_problem(tag))), ""),
        **particulars,
    }
    clashes = _name_clashes(register, form, besides, taken=taken)
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
    staff = {f"contacts.{n}.email": STAFF_ADDRESS for n, item in contacts if without_tag(item.email) in register.staff}
    return {**_name_clashes(register, form, None), **staff}


def _name_clashes(
    register: Register, form: PartnerForm, besides: Partner | None, *, taken: bool = True
) -> dict[str, str]:
    had = _taken_names(register, form.all_names, besides, by_others=taken)
    had |= {name_key(name): register.refused[name] for name in form.all_names if name in register.refused}
    fields = {"name": (form.name,), "public_names": form.public_names, "aliases": form.aliases}
    firsts = {
        field_name: next((had[name_key(name)] for name in names if name_key(name) in had), "")
        for field_name, names in fields.items()
        if had
    }
    return {field_name: clash for field_name, clash in firsts.items() if clash}


def name_problem(name: str) -> str:
    """What is wrong with a cleaned name of an organization; empty when nothing is."""
    if problem := line_problem(name, longest=LONGEST_NAME):
        return problem
    if ";" in name:
        return "Please remove the semicolon. It separates names in partner files."
    if not name_key(name):
        return "Please give a name with letters in it."
    if mixes_scripts(name):
        return "A word in this name mixes letters of two scripts that look alike. Please type it again."
    return ""


def _taken_names(
    register: Register, names: Sequence[str], besides: Partner | None, *, by_others: bool
) -> dict[str, str]:
    # By the key of each name that cannot be had, a sentence that says why.
    wanted = {name_key(name): name for name in names}
    problems = {}
    own = {besides.id, *(double.id for double in besides.doubles)} if besides else ()
    for row in (row for key in wanted for row in register.holders.get(key, ())):
        if row.partner_id not in own:
            if not by_others:
                continue
            problems[row.key] = f"“{row.name}” is already a name of a partner in the register."
        elif row.until is not None and besides and row.partner_id == besides.id and row.name == wanted[row.key]:
            problems[row.key] = f"“{row.name}” is a former name of this partner. A former name cannot be used again."
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
    return "One tag at a time, please. Commas and semicolons separate tags." if set(tag) & set(",;") else ""


def get_partner(session: Session, slug: str) -> Partner:
    """The partner with this slug; NotFound otherwise, PartnerMerged when it was merged into another."""
    partner = get_entry(session, slug)
    ensure_whole(partner)
    return partner


def ensure_whole(partner: Partner) -> None:
    """Refuse with PartnerMerged to change an entry that was merged into another; that one is changed instead."""
    if partner.merged_into is not None:
        raise PartnerMerged(partner.name, partner.merged_into.name, partner.merged_into.slug)


def get_entry(session: Session, slug: str) -> Partner:
    """The entry of the register with this slug, also of a double, whose own answers stay; NotFound otherwise."""
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


def count_present(session: Session) -> int:
    """How many partners have not left."""
    return session.scalar(select(func.count()).select_from(Partner).where(is_present())) or 0


def present_partners(session: Session, *, with_people: bool = False) -> Sequence[Partner]:
    """All partners that have not left, by name; with names, contacts and tags loaded when asked."""
    query = select(Partner).where(is_present()).order_by(Partner.name, Partner.id)
    if with_people:
        query = query.options(*loaded_people(), *loaded_particulars())
    return session.scalars(query).unique().all()
