"""A letter as it will look, before anything is stored: the same function writes it, with a link that opens nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from signoff.letters.blocks import Draft
from signoff.letters.compose import request
from signoff.letters.facts import LetterFacts, Post
from signoff.models import Coalition, Contact, Partner, Round, Version
from signoff.settings import Settings


def preview_request(
    session: Session,
    version: Version,
    partner: Partner,
    contact: Contact,
    *,
    deadline: datetime,
    message: str,
    settings: Settings,
) -> Draft:
    """The request letter to one contact as it would be sent now."""
    facts = LetterFacts(
        post=Post(settings.base_url, settings.timezone, ()),
        coalition=session.get_one(Coalition, 1),
        version=version,
        partner=partner,
        reader=contact.full_name,
        link=f"{settings.base_url}/r/…",
        round=Round(deadline=deadline, message=message),
        answer=None,
        publication=None,
        signatory_count=0,
    )
    return request(facts)
