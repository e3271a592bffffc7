"""The facts that a letter is written from; context_queries.py finds them at the moment it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from signoff.domain.positions.slugs import encoded
from signoff.domain.time import in_full, on_day
from signoff.models import (
    AccountLink,
    Answer,
    ApiToken,
    Coalition,
    Comment,
    Contact,
    NameProposal,
    Partner,
    Publication,
    Referral,
    Request,
    Round,
    Version,
)
from signoff.services.rounds.previous_versions import KnownVersion


@dataclass(frozen=True)
class LetterSettings:
    """What composing needs of the installation: its address, zone and link keys."""

    base_url: str
    zone: ZoneInfo
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Undelivered:
    """A letter that did not reach a contact: of which partner, to whom, and in the mail server's words why."""

    organisation: str
    full_name: str
    address: str
    reply: str


@dataclass(frozen=True)
class LetterFacts:
    """Everything a letter may say; `link` is empty for those who have none."""

    post: LetterSettings
    coalition: Coalition
    about_version: Version | None
    partner: Partner | None
    reader: str
    link: str
    round: Round | None = None
    answer: Answer | None = None
    publication: Publication | None = None
    signatory_count: int = 0
    named_as: str = ""
    to_staff: bool = False
    overtaken: bool = False
    known: KnownVersion | None = None
    contact: Contact | None = None
    request: Request | None = None
    comment: Comment | None = None
    referral: Referral | None = None
    proposal: NameProposal | None = None
    changed_contact: Contact | None = None
    to_old_address: bool = False
    tally: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None
    is_new_contact: bool = False
    own_address: str = ""
    by_signer: bool = False
    # Whether the partner's answer about this version is still waited for.
    is_waited_for: bool = False
    undelivered: Sequence[Undelivered] = ()
    # Words of a published text that read like the name of the partner whose approval has ended; for staff.
    spelled: Sequence[str] = ()
    token: ApiToken | None = None
    account_link: AccountLink | None = None
    account_news: str = ""
    roles: Sequence[str] = ()
    # When that happened of which the letter tells.
    happened_at: datetime | None = None

    @property
    def version(self) -> Version:
        """The version the letter is about; every letter but the one of a changed contact is about one."""
        assert self.about_version is not None
        return self.about_version

    @property
    def asker(self) -> str:
        """The Coalition within a sentence, behind “the”."""
        return self.coalition.name.removeprefix("The ")

    @property
    def deadline(self) -> str:
        """The round's deadline with its zone, UTC beside it."""
        return in_full(self.round.deadline, self.post.zone) if self.round else ""

    @property
    def deadline_day(self) -> str:
        """The round's last day."""
        return on_day(self.round.deadline, self.post.zone) if self.round else ""

    @property
    def public_address(self) -> str:
        """Where the public reads the position."""
        return f"{self.post.base_url}/positions/{encoded(self.version.position.slug)}"

    @property
    def staff_address(self) -> str:
        """Where staff see the position's rounds."""
        return f"{self.post.base_url}/staff/positions/{encoded(self.version.position.slug)}"

    @property
    def is_colleague(self) -> bool:
        """Whether the letter goes to the colleague whom a referral named."""
        named = self.referral.contact_id if self.referral else None
        return self.contact is not None and self.contact.id == named

    @property
    def waits(self) -> bool:
        """Whether the contact's address is so new that it does not answer yet."""
        return self.contact is not None and self.at is not None and self.contact.answers_from > self.at

    @property
    def organisation(self) -> str:
        """The organization concerned."""
        return self.partner.name if self.partner else ""


class LinkUnavailable(Exception):
    """No key known to this installation makes this link's secret any more."""
