"""The letters about applications: to applicants, to staff, and to the contacts of a partner it is linked to."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.partners.applications import Decision
from signoff.domain.positions.slugs import encoded
from signoff.letters.base import BaseLetter, FactRow, NoticeLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.models import Application


@dataclass(frozen=True)
class _ApplicantLetter(BaseLetter):
    """A letter to an applicant; `title` is empty while nothing of the position is public."""

    organization: str
    title: str

    @property
    def what(self) -> str:
        """What the organization asks to sign."""
        return f"the position “{self.title}”" if self.title else "a position that we are asking our partners about"


@letter(LetterKind.APPLICATION_CONFIRM, "request to confirm an application")
@dataclass(frozen=True)
class ConfirmApplicationLetter(_ApplicantLetter):
    """To the address that was typed: confirm that you applied."""

    until: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "ConfirmApplicationLetter":
        """While it can be confirmed."""
        made = context.application
        until = min(made.expires_at, made.sign_on.until)
        if made.confirmed_at is not None:
            raise Obsolete("The application has already been confirmed.")
        if made.expires_at < context.at:
            raise Obsolete("It is too late to confirm the application.")
        return cls(context.envelope, made.organization or "", context.title_to_sign, until)

    def compose(self) -> Draft:
        """What was asked, and where to confirm it."""
        blocks: list[Block] = [
            Paragraph(
                f"You, or someone who typed your email address, asked the {self.asker} whether {self.organization} can "
                f"sign {self.what}. Please confirm this by {self.in_full(self.until)}. If you did not ask, ignore this "
                "email. Nothing will happen."
            ),
            Address(self.envelope.link, "Confirm your application"),
            Paragraph(
                "Confirming signs nothing. Our staff will review the application first. If they accept it, we will "
                "email you a personal link to the exact text. Your organization will be named only if you approve it."
            ),
            self.human(),
        ]
        return Draft(f"Please confirm your application for {self.organization}", tuple(blocks))


@letter(LetterKind.APPLICATION_DECIDED, "decision about an application")
@dataclass(frozen=True)
class ApplicationDecidedLetter(_ApplicantLetter):
    """To the applicant: what was decided, by staff and then by the organization's own contact."""

    decision: Decision
    agreed: int | None

    @classmethod
    def load(cls, context: LetterContext) -> "ApplicationDecidedLetter":
        """With what stands now."""
        made = context.application
        named = context.envelope, made.organization or "", context.title_to_sign
        return cls(*named, Decision(required(made.decision)), made.agreed)

    def compose(self) -> Draft:
        """What was decided, and what comes next."""
        subject, words = self._words()
        return Draft(subject, (Paragraph(words), self.human()))

    def _words(self) -> tuple[str, str]:
        if self.decision == Decision.ACCEPT:
            return f"Your application for {self.organization} was accepted", (
                f"Thank you for applying to sign {self.what}. {self.organization} is now a partner of the "
                f"{self.asker}. When we ask the organization about the text, we will email you a personal link to it. "
                "Nothing is signed until you approve the text there."
            )
        if self.decision == Decision.LINK and self.agreed is None:
            return f"We asked your colleagues about your application for {self.organization}", (
                f"Thank you for applying to sign {self.what}. Your organization is already a partner of the "
                f"{self.asker}, so we have asked its contacts whether you may answer for it. We will email you when "
                "one of them decides."
            )
        if self.agreed:
            return f"Your application for {self.organization} was accepted", (
                f"A contact of your organization agreed that you may answer for it about {self.what}. We will email "
                "you a personal link to the text. Nothing is signed until your organization approves the text."
            )
        return f"Your application for {self.organization}", (
            f"Thank you for your interest in {self.what}. We cannot accept the application this time. Nothing was "
            "signed in your organization's name."
        )


@letter(LetterKind.APPLICATION, "new application")
@dataclass(frozen=True)
class ApplicationWaitingLetter(BaseLetter):
    """To the administrators: an organization asks to sign; decide about it."""

    application: Application

    @classmethod
    def load(cls, context: LetterContext) -> "ApplicationWaitingLetter":
        """While no one has decided."""
        if context.application.decided_at is not None:
            raise Obsolete("Someone has already decided about this application.")
        if context.application.is_erased:
            raise Obsolete("What the applicant typed was erased.")
        return cls(context.envelope, context.application)

    def compose(self) -> Draft:
        """Who applies for which organization, and where to decide."""
        made = self.application
        page = f"{self.base_url}/staff/positions/{encoded(made.position.slug)}/sign-on"
        blocks: list[Block] = [
            Paragraph(
                f"{made.full_name} asks whether {made.organization} can sign a position and has confirmed the email "
                "address below. Please decide about the application. None of this is public."
            ),
            Facts(tuple(_typed(made))),
            Paragraph("You can accept, link or reject it here:"),
            Address(page, "Open the list of applications"),
            self.human(),
        ]
        return Draft(f"Please decide: {made.organization} asks to sign", tuple(blocks))


def _typed(made: Application) -> list[FactRow]:
    rows = [
        ("Organization", made.organization),
        ("Website", made.website),
        ("Name", made.full_name),
        ("Job title", made.job_title),
        ("Email address", made.email),
        ("Level", made.level),
        ("State", made.state),
    ]
    return [(label, value) for label, value in rows if value]


@letter(LetterKind.APPLICATION_LINKED, "application for a partner")
@dataclass(frozen=True)
class ApplicationLinkedLetter(NoticeLetter):
    """To the partner's contacts: someone applied in the organization's name; may they answer for it?"""

    person: str
    address: str
    job_title: str

    @classmethod
    def load(cls, context: LetterContext) -> "ApplicationLinkedLetter":
        """While none of them has decided."""
        made = context.application
        if made.settled_at is not None:
            raise Obsolete("A contact has already decided about this.")
        if made.is_erased:
            raise Obsolete("What the applicant typed was erased.")
        return cls(*context.for_notice(), made.full_name or "", made.email or "", made.job_title or "")

    def compose(self) -> Draft:
        """Who applied, and where to agree or not."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.person} has applied to sign the position “{self.title}” on behalf of {self.organization}. "
                f"Please tell us whether {self.person} may answer for {self.organization}. Until one of its contacts "
                f"agrees, {self.person} cannot answer."
            ),
            Facts((("Name", self.person), ("Job title", self.job_title), ("Email address", self.address))),
            *self.own_link("Agree or refuse on your page:"),
            Facts(tuple(self.about())),
            self.human(),
        ]
        return Draft(f"May {self.person} answer for {self.organization}?", tuple(blocks))
