"""A letter as it will look, before it is queued: the same class writes it, with a link that opens nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.permissions import Actor
from signoff.letters.blocks import Draft
from signoff.letters.context import Envelope, LetterSettings, answers_later, unpublished_summary
from signoff.letters.envelopes import sender_of
from signoff.letters.newsletters import NewsletterLetter
from signoff.letters.requests import QuestionFields, ReminderLetter, ReplacedLetter, RequestLetter
from signoff.models import Coalition, Contact, Newsletter, Partner, Round, StaffUser, Version
from signoff.services.answers.current_answers import public_names
from signoff.services.partners.newsletter_contents import contents_of, questions_to
from signoff.services.rounds.previous_versions import known_before
from signoff.services.rounds.rounds import RoundTerms, find_round
from signoff.settings import Settings


@dataclass(frozen=True)
class LetterPreview:
    """Letters to contacts, as they would be sent at this moment."""

    session: Session
    settings: Settings
    at: datetime
    by: Actor

    def request(self, version: Version, terms: RoundTerms, contact: Contact) -> Draft:
        """The letter that asks about a version; a partner that knows an earlier version is told what changed."""
        standing = find_round(self.session, version)
        sender = standing.opener if standing else self.session.get_one(StaffUser, self.by.id)
        fields = self._fields(version, terms.deadline, terms.message, contact, sender)
        known = known_before(self.session, version, [contact.partner_id]).get(contact.partner_id)
        return (ReplacedLetter(*fields, known=known) if known else RequestLetter(*fields)).finished()

    def reminder(self, round_: Round, contact: Contact) -> Draft:
        """The letter that reminds of a round."""
        fields = self._fields(round_.version, round_.deadline, round_.message, contact, round_.opener)
        return ReminderLetter(*fields).finished()

    def newsletter(self, newsletter: Newsletter, partner: Partner | None) -> Draft:
        """A newsletter as the first contact of a partner would read it; without a partner, what all read."""
        sender = newsletter.sender or self.session.get_one(StaffUser, self.by.id)
        contact = next(iter(partner.people), None) if partner else None
        reader, link = (contact.full_name, f"{self.settings.base_url}/subscriptions/…") if contact else ("", "")
        questions = questions_to(self.session, partner.id, at=self.at) if partner else None
        parts = contents_of(self.session, newsletter, at=self.at)
        return NewsletterLetter(self._to(reader, link, sender), newsletter, parts, questions).finished()

    def _fields(
        self, version: Version, deadline: datetime, message: str, contact: Contact, sender: StaffUser
    ) -> QuestionFields:
        answers_from = answers_later(contact, at=self.at)
        summary = unpublished_summary(version)
        names = public_names(self.session, contact.partner_id, at=self.at)
        partner, envelope = contact.partner.name, self._envelope(contact, sender)
        return envelope, version, partner, deadline, message, summary, names, answers_from

    def _envelope(self, contact: Contact, sender: StaffUser) -> Envelope:
        return self._to(contact.full_name, f"{self.settings.base_url}/r/…", sender)

    def _to(self, reader: str, link: str, sender: StaffUser) -> Envelope:
        settings = LetterSettings(self.settings.base_url, self.settings.formats, ())
        coalition = self.session.get_one(Coalition, 1)
        return Envelope(settings, coalition, reader, link, to_staff=False, sender=sender_of(sender))
