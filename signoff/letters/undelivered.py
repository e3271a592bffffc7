"""Whom no letter about a version reaches, for the letters that tell staff of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.models import Contact, Letter, Partner
from signoff.services.outbox.undeliverable import still_undelivered


@dataclass(frozen=True)
class Undelivered:
    """A letter that did not reach a contact: of which partner, to whom, and in the mail server's words why."""

    organization: str
    full_name: str
    address: str
    reply: str


def undelivered_of(session: Session, version_ids: Collection[int]) -> dict[int, list[Undelivered]]:
    """Whom no letter about these versions reaches, by the version's id, each address once."""
    if not version_ids:
        return {}
    rows = session.execute(
        select(Letter.version_id, Partner.name, Contact.full_name, Contact.email, Letter.last_reply)
        .join(Contact, Contact.id == Letter.contact_id)
        .join(Partner, Partner.id == Contact.partner_id)
        .where(Letter.version_id.in_(version_ids), still_undelivered())
        .order_by(func.lower(Partner.name), Contact.id, Letter.id)
    )
    result: dict[int, dict[tuple[str, str], Undelivered]] = defaultdict(dict)
    for version_id, organization, name, address, reply in rows:
        if version_id is not None:
            result[version_id][organization, address] = Undelivered(organization, name, address, reply)
    return {version_id: list(those.values()) for version_id, those in result.items()}
