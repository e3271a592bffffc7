"""The letters about partners themselves: names proposed and settled, contacts changed and confirmed."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.letters.base import BaseLetter, FactRow, NoticeLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import Envelope, LetterContext, Obsolete, answers_later, required
from signoff.models import Contact, Letter, NameProposal, Partner, PartnerMerge


@dataclass(frozen=True)
class _AboutNameLetter(NoticeLetter):
    """A letter about a name that a partner proposed."""

    proposal: NameProposal

    @classmethod
    def load(cls, context: LetterContext) -> "_AboutNameLetter":
        """With the proposal as it is now."""
        return cls(*context.for_notice(), proposal=required(context.row.proposal))


@letter(LetterKind.NAME_PROPOSED, "proposed name")
@dataclass(frozen=True)
class NameProposedLetter(_AboutNameLetter):
    """To the publisher who asked: a partner would like to stand under another name."""

    @classmethod
    def load(cls, context: LetterContext) -> "NameProposedLetter":
        """While no one has decided about it."""
        if required(context.row.proposal).accepted is not None:
            raise Obsolete("Someone has already decided about this name.")
        return cls(*context.for_notice(), proposal=required(context.row.proposal))

    def compose(self) -> Draft:
        """Which name, and where to accept it."""
        name = self.proposal.name
        blocks: list[Block] = [
            Paragraph(
                f"{self.organization} asks to be listed as “{name}” on the position “{self.title}”. It can approve "
                "under that name once you have accepted it."
            ),
            Facts((("Proposed", self.in_full(self.proposal.proposed_at)), *self.about())),
            *self.round_for_staff("Decide about the name here:"),
            self.human(),
        ]
        return Draft(f"Please decide: the name “{name}” for {self.organization}", tuple(blocks))


@letter(LetterKind.NAME_SETTLED, "decision about a name")
@dataclass(frozen=True)
class NameSettledLetter(_AboutNameLetter):
    """To the partner's contacts: whether the proposed name can be approved under."""

    def compose(self) -> Draft:
        """Whether it was accepted, and that nothing is approved by that."""
        name = self.proposal.name
        settled = (
            f"{self.organization} can now approve the position “{self.title}” under the name “{name}”."
            if self.proposal.accepted
            else f"The name “{name}” was not accepted for {self.organization}. Its other names can still be used."
        )
        blocks: list[Block] = [
            Paragraph(settled),
            Facts(tuple(self.about())),
            *self.own_link("This email approves nothing. You can answer on your page:"),
            self.human(),
        ]
        return Draft(f"The name “{name}” for {self.organization}: {self.title}", tuple(blocks))


@dataclass(frozen=True)
class _ContactLetter(BaseLetter):
    """A letter about a contact of a partner; `address` as its reader may know it."""

    partner: Partner
    contact: Contact
    address: str
    answers_from: datetime | None

    @property
    def organization(self) -> str:
        """The partner's name."""
        return self.partner.name

    def as_registered(self) -> list[FactRow]:
        """What is registered of the contact."""
        rows = [("Job title", self.contact.job_title), ("Email address", self.address)]
        if not self.contact.may_answer:
            rows.append(("May answer", "no, can only read"))
        elif self.answers_from:
            rows.append(("May answer", f"starting {self.in_full(self.answers_from)}"))
        return [(label, value) for label, value in rows if value]


def _contact_fields(context: LetterContext) -> tuple[Envelope, Partner, Contact, str, datetime | None]:
    contact = required(context.row.changed_contact)
    address = _known_address(context.row, contact)
    return context.envelope, context.partner.whole, contact, address, answers_later(contact, at=context.at)


def _known_address(row: Letter, changed: Contact) -> str:
    # The person who lost the address hears that it is another one now, and not which.
    if row.contact is None or row.contact_id != changed.id:
        return changed.email
    return changed.email if row.address == changed.email else "changed; this one is no longer registered"


