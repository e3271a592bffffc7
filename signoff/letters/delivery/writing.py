"""Writes claimed letters: facts in, finished words out, or the reason why a letter is not sent after all."""

import json
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from signoff.db.database import UNAVAILABLE
from signoff.domain.letters import ASKING, PROVEN, LetterKind, LetterState, is_for_an_address_of_its_own
from signoff.domain.return_addresses import return_address
from signoff.letters.blocks import Attachment, as_text
from signoff.letters.calendar import DeadlineCalendar
from signoff.letters.context import LetterContext, LetterSettings, Obsolete
from signoff.letters.context_queries import LetterBatch
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.envelopes import LinkUnavailable, depends_on, envelope_of
from signoff.letters.hooks import postmark, sendgrid
from signoff.letters.html_part import as_html
from signoff.letters.kinds import load_letter
from signoff.letters.obsolete import check_row
from signoff.letters.our_ids import ID_HEADER
from signoff.letters.rows import letters_with_all
from signoff.models import Letter
from signoff.services.record.row_codes import not_as_written
from signoff.settings import Settings


@dataclass(frozen=True)
class NotSent:
    """A letter that does not leave: canceled or failed, and why; or still queued, to be written again."""

    state: LetterState
    reason: str


# The database's owner could have a partner's link sent to an address of their own, or words of their own to all
# partners, and put the row back afterwards.
_NOT_OURS = NotSent(
    LetterState.FAILED,
    "The address, the link or the words of this email were changed outside this program. Run signoff verify.",
)


class LetterWriter:
    """Where letters are written, with what writing needs of the installation."""

    def __init__(self, settings: Settings) -> None:
        self._post = LetterSettings(settings.base_url, settings.formats, settings.secret_keys)
        self._host = urlsplit(settings.base_url).hostname or "localhost"
        self._mail, self._hooks = settings.mail, settings.mail_hooks

    def write(self, session: Session, ids: Collection[int], *, at: datetime) -> dict[int, WrittenLetter | NotSent]:
        """Each of these letters as it is at this moment, by its id; the same few queries for all of them."""
        rows = letters_with_all(session, ids)
        batch = LetterBatch(session, rows)
        strange = not_as_written(session, {one for row in rows for one in depends_on(row)})
        return {row.id: self._one(row, batch, at) if strange.isdisjoint(depends_on(row)) else _NOT_OURS for row in rows}

    def _one(self, row: Letter, batch: LetterBatch, at: datetime) -> WrittenLetter | NotSent:
        try:
            return self._written(row, batch, at)
        except LinkUnavailable:
            return NotSent(LetterState.FAILED, "The link can no longer be made, because its key is gone.")
        except AddressForgotten:
            return NotSent(LetterState.FAILED, "The address that this email was for is no longer kept.")
        except Obsolete as reason:
            return NotSent(LetterState.CANCELED, str(reason))
        except UNAVAILABLE:
            # No letter's fault: the whole batch is tried again.
            raise
        except Exception as problem:
            # One letter that cannot be written must not keep back all the others.
            logging.getLogger("signoff").exception("letter %s could not be written", row.id)
            return NotSent(LetterState.FAILED, f"The email could not be written: {type(problem).__name__}.")

    def _written(self, row: Letter, batch: LetterBatch, at: datetime) -> WrittenLetter:
        context = LetterContext(row, envelope_of(row, self._post, batch), batch, at)
        check_row(row)
        address = _address_of(row)
        draft = load_letter(context).finished()
        coalition = batch.coalition
        return WrittenLetter(
            subject=draft.subject,
            to=(context.envelope.reader, address),
            text=as_text(draft.blocks),
            html=as_html(draft, coalition=coalition.name),
            sender=(coalition.name, self._mail.sender),
            reply_to=coalition.reply_to,
            message_id=f"<{row.message_id}@{self._host}>",
            date=at.timestamp(),
            attachments=(*_deadline(context), *draft.attachments),
            owes_proof=row.kind in PROVEN and row.contact is not None and not context.proof,
            headers=((ID_HEADER, row.message_id), *self._for_services(row), *_one_click(draft.unsubscribe)),
            returns_to=self._returns_to(row),
        )

    def _for_services(self, row: Letter) -> Iterator[tuple[str, str]]:
        # These two give us back only what they were told to keep.
        if self._hooks.postmark_login:
            yield postmark.HEADER, row.message_id
        if self._hooks.sendgrid_key:
            yield sendgrid.HEADER, json.dumps({"unique_args": {sendgrid.FIELD: row.message_id}})

    def _returns_to(self, row: Letter) -> str:
        base = self._mail.bounce_address
        return return_address(base, self._post.keys[0], row.message_id) if base else ""


def _one_click(unsubscribe: str) -> Iterator[tuple[str, str]]:
    if unsubscribe:
        yield "List-Unsubscribe", f"<{unsubscribe}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _deadline(context: LetterContext) -> Iterator[Attachment]:
    kind, batch = context.row.kind, context.batch
    if kind in ASKING or kind == LetterKind.RECALLED:
        calendar = DeadlineCalendar(context.envelope.settings, batch.coalition, context.at)
        acts, is_over = batch.round_acts[context.version.position_id], kind == LetterKind.RECALLED
        yield calendar.attachment(context.round, context.partner, acts=acts, is_over=is_over)


class AddressForgotten(Exception):
    """A letter that was for an address of its own no longer has it."""


def _address_of(row: Letter) -> str:
    if row.delivery or is_for_an_address_of_its_own(row.kind, row.account_news):
        kept = row.delivery.address if row.delivery else row.address
        if kept is None:
            raise AddressForgotten
        return kept
    # A new address is proven by a letter that went there: never by one to the registered address.
    to_prove = row.account_link.address if row.account_link else None
    return to_prove or _registered(row)


def _registered(row: Letter) -> str:
    person = row.contact or row.user or row.application or row.subscription
    if person is None or person.email is None:
        raise AddressForgotten
    return person.email
