"""The Coalition's own facts: its name, and the human who answers replies."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.partners.name_conflicts import likeness
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Coalition, PartnerName
from signoff.services.act import ActContext
from signoff.services.locks import hold_names
from signoff.services.record.record import record


def find_coalition(session: Session) -> Coalition | None:
    """The Coalition's facts, if `signoff init` was run."""
    return session.get(Coalition, 1)


def own_name_problem(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Of each name that reads like the Coalition's own, why no partner can have it."""
    coalition = find_coalition(session)
    return {name: _OWN_NAME for name in names if coalition and likeness(name, coalition.name)}


_OWN_NAME = "This reads like the name of the Coalition itself, which no partner can have. Please use another name."


def describe_coalition(act: ActContext, *, name: str, reply_to: str) -> Coalition:
    """Set the Coalition's name and the address for replies; Invalid for an unusable one, or a partner's name."""
    ensure_may(act.by, Act.MANAGE_COALITION)
    hold_names(act.session)
    name, reply_to = clean_line(name), clean_email(reply_to)
    errors = {
        "name": line_problem(name, longest=200) or _partner_problem(act.session, name),
        "reply_to": email_problem(reply_to) if reply_to else "",
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    coalition = find_coalition(act.session) or Coalition(id=1)
    coalition.name, coalition.reply_to = name, reply_to
    act.session.add(coalition)
    record(
        act.session, "coalition_described", by=act.by, at=act.at(), facts={"name": name, "reply_to_set": bool(reply_to)}
    )
    return coalition


def _partner_problem(session: Session, name: str) -> str:
    taken = next((held for held in session.scalars(select(PartnerName.name)) if likeness(name, held)), None)
    return f"This reads like “{taken}”, a name of a partner. Please use another name." if taken else ""
