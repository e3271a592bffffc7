"""A letter as it will look, before anything is stored: the same class writes it, with a link that opens nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from signoff.letters.blocks import Draft
from signoff.letters.context import Envelope, LetterSettings, answers_later, unpublished_summary
from signoff.letters.requests import QuestionFields, ReminderLetter, ReplacedLetter, RequestLetter
from signoff.models import Coalition, Contact, Round, Version
from signoff.services.rounds.previous_versions import known_before
from signoff.services.rounds.rounds import RoundTerms
from signoff.settings import Settings


@dataclass(frozen=True)
class LetterPreview:
    """The letters that ask a contact for an answer, as they would be sent at this moment."""

    session: Session
    settings: Settings
    at: datetime

    def request(self, version: Version, terms: RoundTerms, contact: Contact) -> Draft:
        """The letter that asks about a version; whoever knows an earlier version is told what changed."""
        fields = self._fields(version, terms.deadline, terms.message, contact)
        known = known_before(self.session, version, [contact.partner_id]).get(contact.partner_id)
        return (ReplacedLetter(*fields, known=known) if known else RequestLetter(*fields)).compose()

    def reminder(self, round_: Round, contact: Contact) -> Draft:
        """The letter that reminds of a round."""
        return ReminderLetter(*self._fields(round_.version, round_.deadline, round_.message, contact)).compose()

    def _fields(self, version: Version, deadline: datetime, message: str, contact: Contact) -> QuestionFields:
        answers_from = answers_later(contact, at=self.at)
        summary = unpublished_summary(version)
        return self._envelope(contact), version, contact.partner.name, deadline, message, summary, answers_from

    def _envelope(self, contact: Contact) -> Envelope:
        settings = LetterSettings(self.settings.base_url, self.settings.formats, ())
        link = f"{self.settings.base_url}/r/…"
        return Envelope(settings, self.session.get_one(Coalition, 1), contact.full_name, link, to_staff=False)
