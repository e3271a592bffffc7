"""A file of partners: planned whole without holding anything, added in parts; and written in the same form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.errors import Invalid, RegisterChanged
from signoff.domain.partners.folding import loose_key, reads_alike
from signoff.domain.partners.short_forms import without_article
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.spreadsheets import as_cell
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Partner, PartnerName, Publication
from signoff.models.base import batched
from signoff.services.act import ActContext
from signoff.services.partners.contacts import add_contact
from signoff.services.partners.import_questions import NO_ROW_ANSWERS, ImportNames, RowAnswers, judge_names
from signoff.services.partners.name_conflicts import NameQuestion, held_in_public, record_answers
from signoff.services.partners.partner_additions import hold_for_adding, insert_partners
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.partner_files import COLUMNS, read_file
from signoff.services.partners.partners import (
    ContactForm,
    PartnerForm,
    contact_problems,
    partner_problems,
    read_register,
    register_problems,
)


@dataclass(frozen=True)
class Known:
    """A partner of the register that a file names."""

    id: int
    slug: str
    name: str
    form: PartnerForm
    addresses: frozenset[str]


@dataclass(frozen=True)
class Difference:
    """Where a file says something else of a known partner than the register, which stays as it is."""

    partner: Known
    field: str
    registered: str
    in_file: str


class RegisterState(NamedTuple):
    """The newest agreed name and the newest publication: while it stays, so does what is asked about names."""

    name: int
    publication: int


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do: partners to add, contacts to add to known partners, and what is known already.

    `differences` and `question` are for people to look at; they change nothing and keep nothing from being added.
    """

    new_partners: tuple[PartnerForm, ...]
    new_contacts: tuple[tuple[Known, ContactForm], ...]
    known_contacts: int
    differences: tuple[Difference, ...] = ()
    question: NameQuestion = NameQuestion()
    state: RegisterState = RegisterState(0, 0)
    names: ImportNames = ImportNames()

    @property
    def digest(self) -> str:
        """What would be done, and is asked, as one short text: two plans with the same digest do the same."""
        contacts = [(partner.slug, vars(contact)) for partner, contact in self.new_contacts]
        partners = [asdict(form) for form in self.new_partners]
        rows = self.names.doubtful
        doubts = [[row.line, asdict(row.form), *(conflict.sentence for conflict in row.conflicts)] for row in rows]
        differences = {"partners": partners, "contacts": contacts, "question": self.question.digest, "doubts": doubts}
        return sha256_hex(canonical_json(differences))


def plan_import(session: Session, raw: bytes, answers: RowAnswers = NO_ROW_ANSWERS) -> ImportPlan:
    """Read a partner file and say what it would do; Invalid with one sentence for each bad line.

    Partners whose names may be taken for others' are left out until they are answered about. Nothing is held: it may
    take long, and whoever carries it out judges each part again.
    """
    state = register_state(session)
    forms = [(line, form.cleaned()) for line, form in read_file(raw)]
    known = _known(session, [form.name for _, form in forms])
    register = read_register(session, [name for _, form in forms for name in form.all_names])
    names = judge_names(session, [(line, form) for line, form in forms if form.name not in known], answers, known)
    new_partners, new_contacts, known_contacts = [], [], 0
    differences: list[Difference] = []
    errors: dict[str, str] = _clashes(forms, known)
    for line, form in forms:
        partner = known.get(form.name)
        if partner is None:
            problems = partner_problems(session, form, register=register, taken=False)
            errors |= {f"line {line}, {_column(name)}": sentence for name, sentence in problems.items()}
            new_partners += [form] if line not in names.left_out else []
            continue
        differences += _differences(partner, form)
        fresh = [contact for contact in form.contacts if contact.email not in partner.addresses]
        for contact in fresh:
            problems = contact_problems(session, contact, register=register)
            errors |= {f"line {line}, contact_{name}": sentence for name, sentence in problems.items()}
        known_contacts += len(form.contacts) - len(fresh)
        new_contacts += [(partner, contact) for contact in fresh]
    if errors:
        raise Invalid(errors, "The file was not imported.")
    held = held_in_public(session, [name for form in new_partners for name in form.all_names])
    added, question = tuple(new_partners), NameQuestion(in_public=held)
    return ImportPlan(added, tuple(new_contacts), known_contacts, tuple(differences), question, state, names)


def register_state(session: Session) -> RegisterState:
    """How far the register and what is public have grown."""
    newest = (select(func.coalesce(func.max(table.id), 0)).scalar_subquery() for table in (PartnerName, Publication))
    return RegisterState(*session.execute(select(*newest)).one())


