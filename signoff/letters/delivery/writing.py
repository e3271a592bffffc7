"""Writes claimed letters: facts in, finished words out, or the reason why a letter is not sent after all."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from signoff.domain.letters import ASKING, LetterKind, LetterState, is_for_an_address_of_its_own
from signoff.letters.blocks import as_html, as_text
from signoff.letters.calendar import deadline_event
from signoff.letters.context import LetterFacts, LetterSettings, LinkUnavailable
from signoff.letters.context_queries import letters_with_all, load_contexts
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.kinds import COMPOSE
from signoff.letters.obsolete import no_longer_wanted
from signoff.models import Letter
from signoff.settings import Settings


@dataclass(frozen=True)
class NotSent:
    """A letter that does not leave: canceled or failed, and why."""

    state: LetterState
    reason: str


class LetterWriter:
    """Where letters are written, with what writing needs of the installation."""

    def __init__(self, settings: Settings) -> None:
        self._post = LetterSettings(settings.base_url, settings.timezone, settings.secret_keys)
        self._host = urlsplit(settings.base_url).hostname or "localhost"
        self._sender = settings.mail.sender

    def write(self, session: Session, ids: Collection[int], *, at: datetime) -> dict[int, WrittenLetter | NotSent]:
        """Each of these letters as it is at this moment, by its id; the same few queries for all of them."""
        letters = letters_with_all(session, ids)
        facts = load_contexts(session, letters, self._post, at=at)
        calendars = self._calendars(facts.values(), at)
        return {letter.id: self._one(letter, facts[letter.id], calendars, at) for letter in letters}

    def _calendars(self, facts: "Collection[LetterFacts | LinkUnavailable]", at: datetime) -> dict[int, bytes]:
        rounds = {
            fact.round.id: fact.round for fact in facts if isinstance(fact, LetterFacts) and fact.round is not None
        }
        return {number: deadline_event(result, post=self._post, at=at) for number, result in rounds.items()}

    def _one(
        self, letter: Letter, facts: LetterFacts | LinkUnavailable, calendars: dict[int, bytes], at: datetime
    ) -> WrittenLetter | NotSent:
        if isinstance(facts, LinkUnavailable):
            return NotSent(LetterState.FAILED, "The link cannot be made any more; the key that made it is gone.")
        if is_for_an_address_of_its_own(letter.kind, letter.account_news) and letter.address is None:
            return NotSent(LetterState.FAILED, "The address that this letter was for is no longer kept.")
        late = facts.round is not None and facts.round.deadline < at
        if reason := no_longer_wanted(letter, facts, late=late):
            return NotSent(LetterState.CANCELLED, reason)
        try:
            return self._written(letter, facts, calendars, at)
        except Exception as problem:
            # One letter that cannot be written must not keep back all the others.
            logging.getLogger("signoff").exception("letter %s could not be written", letter.id)
            return NotSent(LetterState.FAILED, f"The letter could not be written: {type(problem).__name__}.")

    def _written(self, letter: Letter, facts: LetterFacts, calendars: dict[int, bytes], at: datetime) -> WrittenLetter:
        draft = COMPOSE[LetterKind(letter.kind)](facts)
        asks = letter.kind in ASKING and facts.round is not None
        return WrittenLetter(
            subject=draft.subject,
            to=(facts.reader, _address_of(letter)),
            text=as_text(draft.blocks),
            html=as_html(draft, coalition=facts.coalition.name),
            sender=(facts.coalition.name, self._sender),
            reply_to=facts.coalition.reply_to,
            message_id=f"<{letter.message_id}@{self._host}>",
            date=at.timestamp(),
            calendar=calendars[facts.round.id] if asks and facts.round else b"",
        )


def _address_of(letter: Letter) -> str:
    # A new address is proven by a letter that went there: never by one to the registered address.
    to_prove = letter.account_link.address if letter.account_link else None
    registered = letter.contact.email if letter.contact else letter.user.email if letter.user else ""
    return letter.address or to_prove or registered
