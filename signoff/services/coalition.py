"""The Coalition's own facts: its name, and the human who answers replies."""

from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Coalition
from signoff.services.act import ActContext
from signoff.services.record.record import record


def find_coalition(session: Session) -> Coalition | None:
    """The Coalition's facts, if `signoff init` was run."""
    return session.get(Coalition, 1)


def describe_coalition(act: ActContext, *, name: str, reply_to: str) -> Coalition:
    """Set the Coalition's name and the address for replies; Invalid for an unusable one."""
    ensure_may(act.by, Act.MANAGE_COALITION)
    name, reply_to = clean_line(name), clean_email(reply_to)
    errors = {"name": line_problem(name, longest=200), "reply_to": email_problem(reply_to) if reply_to else ""}
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    coalition = find_coalition(act.session) or Coalition(id=1)
    coalition.name, coalition.reply_to = name, reply_to
    act.session.add(coalition)
    record(
        act.session, "coalition_described", by=act.by, at=act.at(), facts={"name": name, "reply_to_set": bool(reply_to)}
    )
    return coalition
