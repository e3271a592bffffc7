"""From whom to whom a letter goes, and the link it carries, whose secret is made again and stored nowhere."""

from signoff.domain.letters import LetterKind
from signoff.domain.rounds.links import secret_of
from signoff.letters.context import Envelope, LetterSettings, Sender, required
from signoff.letters.context_queries import LetterBatch
from signoff.models import (
    AcceptanceLink,
    AccountLink,
    Application,
    Base,
    Invitation,
    Letter,
    Link,
    StaffUser,
    Subscription,
)

_WithNonce = Link | Invitation | AcceptanceLink | AccountLink | Application | Subscription


class LinkUnavailable(Exception):
    """No key known to this installation makes this link's secret anymore."""


def sender_of(user: StaffUser | None) -> Sender | None:
    """A staff user as the sender of letters; no one once they have left."""
    return Sender(user.name, user.job_title) if user is not None and user.deactivated_at is None else None


def envelope_of(row: Letter, settings: LetterSettings, batch: LetterBatch) -> Envelope:
    """The envelope of a letter; LinkUnavailable when the key of its link is gone."""
    sender = sender_of(batch.writer_of(row))
    return Envelope(settings, batch.coalition, _reader(row), _link(row, settings), row.user is not None, sender)


def _reader(row: Letter) -> str:
    if row.contact is not None:
        return row.contact.full_name
    if row.user is not None:
        return row.user.name
    return (row.application.full_name or "") if row.application else ""


def _link(row: Letter, settings: LetterSettings) -> str:
    if row.kind == LetterKind.APPLICATION_CONFIRM:
        return _link_address(settings, required(row.application), "application", "sign-on")
    if row.subscription is not None:
        return _link_address(settings, row.subscription, "subscription", "subscriptions")
    if row.account_link is not None and row.account_link.user_id == row.user_id:
        return _link_address(settings, row.account_link, "account", "login/link")
    link: Link | Invitation | AcceptanceLink | None = row.link or row.invitation or row.acceptance_link
    # To the contact whose link it is, at the registered address, and to no one else, whatever the row says.
    if link is None or link.revoked_at is not None or link.contact_id != row.contact_id or row.address is not None:
        return ""
    return _link_address(settings, link, "link", "r")


def depends_on(row: Letter) -> list[Base]:
    """What decides whose link a letter carries and where it then goes, and the words in it that someone wrote."""
    carried = (row.link, row.invitation, row.acceptance_link, row.account_link, row.application)
    ways = [way for way in carried if way is not None]
    written = (row.version, row.delivery, row.newsletter, row.meeting)
    return [one for one in (*ways, *((row.contact, row.user) if ways else ()), *written) if one is not None]


def _link_address(settings: LetterSettings, link: _WithNonce, purpose: str, path: str) -> str:
    secret = secret_of(settings.keys, link.nonce, link.lookup, purpose=purpose)
    if secret is None:
        raise LinkUnavailable
    return f"{settings.base_url}/{path}/{secret}"
