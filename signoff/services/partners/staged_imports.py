"""Imports that take a while: a file is kept until the worker has carried it out, and no more is done than was shown."""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, NotAllowed, NotFound, RegisterChanged
from signoff.domain.partners.import_columns import Columns, ImportField
from signoff.domain.permissions import Act, Actor, ensure_may, may
from signoff.models import ImportFile, PartnerImport
from signoff.services.accounts.written_rows import acting_later
from signoff.services.act import ActContext
from signoff.services.locks import hold_imports
from signoff.services.partners.import_questions import NO_CHOICES, ImportChoices
from signoff.services.partners.partner_import import ImportPlan
from signoff.services.record.row_codes import has_right_code

_GO_ON = "Import the file again to see what is left and continue."


@dataclass(frozen=True)
class GivenFile:
    """A file as it was given: its bytes, how its columns are read, and what was chosen about its rows."""

    raw: bytes
    columns: Columns
    choices: ImportChoices = NO_CHOICES


@dataclass(frozen=True)
class StagedFile:
    """A file that waits for the worker, and what its page said that it would do."""

    given: GivenFile
    added: frozenset[str]  # the names of new partners
    contacts: frozenset[tuple[str, str]]  # the slug of a known partner, and an address
    changed: frozenset[tuple[str, str, str]]  # the slug of a partner, a field, and what the register said there
    asked: frozenset[tuple[int, str, str]]  # what was asked about names in public texts, and looked at
    parents: frozenset[tuple[str, str]]  # the name of a new partner, and its parent's

    @staticmethod
    def of(given: GivenFile, plan: ImportPlan) -> "StagedFile":
        """A file with what a plan of it does."""
        taken = (one for one in plan.differences if one.is_taken)
        return StagedFile(
            given,
            frozenset(form.name for form in plan.new_partners),
            frozenset((partner.slug, contact.email) for partner, contact in plan.new_contacts),
            frozenset((one.partner.slug, one.field, one.registered) for one in taken),
            plan.question.pieces,
            frozenset(plan.parents),
        )

    def ensure_shown(self, plan: ImportPlan) -> None:
        """RegisterChanged where a plan that is made now does, or asks, what was not shown.

        A plan does less than was shown once a part was done.
        """
        now = StagedFile.of(self.given, plan)
        if not (
            now.added <= self.added
            and now.contacts <= self.contacts
            and now.changed <= self.changed
            and now.asked <= self.asked
        ):
            raise RegisterChanged

    def content(self) -> bytes:
        """The same as bytes, as they are kept."""
        choices = self.given.choices
        parts = {
            "raw": base64.b64encode(self.given.raw).decode(),
            "columns": sorted(self.given.columns.items()),
            "answers": sorted((row, slug, said) for (row, slug), said in choices.answers.items()),
            "taken": sorted(choices.taken),
            "added": sorted(self.added),
            "contacts": sorted(self.contacts),
            "changed": sorted(self.changed),
            "asked": sorted(self.asked),
            "parents": sorted(self.parents),
        }
        return zlib.compress(json.dumps(parts).encode(), level=1)

    @staticmethod
    def read(content: bytes) -> "StagedFile":
        """What these bytes keep."""
        parts = json.loads(zlib.decompress(content))
        tuples = ("taken", "contacts", "changed", "asked", "parents")
        pairs = {name: frozenset(map(tuple, parts[name])) for name in tuples}
        columns = {number: ImportField(name) for number, name in parts["columns"]}
        answers = {(row, slug): said for row, slug, said in parts["answers"]}
        given = GivenFile(base64.b64decode(parts["raw"]), columns, ImportChoices(answers, pairs["taken"]))
        shown = (pairs[name] for name in tuples[1:])
        return StagedFile(given, frozenset(parts["added"]), *shown)


def size_of(plan: ImportPlan) -> int:
    """How many partners and contacts a plan adds or changes."""
    return len(plan.new_partners) + len(plan.new_contacts) + len(plan.changes)


def stage_import(act: ActContext, given: GivenFile, plan: ImportPlan) -> PartnerImport:
    """Leave a file to the worker, which does what this plan says; Conflict while an import of the user is under way."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_imports(act.session)
    if own_import(act.session, act.by) is not None:
        raise Conflict("You already have an import in progress. Nothing else was imported.")
    content = StagedFile.of(given, plan).content()
    staged = PartnerImport(begun_by=act.by.id or 0, begun_at=act.at(), digest=_digest(content), wanted=size_of(plan))
    act.session.add(staged)
    act.session.flush()
    act.session.add(ImportFile(import_id=staged.id, content=content))
    return staged


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def own_import(session: Session, by: Actor) -> PartnerImport | None:
    """The import under way of a user, if there is one."""
    under_way = PartnerImport.ended_at.is_(None)
    return session.scalars(select(PartnerImport).where(PartnerImport.begun_by == by.id, under_way)).one_or_none()


def get_import(session: Session, number: int) -> PartnerImport:
    """The import with this id; NotFound otherwise."""
    item = session.get(PartnerImport, number)
    if item is None:
        raise NotFound("There is no such import.")
    return item


def next_import(session: Session) -> int | None:
    """The id of the import that has waited longest, if one is under way."""
    under_way = select(PartnerImport.id).where(PartnerImport.ended_at.is_(None))
    return session.scalar(under_way.order_by(PartnerImport.id).limit(1))


def read_staged(session: Session, number: int) -> StagedFile:
    """The file of an import under way; Conflict when it is not the one that was given."""
    item, kept = get_import(session, number), session.get(ImportFile, number)
    if kept is None or not has_right_code(session, item) or _digest(kept.content) != item.digest:
        raise Conflict("The stored file is not the one that was uploaded. Run `signoff verify`.")
    return StagedFile.read(kept.content)


def importing_user(session: Session, number: int) -> Actor:
    """Who started an import; NotAllowed once the account was deactivated, or may not import anymore."""
    user = get_import(session, number).beginner
    if user.deactivated_at is not None:
        raise NotAllowed(f"The account of {user.name}, who started this import, was deactivated.")
    if not may(by := acting_later(session, user), Act.MANAGE_PARTNERS):
        raise NotAllowed(f"{user.name}, who started this import, is no longer an administrator.")
    return by


def note_done(act: ActContext, number: int, done: int) -> None:
    """Say how many of the partners and contacts of an import are done."""
    item = get_import(act.session, number)
    item.done = min(done, item.wanted)


def end_import(act: ActContext, number: int, *, reason: str = "") -> None:
    """Mark an import as ended, early for a reason, and forget its file."""
    item = get_import(act.session, number)
    item.ended_at, item.reason = act.at(), f"{reason} {_GO_ON}" if reason else ""
    item.done = item.done if reason else item.wanted
    kept = act.session.get(ImportFile, number)
    if kept is not None:
        act.session.delete(kept)
