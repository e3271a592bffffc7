"""The letter about a complaint: a contact's mailbox reported an email of ours as spam, and no other leaves."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.positions.slugs import encoded
from signoff.letters.base import BaseLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.models import Complaint


@letter(LetterKind.COMPLAINED, "spam report")
@dataclass(frozen=True)
class ComplainedLetter(BaseLetter):
    """To the administrators: whose mailbox complained, and what to do before anything else is sent there."""

    complaint: Complaint

    @classmethod
    def load(cls, context: LetterContext) -> "ComplainedLetter":
        """While no one has settled it."""
        contact = required(context.row.changed_contact)
        complaint = context.batch.complaints.get(contact.id)
        if complaint is None:
            raise Obsolete("Someone has already settled this, or the address has changed.")
        return cls(context.envelope, complaint)

    def compose(self) -> Draft:
        """Who, since when, and where to settle it."""
        contact = self.complaint.contact
        name, partner = contact.full_name, contact.partner.whole
        blocks: list[Block] = [
            Paragraph(
                f"Our email to {name} at {partner.name} was reported as spam. We will send {name} no more email until "
                "an administrator has settled this. Answers already given stay as they are."
            ),
            Facts(
                (
                    ("Contact", f"{name}, {contact.email}"),
                    ("Organization", partner.name),
                    ("Reported", self.in_full(self.complaint.at)),
                )
            ),
            Paragraph(
                f"People often report an email by mistake. Please ask {name} by phone. Then allow email again, "
                "correct the address, or remove the contact here:"
            ),
            Address(f"{self.base_url}/staff/partners/{encoded(partner.slug)}#contact-{contact.id}", "Open the contact"),
            self.human(),
        ]
        return Draft(f"Reported as spam: our email to {name}, {partner.name}", tuple(blocks))
