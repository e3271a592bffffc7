"""A file of partners: planned whole without holding anything, then added and changed in parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, selectinload

from signoff.domain.collector import collecting_seldom
from signoff.domain.errors import Conflict, Invalid, NamesInDoubt, RegisterChanged
from signoff.domain.partners.folding import loose_key, reads_alike
from signoff.domain.partners.name_conflicts import spelling_keys
from signoff.domain.partners.short_forms import without_article
from signoff.domain.permissions import Act, ensure_may
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Partner, PartnerName, Publication, PublicRevision
from signoff.models.base import batched
from signoff.models.partners import is_present
from signoff.models.revisions import COMMON
from signoff.services.act import ActContext
from signoff.services.partners.affiliates import partners_called
from signoff.services.partners.contacts import add_contact
from signoff.services.partners.import_differences import Difference, Known, changed_forms, differences_from
from signoff.services.partners.import_particulars import with_sound_particulars
from signoff.services.partners.import_questions import NO_CHOICES, ImportChoices, ImportNames, judge_names
from signoff.services.partners.import_remarks import said_once
from signoff.services.partners.name_conflicts import NameQuestion, question_of_public_words, record_answers
from signoff.services.partners.particulars import loaded_particulars
from signoff.services.partners.partner_additions import hold_for_adding, insert_partners
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.partner_files import FilePartner, PartnerFile
from signoff.services.partners.partners import (
    ContactForm,
    PartnerForm,
    Register,
    contact_problems,
    partner_problems,
    read_register,
    register_problems,
)


class RegisterState(NamedTuple):
    """The newest agreed name and publication, and the revision of what pages have in common, networks and places too.

    While it stays, so does what is asked about names.
    """

    name: int
    publication: int
    shown: str = ""


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do: partners to add, contacts to add to known partners, and what is known already.

    Of `differences`, those that are taken change the register; `question` and `left_out` are for people to look at.
    """

    new_partners: tuple[PartnerForm, ...]
    new_contacts: tuple[tuple[Known, ContactForm], ...]
    known_contacts: int
    differences: tuple[Difference, ...] = ()
    question: NameQuestion = NameQuestion()
    state: RegisterState = RegisterState(0, 0)
    names: ImportNames = ImportNames()
    left_out: tuple[str, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()  # of new partners: its name, and its parent's

    @property
    def digest(self) -> str:
        """What would be done, and is asked, as one short text: two plans with the same digest do the same."""
        contacts = [(partner.slug, vars(contact)) for partner, contact in self.new_contacts]
        partners = [asdict(form) for form in self.new_partners]
        rows = self.names.doubtful
        doubts = [[row.line, asdict(row.form), *(conflict.sentence for conflict in row.conflicts)] for row in rows]
        differences = [[one.partner.slug, one.field, one.registered, one.in_file] for one in self.differences]
        plan = {"partners": partners, "contacts": contacts, "question": self.question.digest, "doubts": doubts}
        parents = [list(pair) for pair in self.parents]
        return sha256_hex(canonical_json({**plan, "differences": differences, "parents": parents}))

    @property
    def changes(self) -> list[tuple[Known, PartnerForm]]:
        """The known partners of which something is taken from the file, as they will be."""
        return changed_forms(self.differences)


@collecting_seldom()
def plan_import(session: Session, file: PartnerFile, choices: ImportChoices = NO_CHOICES) -> ImportPlan:
    """What a partner file would do; Invalid with one sentence for each bad cell.

    Partners whose names may be taken for others' are left out until they are answered about. Nothing is held: it may
    take long, and the import judges each part again.
    """
    state = register_state(session)
    partners, unsound = with_sound_particulars(session, file.partners)
    forms = [(item.row, item.form) for item in partners]
    known = _known(session, [form.name for _, form in forms])
    register = read_register(session, [name for _, form in forms for name in form.all_names])
    names = judge_names(session, [(row, form) for row, form in forms if form.name not in known], choices.answers, known)
    known |= _known_as(session, partners, names)
    plan = _Planned(session, register, choices, errors=_clashes(partners, known))
    for item in partners:
        partner = known.get(item.form.name)
        if partner is not None:
            plan.compare(partner, item)
        else:
            plan.add(item, is_left_out=item.row in names.left_out)
    if plan.errors:
        raise Invalid(plan.errors, "The file was not imported.")
    question = question_of_public_words(session, [name for form in plan.new_partners for name in form.all_names])
    return ImportPlan(
        new_partners=tuple(plan.new_partners),
        new_contacts=tuple(plan.new_contacts),
        known_contacts=plan.known_contacts,
        differences=tuple(plan.differences),
        question=question,
        state=state,
        names=names,
        left_out=said_once((*file.left_out, *unsound, *plan.left_out)),
        parents=_parents_of(plan.new_partners, partners, known),
    )


@dataclass
class _Planned:
    """A plan while it is made, partner by partner."""

    session: Session
    register: Register
    choices: ImportChoices
    errors: dict[str, str]
    new_partners: list[PartnerForm] = field(default_factory=list)
    new_contacts: list[tuple[Known, ContactForm]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    known_contacts: int = 0
    spellings: dict[str, int] = field(default_factory=dict)  # the row that has each spelling first
    left_out: list[str] = field(default_factory=list)

    def add(self, item: FilePartner, *, is_left_out: bool) -> None:
        """A partner that the register does not know."""
        problems = partner_problems(self.session, item.form, register=self.register, taken=False)
        self.errors |= {item.place(name): sentence for name, sentence in problems.items()}
        if not is_left_out and not self._is_twin(item):
            # Its parent may be added after it.
            self.new_partners.append(replace(item.form, parent="") if item.form.parent else item.form)

    def _is_twin(self, item: FilePartner) -> bool:
        """Whether a row above most likely has another spelling of this name: then it is left out, and said."""
        keys = spelling_keys(item.form.name)
        above = next((self.spellings[key] for key in keys if key in self.spellings), None)
        for key in keys if above is None else ():
            self.spellings[key] = item.row
        if above is not None:
            self.left_out.append(
                f"{item.place('name')}: this is most likely the organization of row {above} and was left out. "
                "Give both rows one name, or import the file again and answer the question about it."
            )
        return above is not None

    def compare(self, partner: Known, item: FilePartner) -> None:
        """A partner of the register: its new contacts, and where the file says something else."""
        self.differences += differences_from(partner, item.form, self.choices)
        for number, contact in enumerate(item.form.contacts, start=1):
            if contact.email in partner.addresses:
                self.known_contacts += 1
                continue
            problems = contact_problems(self.session, contact, register=self.register)
            self.errors |= {item.place(f"contacts.{number}.{name}"): text for name, text in problems.items()}
            self.new_contacts.append((partner, contact))


def _parents_of(
    added: Sequence[PartnerForm], partners: Sequence[FilePartner], known: Mapping[str, Known]
) -> tuple[tuple[str, str], ...]:
    # A parent whose own row is left out for now is entered when the file is imported again.
    names = {form.name for form in added}
    left_out = {item.form.name for item in partners} - names - known.keys()
    wanted = [(item.form.name, item.form.parent) for item in partners if item.form.name in names and item.form.parent]
    return tuple((name, parent) for name, parent in wanted if parent not in left_out)


def _known_as(session: Session, partners: Sequence[FilePartner], names: ImportNames) -> dict[str, Known]:
    # Rows that were said to be partners of the register under another name.
    by_slug: dict[str, Known] = {}
    for some in batched(sorted(set(names.known_as.values())), 1_000):
        by_slug |= {partner.slug: partner for partner in _loaded(session, Partner.slug.in_(some))}
    slugs = {item.form.name: names.known_as.get(item.row, "") for item in partners}
    return {name: by_slug[slug] for name, slug in slugs.items() if slug in by_slug}


def register_state(session: Session) -> RegisterState:
    """How far the register and what is public have grown."""
    newest = (select(func.coalesce(func.max(table.id), 0)).scalar_subquery() for table in (PartnerName, Publication))
    shown = select(func.max(PublicRevision.token)).where(PublicRevision.scope == COMMON).scalar_subquery()
    return RegisterState._make(session.execute(select(*newest, func.coalesce(shown, ""))).one())


def _known(session: Session, names: Sequence[str]) -> dict[str, Known]:
    # A part at a time, and no more is kept of each than is compared: a file may name the whole register.
    result: dict[str, Known] = {}
    for some in batched(sorted(set(names)), 1_000):
        result |= {partner.name: partner for partner in _loaded(session, Partner.name.in_(some))}
    return result


def _loaded(session: Session, which: ColumnElement[bool]) -> Iterator[Known]:
    people = [selectinload(Partner.names), selectinload(Partner.contacts), selectinload(Partner.tags)]
    query = select(Partner).where(is_present(), which).order_by(Partner.id)
    for partner in session.scalars(query.options(*people, *loaded_particulars())):
        addresses = frozenset(contact.email for contact in partner.contacts if contact.removed_at is None)
        yield Known(partner.id, partner.slug, partner.name, form_of(partner), addresses)


def _clashes(partners: Sequence[FilePartner], known: Mapping[str, Known]) -> dict[str, str]:
    # Each row is sound by itself; two of one file may still want the same name.
    taken: dict[str, list[tuple[int, str]]] = {}
    errors = {}
    for item in partners:
        line, form = item.row, item.form
        for name in form.all_names if form.name not in known else ():
            bare = without_article(name)
            others = taken.setdefault(loose_key(bare), [])
            clash = next((first for first, other in others if first != line and reads_alike(bare, other)), None)
            if clash is not None:
                errors[item.place("name")] = f"“{name}” is a name of the partner on row {clash} or reads like one."
            others.append((line, bare))
    return errors


def add_planned_partners(
    act: ActContext, forms: Sequence[PartnerForm], state: RegisterState, names: ImportNames
) -> RegisterState:
    """Add some partners of a plan, judged again under locks; returns the register's state with them.

    Their words were judged when they were planned, and cannot have changed; what the register says of them can.
    RegisterChanged when a name was agreed or a text published since the state in which their names were asked about;
    Invalid when one of them cannot be added anymore.
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
    act.session.flush()
    if act.session.get_bind().dialect.name == "postgresql":  # which would move revisions only when this commits
        act.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return register_state(act.session)


def record_sameness(act: ActContext, names: ImportNames) -> None:
    """Record which rows of a file were answered to be partners of the register, so that no one is asked again."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    for conflict in names.same:
        record_answers(act.session, [conflict], names.answers, partner=conflict.registered.slug, by=act.by, at=act.at())


def change_planned_partner(act: ActContext, partner: Known, form: PartnerForm) -> None:
    """Change a known partner to what was taken from a file; Conflict when it has changed since it was compared."""
    row = act.session.get_one(Partner, partner.id)
    if form_of(row) != partner.form:
        raise Conflict(f"{partner.name} was changed by someone else in the meantime.")
    try:
        change_partner(act, row, form)
    except NamesInDoubt as doubt:
        raise Conflict(f"{doubt.text} Change the names of {partner.name} on its own page.") from doubt


def enter_planned_parents(act: ActContext, pairs: Sequence[tuple[str, str]]) -> None:
    """Say of partners that were added whose affiliates they are, by the names of both, where nothing is said yet."""
    found = partners_called(act.session, [name for name, _ in pairs])
    for name, parent in pairs:
        if name in found and found[name].parent_id is None:
            change_partner(act, found[name], replace(form_of(found[name]), parent=parent))


def add_planned_contact(act: ActContext, partner: Known, contact: ContactForm) -> None:
    """Add a contact of a plan to its partner; `key` makes links where the partner is being asked."""
    add_contact(act, act.session.get_one(Partner, partner.id), contact)
