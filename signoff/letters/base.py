"""What letters share: the fields and sentences that many of them have, and which class writes which kind.

A letter is a frozen dataclass that has exactly what its words need. `load` finds that for a row of the outbox, or
raises Obsolete; `compose` writes the letter from it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from signoff.domain.formats import Formats
from signoff.domain.letters import LetterKind
from signoff.domain.positions.slugs import encoded
from signoff.letters.blocks import Address, Block, Draft, Paragraph, Signature
from signoff.letters.context import Envelope, LetterContext
from signoff.models import Version

FactRow = tuple[str, str]


@dataclass(frozen=True)
class BaseLetter(ABC):
    """Any letter."""

    envelope: Envelope

    @classmethod
    @abstractmethod
    def load(cls, context: LetterContext) -> "BaseLetter":
        """The letter of a row of the outbox, with its facts as they are now; Obsolete when events have overtaken it."""

    @abstractmethod
    def compose(self) -> Draft:
        """What the letter says."""

    def finished(self) -> Draft:
        """The whole letter: a greeting by name, what it says, and who writes."""
        draft = self.compose()
        greeting = f"Hello {self.envelope.reader}," if self.envelope.reader else "Hello,"
        return replace(draft, blocks=(Paragraph(greeting), *draft.blocks, self._signature))

    @property
    def _signature(self) -> Signature:
        sender, coalition = self.envelope.sender, self.envelope.coalition.name
        if sender is None:
            return Signature((coalition,))
        return Signature((sender.name, f"{sender.job_title}, {coalition}" if sender.job_title else coalition))

    @property
    def who(self) -> str:
        """Who writes, at the beginning of a sentence: a person with their job title where there is one."""
        sender = self.envelope.sender
        if sender is None:
            return f"The {self.asker}"
        if not sender.job_title:
            return f"{sender.name} of the {self.asker}"
        return f"{sender.name}, {sender.job_title} at the {self.asker},"

    @property
    def asker(self) -> str:
        """The Coalition within a sentence, behind “the”."""
        return self.envelope.coalition.name.removeprefix("The ")

    @property
    def base_url(self) -> str:
        """The address of the installation."""
        return self.envelope.settings.base_url

    @property
    def formats(self) -> Formats:
        """How the installation writes dates and numbers."""
        return self.envelope.settings.formats

    def in_full(self, moment: datetime) -> str:
        """A moment in the installation's zone, UTC beside it."""
        return self.formats.full(moment)

    def human(self) -> Paragraph:
        """Who answers questions; staff, who are the Coalition themselves, read to which address a reply goes."""
        address = self.envelope.coalition.reply_to
        if self.envelope.to_staff and address:
            return Paragraph(f"Questions? A reply to this email goes to {address}.")
        return Paragraph("Questions? Reply to this email. It goes to a person at the Coalition.")

    def own_link(self, lead: str, label: str = "Open your page") -> list[Block]:
        """The contact's own link behind a lead, or what to do without one."""
        if not self.envelope.link:
            return [Paragraph("If this is not right, reply to this email.")]
        return [Paragraph(lead), Address(self.envelope.link, label)]


@dataclass(frozen=True)
class VersionLetter(BaseLetter):
    """A letter about a version."""

    version: Version

    @property
    def title(self) -> str:
        """The title of the text."""
        return self.version.title

    @property
    def staff_address(self) -> str:
        """Where staff see the position's rounds."""
        return f"{self.base_url}/staff/positions/{encoded(self.version.position.slug)}"

    def the_text(self) -> list[FactRow]:
        """Which text the letter is about."""
        return [("Version", str(self.version.number)), ("Digest", self.version.digest)]

    def for_staff(self, lead: str, where: str = "", label: str = "Open the position") -> list[Block]:
        """The staff's page behind a lead."""
        return [Paragraph(lead), Address(self.staff_address + where, label)]

    def round_for_staff(self, lead: str) -> list[Block]:
        """The staff's page of the round behind a lead."""
        return self.for_staff(lead, f"/versions/{self.version.number}/round", "Open the round")


@dataclass(frozen=True)
class PartnerLetter(VersionLetter):
    """A letter about a version and one organization's part in it."""

    organization: str


@dataclass(frozen=True)
class NoticeLetter(PartnerLetter):
    """A letter that tells what happened in a round: `open_until` when answers are taken, and whether it is public."""

    open_until: datetime | None
    is_public: bool

    def about(self) -> list[FactRow]:
        """Which text the letter is about, until when it is asked about, and where it is public."""
        page = f"{self.base_url}/positions/{encoded(self.version.position.slug)}"
        return [
            *((("Public page", page),) if self.is_public and not self.envelope.to_staff else ()),
            *((("Answers until", self.in_full(self.open_until)),) if self.open_until else ()),
            *self.the_text(),
        ]


Loader = Callable[[LetterContext], BaseLetter]
LOADERS: dict[LetterKind, Loader] = {}
WORDS: dict[LetterKind, str] = {}

L = TypeVar("L", bound=type[BaseLetter])


def letter(kind: LetterKind, words: str) -> Callable[[L], L]:
    """Register the class that writes the letters of a kind, and what staff call them."""

    def register(cls: L) -> L:
        picks_letter(kind, words)(cls.load)
        return cls

    return register


def picks_letter(kind: LetterKind, words: str) -> Callable[[Loader], Loader]:
    """Register a function that picks one of several classes for the letters of a kind, and what staff call them."""

    def register(loader: Loader) -> Loader:
        if kind in LOADERS:
            raise ImportError(f"Two letters are registered for the kind “{kind}”.")
        LOADERS[kind], WORDS[kind] = loader, words
        return loader

    return register