@letter(LetterKind.CONTACT_CHANGED, "change of a contact")
@dataclass(frozen=True)
class ContactChangedLetter(_ContactLetter):
    """To a contact's old address and its partner's other contacts: who answers has changed."""

    is_new: bool

    @classmethod
    def load(cls, context: LetterContext) -> "ContactChangedLetter":
        """With what is registered now."""
        is_new = required(context.row.changed_contact).added_at == context.row.queued_at
        return cls(*_contact_fields(context), is_new=is_new)

    def compose(self) -> Draft:
        """Who was added, corrected or removed."""
        rows = [("Organization", self.organization), ("Contact", self.contact.full_name)]
        if self.contact.removed_at is None:
            rows += self.as_registered()
        elif self.contact.email:
            # Two contacts may have one name: a colleague whose address was mistyped, and then corrected.
            rows.append(("Email address", self.contact.email))
        blocks: list[Block] = [
            Paragraph(f"{self._what_happened()} The {self.asker} tells every contact about such changes."),
            Facts(tuple(rows)),
            Paragraph(
                "If this is not right, reply to this email at once: anyone who reads an organization's email could "
                "answer for it."
            ),
            self.human(),
        ]
        return Draft(f"Contact changed: {self.organization}", tuple(blocks))

    def _what_happened(self) -> str:
        name = self.contact.full_name
        if self.contact.removed_at is not None:
            return f"{name} is no longer registered as a contact of {self.organization}."
        if self.is_new:
            return f"{name} was added as a contact of {self.organization}."
        return f"The details of {name}, a contact of {self.organization}, were corrected."


@letter(LetterKind.PARTNERS_MERGED, "merged partners")
@dataclass(frozen=True)
class PartnersMergedLetter(BaseLetter):
    """To the contacts of both: two entries of the register are one partner, or two again."""

    merge: PartnerMerge

    @classmethod
    def load(cls, context: LetterContext) -> "PartnersMergedLetter":
        """With what is registered now."""
        return cls(context.envelope, required(context.row.merge))

    def compose(self) -> Draft:
        """Which two, whose contacts belong together from now on, and that no answer changed."""
        name, double = self.merge.into.name, self.merge.double.name
        what, follows = self._together() if self.merge.undone_at is None else self._apart()
        if self.merge.undone_at is None:
            subject, other = f"Entries merged: {double} is now {name}", "Also registered as"
            mistake = "these are two different organizations"
        else:
            subject, other = f"Entries separated: {name} and {double}", "Other organization"
            mistake = "these are one organization after all"
        blocks: list[Block] = [
            Paragraph(what),
            Facts((("Organization", name), (other, double), *self._contacts())),
            Paragraph(follows),
            Paragraph("No answer was changed, and no name was added to or removed from any published list."),
            Paragraph(f"If {mistake}, reply to this email at once."),
            self.human(),
        ]
        return Draft(subject, tuple(blocks))

    def _together(self) -> tuple[str, str]:
        name, double = self.merge.into.name, self.merge.double.name
        what = (
            f"The {self.asker} had registered one organization twice, as {double} and as {name}. We have merged the "
            f"two entries into {name}."
        )
        follows = (
            f"From now on, we will ask all of these contacts when we ask {name} about a position. Contacts of {double} "
            f"can answer for {name} starting {self.in_full(self.merge.answers_from)}. Links you already have keep "
            "working for requests that are still open."
        )
        return what, follows

    def _apart(self) -> tuple[str, str]:
        name, double = self.merge.into.name, self.merge.double.name
        what = f"The {self.asker} had merged {double} and {name}. We have undone this and list them separately again."
        return what, f"The contacts of each answer only for their own organization. We will ask {double} separately."

    def _contacts(self) -> list[FactRow]:
        people = {c.email: c for c in (*self.merge.double.contacts, *self.merge.into.contacts) if c.removed_at is None}
        return [("Contact", f"{person.full_name}, {person.email}") for person in people.values()]


@letter(LetterKind.CONTACT_CONFIRMED, "confirmed contact")
@dataclass(frozen=True)
class ContactConfirmedLetter(_ContactLetter):
    """To a partner's other contacts and the administrators: staff confirmed a contact's address."""

    @classmethod
    def load(cls, context: LetterContext) -> "ContactConfirmedLetter":
        """With what is registered now."""
        return cls(*_contact_fields(context))

    def compose(self) -> Draft:
        """Who was confirmed; staff read by whom, too."""
        confirmer = self.contact.confirmer if self.envelope.to_staff else None
        who = confirmer.name if confirmer else f"A staff member of the {self.asker}"
        name = self.contact.full_name
        blocks: list[Block] = [
            Paragraph(
                f"{who} confirmed the address of {name}, a contact of {self.organization}. This contact can answer now."
            ),
            Facts((("Organization", self.organization), ("Contact", name), *self.as_registered())),
            Paragraph(
                "If this is not right, reply to this email at once: anyone who reads an organization's email could "
                "answer for it."
            ),
            *self._partner_page(),
            self.human(),
        ]
        return Draft(f"Contact confirmed: {self.organization}", tuple(blocks))

    def _partner_page(self) -> list[Block]:
        if not self.envelope.to_staff:
            return []
        page = f"{self.base_url}/staff/partners/{self.partner.slug}"
        return [Paragraph("The partner's contacts:"), Address(page, "Open the partner")]
