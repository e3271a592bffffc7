"""A letter as it will look, before anything is stored: the same function writes it, with a link that opens nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind
from signoff.letters.blocks import Draft
from signoff.letters.context import LetterFacts, LetterSettings
from signoff.letters.kinds import COMPOSE
from signoff.models import Coalition, Contact, Partner, Round, Version
from signoff.services.rounds.previous_versions import known_before
from signoff.settings import Settings


def preview_question(
    session: Session,
    kind: LetterKind,
    version: Version,
    partner: Partner,
    contact: Contact,
    asked: Round,
    *,
    settings: Settings,
    at: datetime,
) -> Draft:
    """A letter that asks one contact for an answer, as it would be sent now; `asked` need not be stored.

    Whoever knows an earlier version of the position is told what changed, instead of being asked afresh.
    """
    known = known_before(session, version, [partner.id]).get(partner.id)
    if kind == LetterKind.REQUEST and known is not None:
        kind = LetterKind.REPLACED
    facts = LetterFacts(
        post=LetterSettings(settings.base_url, settings.timezone, ()),
        coalition=session.get_one(Coalition, 1),
        about_version=version,
        partner=partner,
        reader=contact.full_name,
        link=f"{settings.base_url}/r/…",
        round=asked,
        known=known,
        contact=contact,
        at=at,
    )
    return COMPOSE[kind](facts)
