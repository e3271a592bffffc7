"""Who would get an email before it is sent, and a digest of it, so that what is sent is what was shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from signoff.domain.time import rfc3339
from signoff.models import Contact, Partner, Version
from signoff.services.coalition import find_coalition
from signoff.services.rounds.links import who_may_answer
from signoff.services.rounds.previous_versions import known_before
from signoff.services.rounds.rounds import RoundTerms


@dataclass(frozen=True)
class RecipientPreview:
    """Who would be asked about a version, on which terms; `digest` changes with anything that a letter would say."""

    version: Version
    terms: RoundTerms
    recipients: Sequence[tuple[Partner, Sequence[Contact]]]
    digest: str

    @property
    def letters(self) -> int:
        """How many letters would be queued."""
        return sum(len(contacts) for _, contacts in self.recipients)


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
        "to": [[p.id, p.name, [[c.id, c.full_name, c.email] for c in people]] for p, people in recipients],
        "known": sorted((number, before.version.digest, before.approved) for number, before in known.items()),
    }
    return RecipientPreview(version, terms, recipients, hashlib.sha256(json.dumps(said).encode()).hexdigest())
