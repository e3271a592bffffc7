"""Who would get an email before it is sent, and a digest of it, so that what is sent is what was shown."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown
from signoff.domain.errors import Conflict, Invalid
from signoff.domain.time import rfc3339
from signoff.models import Contact, Partner, Version
from signoff.models.base import among, batched
from signoff.models.partners import is_present
from signoff.services.act import ActContext
from signoff.services.coalition import find_coalition
from signoff.services.locks import hold_people
from signoff.services.rounds.last_round import warnings_before_asking
from signoff.services.rounds.links import who_may_answer
from signoff.services.rounds.previous_versions import known_before
from signoff.services.rounds.rounds import RoundTerms, ask_held, hold_for_asking, sound_terms

Recipients = Sequence[tuple[Partner, Sequence[Contact]]]


@dataclass(frozen=True)
class RecipientPreview:
    """Who would be asked about a version, on which terms.

    `said_of_all` and `known` are what the letters say of the round, and of each partner by its id.
    """

    version: Version
    terms: RoundTerms
    recipients: Recipients
    said_of_all: Mapping[str, Any]
    known: Mapping[int, Sequence[Any]]

    @property
    def letters(self) -> int:
        """How many letters would be queued."""
        return sum(len(contacts) for _, contacts in self.recipients)

    @cached_property
    def digest(self) -> str:
        """It changes with anything that a letter would say."""
        said = {
            **self.said_of_all,
            "to": [[p.id, p.name, [[c.id, c.full_name, c.email] for c in people]] for p, people in self.recipients],
            "known": sorted((p.id, *self.known[p.id]) for p, _ in self.recipients if p.id in self.known),
        }
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def in_parts(self, size: int) -> Iterator["RecipientPreview"]:
        """The same for so many partners at a time, in their order."""
        return (replace(self, recipients=some) for some in batched(self.recipients, size))


def to_be_asked(session: Session, version: Version, partners: Sequence[Partner], terms: RoundTerms) -> RecipientPreview:
    """What asking these partners would send, as things are now; the same few queries for one partner as for all."""
    ids = [partner.id for partner in partners]
    contacts = who_may_answer(session, version.position_id, ids)
    recipients = [(partner, contacts.get(partner.id, [])) for partner in partners]
    known = known_before(session, version, ids)
    coalition = find_coalition(session)
    said = {
        "text": version.digest,
        "from": [coalition.name, coalition.reply_to] if coalition else [],
        "terms": [rfc3339(terms.deadline), terms.message, terms.minimum, list(terms.reminder_days)],
    }
    known_of = {number: (before.version.digest, before.approved) for number, before in known.items()}
    return RecipientPreview(version, terms, recipients, said, known_of)


def partners_as_shown(session: Session, ids: Collection[int]) -> Sequence[Partner]:
    """The partners with these ids, by name; Conflict when one of them has left."""
    present = select(Partner).where(among(Partner.id, ids), is_present())
    partners = session.scalars(present.order_by(Partner.name, Partner.id)).all()
    if len(partners) != len(ids):
        raise Conflict("A partner that was shown can no longer be asked. Nothing was sent. Please choose again.")
    return partners


def ensure_no_warnings(act: ActContext, preview: RecipientPreview) -> None:
    """Refuse with Invalid while there is something to read before these partners are asked."""
    partners, deadline = [partner for partner, _ in preview.recipients], preview.terms.deadline
    if warnings_before_asking(act.session, preview.version, partners=partners, deadline=deadline, clock=act.clock):
        raise Invalid({"seen": "Confirm that you have read this."})


def ask_as_shown(
    act: ActContext, version: Version, ids: Collection[int], terms: RoundTerms, *, shown: str, is_warned: bool
) -> RecipientPreview:
    """Ask exactly whom a page showed, in the words that it showed; returns what was sent.

    `shown` is the digest of what was shown, `is_warned` says that its warnings were read. NotAsShown when anything is
    another by now, Invalid while warnings were not read; otherwise it refuses as `ask` does.
    """
    # Before they are read: who is asked must be who was shown.
    hold_people(act.session, only_reading=True)
    partners = partners_as_shown(act.session, ids)
    terms = sound_terms(terms)
    held = hold_for_asking(act.session, version, [partner.id for partner in partners])
    preview = to_be_asked(act.session, version, held, terms)
    ensure_as_shown(shown, preview.digest)
    if not is_warned:
        ensure_no_warnings(act, preview)
    ask_held(act, version, held, terms)
    return preview
