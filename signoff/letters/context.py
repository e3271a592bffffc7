"""The facts of one letter at the moment it is sent; those that several letters share come from context_queries.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from signoff.domain.answers.answers import Verdict
from signoff.domain.formats import Formats
from signoff.domain.positions.placeholders import filled
from signoff.letters.context_queries import LetterBatch, partner_id_of
from signoff.letters.undelivered import Undelivered
from signoff.models import (
    Application,
    Coalition,
    Contact,
    Letter,
    Partner,
    Publication,
    Request,
    ReviewAssignment,
    Round,
    Subscription,
    Version,
    VersionCheck,
)
from signoff.services.answers.digests import VersionAnswers, answers_within
from signoff.services.partners.newsletter_contents import ToldNews, questions_to
from signoff.services.positions.mentions import passages_of
from signoff.services.publications.delivered_names import DeliveryStatus, status_of
from signoff.services.publications.news import PositionNews
from signoff.services.rounds.board import tally
from signoff.services.rounds.previous_versions import KnownVersion

T = TypeVar("T")


@dataclass(frozen=True)
class LetterSettings:
    """What composing needs of the installation: its address, how it writes dates and numbers, and link keys."""

    base_url: str
    formats: Formats
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Sender:
    """The person at the Coalition who writes; `job_title` may be empty."""

    name: str
    job_title: str


@dataclass(frozen=True)
class Envelope:
    """From whom to whom a letter goes; `link` is empty for those who have none, `sender` None where no one signs."""

    settings: LetterSettings
    coalition: Coalition
    reader: str
    link: str
    to_staff: bool
    sender: Sender | None


class MissingFact(Exception):
    """A letter's row does not point at something that its words need."""


class Obsolete(Exception):
    """Events have overtaken a letter; the message is a sentence that says how."""


def required(fact: T | None) -> T:
    """A fact without which the letter cannot be written."""
    if fact is None:
        raise MissingFact
    return fact