def _known(session: Session, names: Sequence[str]) -> dict[str, Known]:
    # A part at a time, and no more is kept of each than is compared: a file may name the whole register.
    people = [selectinload(Partner.names), selectinload(Partner.contacts), selectinload(Partner.tags)]
    result: dict[str, Known] = {}
    for some in batched(sorted(set(names)), 1_000):
        query = select(Partner).where(Partner.left_at.is_(None), Partner.name.in_(some)).order_by(Partner.id)
        for partner in session.scalars(query.options(*people)):
            addresses = frozenset(contact.email for contact in partner.contacts if contact.removed_at is None)
            result[partner.name] = Known(partner.id, partner.slug, partner.name, form_of(partner), addresses)
    return result


def _column(field: str) -> str:
    # The first contact's fields are columns; of a further one it is said which.
    contact, _, name = field.removeprefix("contacts.").partition(".")
    if not name:
        return field
    return f"contact_{name}" if contact == "1" else f"contact_{name} of contact {contact}"


def _clashes(forms: Sequence[tuple[int, PartnerForm]], known: Mapping[str, Known]) -> dict[str, str]:
    # Each line is sound by itself; two of one file may still want the same name.
    taken: dict[str, list[tuple[int, str]]] = {}
    errors = {}
    for line, form in forms:
        for name in form.all_names if form.name not in known else ():
            bare = without_article(name)
            others = taken.setdefault(loose_key(bare), [])
            clash = next((first for first, other in others if first != line and reads_alike(bare, other)), None)
            if clash is not None:
                errors[f"line {line}, name"] = f"“{name}” is a name of the partner on line {clash} or reads like one."
            others.append((line, bare))
    return errors


def _differences(partner: Known, form: PartnerForm) -> list[Difference]:
    registered = partner.form
    differences = []
    for field in ("public_names", "aliases", "website", "level", "tags"):
        ours, theirs = getattr(registered, field), getattr(form, field)
        if theirs and (set(ours) != set(theirs) if isinstance(ours, tuple) else ours != theirs):
            words = ["; ".join(value) if isinstance(value, tuple) else value for value in (ours, theirs)]
            differences.append(Difference(partner, field, *words))
    return differences


def exported_rows(partners: Iterable[Partner]) -> Iterator[tuple[str, ...]]:
    """Partners as rows that `plan_import` reads: the column names, then a row for each contact."""
    yield COLUMNS
    for partner in partners:
        form = form_of(partner)
        names = [";".join(values) for values in (form.public_names, form.aliases)]
        own = (form.name, *names, form.website, form.level, ";".join(form.tags))
        people = [contact for contact in partner.contacts if contact.removed_at is None]
        for number, item in enumerate(people):
            row = own if number == 0 else ("",) * len(own)
            may_answer = "yes" if item.may_answer else "no"
            yield tuple(map(as_cell, (*row, item.full_name, item.email, item.job_title, may_answer)))
        if not people:
            yield tuple(map(as_cell, (*own, "", "", "", "")))


def add_planned_partners(
    act: ActContext, forms: Sequence[PartnerForm], state: RegisterState, names: ImportNames
) -> RegisterState:
    """Add some partners of a plan, judged again under locks; returns the register's state with them.

    Their words were judged when they were planned, and cannot have changed; what the register says of them can.
    RegisterChanged when a name was agreed or a text published since the state in which their names were asked about;
    Invalid when one of them cannot be added any more.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_for_adding(act.session, forms)
    if register_state(act.session) != state:
        raise RegisterChanged
    register = read_register(act.session, [name for form in forms for name in form.all_names])
    errors = {
        f"{form.name}, {field}": sentence
        for form in forms
        for field, sentence in register_problems(register, form).items()
    }
    if errors:
        raise Invalid(errors, "The rest of the file was not imported.")
    ids = insert_partners(act, forms)
    for number, form in zip(ids, forms, strict=True):
        if form.name in names.told_apart:
            slug, differences = act.session.get_one(Partner, number).slug, names.told_apart[form.name]
            record_answers(act.session, differences, names.answers, partner=slug, by=act.by, at=act.at())
    return register_state(act.session)


def record_sameness(act: ActContext, names: ImportNames) -> None:
    """Record which rows of a file were answered to be partners of the register, so that nobody is asked again."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    for conflict in names.same:
        record_answers(act.session, [conflict], names.answers, partner=conflict.registered.slug, by=act.by, at=act.at())


def add_planned_contact(act: ActContext, partner: Known, contact: ContactForm) -> None:
    """Add a contact of a plan to its partner; `key` makes links where the partner is being asked."""
    add_contact(act, act.session.get_one(Partner, partner.id), contact)