@dataclass(frozen=True)
class LetterContext:
    """What a letter may be written from. Each fact is looked up when a letter asks for it, and for the whole batch."""

    row: Letter
    envelope: Envelope
    batch: LetterBatch
    at: datetime

    def for_version(self) -> tuple[Envelope, Version]:
        """The first fields of every VersionLetter."""
        return self.envelope, self.version

    def for_partner(self) -> tuple[Envelope, Version, str]:
        """The first fields of every PartnerLetter."""
        return *self.for_version(), self.partner.name

    def for_notice(self) -> tuple[Envelope, Version, str, datetime | None, bool]:
        """The first fields of every NoticeLetter."""
        return *self.for_partner(), self.open_until, self.is_public

    @property
    def version(self) -> Version:
        """The version the letter is about."""
        return required(self.row.version)

    @property
    def partner(self) -> Partner:
        """The partner concerned: the reader's, or in letters to staff the one of whatever they tell of."""
        return self.batch.partners[required(partner_id_of(self.row))]

    @property
    def round(self) -> Round:
        """The round that asks about the version."""
        return self.batch.rounds[self.version.id]

    @property
    def open_until(self) -> datetime | None:
        """The round's deadline, unless the round has ended."""
        return self.round.deadline if self.round.ended_at is None else None

    @property
    def request(self) -> Request:
        """What the partner was asked about the version."""
        return self.batch.requests[self._pair]

    @property
    def is_waited_for(self) -> bool:
        """Whether the partner's answer is still waited for."""
        return self.batch.request_states.get(self._pair) == "waiting"

    @property
    def has_answered_since(self) -> bool:
        """Whether the reader answered by the letter's link after the letter was queued."""
        answered_at = self.batch.answered_at.get(self.row.link_id)
        return answered_at is not None and answered_at > self.row.queued_at

    @property
    def known(self) -> KnownVersion | None:
        """The earlier version that the partner knows, if it knows one."""
        return self.batch.known_before(self.version).get(self.partner.id)

    @property
    def publication(self) -> Publication | None:
        """The version's publication, which may have ended."""
        return self.batch.publications.get(self.version.id)

    @property
    def is_public(self) -> bool:
        """Whether the version is public now."""
        return self.publication is not None and self.publication.ended_at is None

    @property
    def delivery(self) -> DeliveryStatus | None:
        """What the letter delivers, as it reads now."""
        return status_of(self.batch.session, self.row.delivery) if self.row.delivery else None

    @property
    def named_as(self) -> str:
        """The name under which the partner is named on the version now; empty when it is not."""
        return self.batch.public_names.get(self._pair, "")

    @property
    def is_named_on_position(self) -> bool:
        """Whether the partner is named on whichever version of the position is public now."""
        return (self.version.position_id, self.partner.id) in self.batch.named_on_positions

    @property
    def public_version(self) -> int | None:
        """The number of the version of the position that is public now."""
        return self.batch.public_versions.get(self.version.position_id)

    @property
    def has_heard(self) -> bool:
        """Whether the reader was told that the partner is asked about the version."""
        return (self.version.id, self.row.contact_id) in self.batch.heard

    @property
    def signatory_count(self) -> int:
        """How many partners are named on the version now."""
        return self.batch.signatory_counts.get(self.version.id, 0)

    @property
    def summary(self) -> str:
        """The version's summary with its computed words as they are now."""
        if not self.is_public:
            return unpublished_summary(self.version)
        formats = self.envelope.settings.formats
        day = formats.day(required(self.publication).published_at)
        return filled(self.version.summary, {"signatory_count": formats.number(self.signatory_count), "date": day})

    @property
    def is_overtaken(self) -> bool:
        """Whether the partner has answered again since the answer that the letter is about."""
        answer = required(self.row.answer)
        return answer.sequence < self.batch.last_answers[answer.version_id, answer.partner_id]

    @property
    def is_by_reader(self) -> bool:
        """Whether the reader gave the answer that the letter is about."""
        link_id = required(self.row.answer).link_id
        return link_id is not None and self.batch.signers[link_id] == self.row.contact_id

    @property
    def proof(self) -> str:
        """The partner's proof of the answer that the letter is about; empty for staff, and while there can be none."""
        if self.row.contact is None:
            return ""
        return self.batch.proofs.get(required(self.row.answer).id, "")

    @property
    def spelled(self) -> Sequence[str]:
        """For staff: words of a published text that read like the name of the partner whose approval has ended."""
        answer = required(self.row.answer)
        if self.row.user is None or self.publication is None or answer.verdict == Verdict.APPROVE:
            return ()
        return [passage.words for passage in passages_of(self.batch.session, self.version, answer.partner_id)]

    @property
    def public_names(self) -> Sequence[str]:
        """The names under which the partner may approve now, the register's own name first."""
        return self.batch.names_to_approve(self.at)[self.partner.id]

    @property
    def tally(self) -> Mapping[str, int]:
        """How many of the partners asked about the version are in each state."""
        return tally(self.batch.session, self.version)

    @property
    def undelivered(self) -> Sequence[Undelivered]:
        """Whom no letter about the version reaches."""
        return self.batch.undelivered.get(self.version.id, ())

    @property
    def newest(self) -> Version:
        """The newest version of the position."""
        return self.batch.newest_versions[self.version.position_id]

    @property
    def newest_check(self) -> VersionCheck | None:
        """The check that counts for the position's newest version."""
        return self.batch.checks.get(self.newest.id)

    @property
    def assignment(self) -> ReviewAssignment | None:
        """Who is asked by name to check the position."""
        return self.batch.assignments.get(self.version.position_id)

    @property
    def application(self) -> Application:
        """The application that the letter is about."""
        return required(self.row.application)

    @property
    def title_to_sign(self) -> str:
        """The title of what the applicant asks to sign, as the public reads it; empty while it is not public."""
        return self.batch.public_titles.get(self.application.position.id, "")

    @property
    def subscription(self) -> Subscription:
        """The subscription that the letter is sent for."""
        return required(self.row.subscription)

    @property
    def news(self) -> Sequence[PositionNews]:
        """What the subscriber is told of a round of news, as it stands now."""
        return self.batch.news.told_to(self.subscription.email, required(self.row.news))

    @property
    def newsletter_parts(self) -> Sequence[ToldNews]:
        """What the newsletter tells all partners, as it stands now."""
        return self.batch.newsletters.told_in(required(self.row.newsletter), at=self.at)

    @property
    def questions(self) -> Sequence[tuple[str, datetime]]:
        """The titles that the reader's partner is asked about now, each with its deadline."""
        return questions_to(self.batch.session, self.partner.id, at=self.at)

    @property
    def answers(self) -> Sequence[VersionAnswers]:
        """What partners answered in the time of a daily summary."""
        return answers_within(self.batch.session, required(self.row.digest))

    @property
    def _pair(self) -> tuple[int, int]:
        return self.version.id, self.partner.id


def answers_later(contact: Contact, *, at: datetime) -> datetime | None:
    """From when on a contact's new address answers; None when it may already."""
    return contact.answers_from if contact.answers_from > at else None


def unpublished_summary(version: Version) -> str:
    """The summary of a version that is not public, whose computed words are not known yet."""
    return filled(version.summary, {"signatory_count": "", "date": ""})
