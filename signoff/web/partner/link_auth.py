"""From the secret in an address to its link, and from a form to the text that was shown."""

import re

from flask import request

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.rounds.links import form_value, is_form_value
from signoff.models import AcceptanceLink, Invitation, Link, Version
from signoff.services.rounds.consultations import version_of
from signoff.services.rounds.links import get_link
from signoff.web.installation import db, installation
from signoff.web.request_parsing import refuse_cross_site

# What a sentence puts behind an address; no secret ends with any of it.
_BEHIND = re.compile(r"[^A-Za-z0-9_-]+$")
FORGED = "This form was not the one this page served. Nothing was recorded. Please answer on this page."


def way_of(secret: str) -> Link | Invitation | AcceptanceLink:
    """Whatever is behind a secret; NotFound and LinkDead as get_link says."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", secret):
        # Of the wrong shape, and therefore as unknown as any other: one and the same page.
        secret = "-" * 43
    return get_link(db(), secret)


def link_from_form(secret: str) -> Link | Invitation:
    """The link or invitation behind a secret; NotFound for a way to the commitments, which opens no text."""
    way = way_of(secret)
    if isinstance(way, AcceptanceLink):
        raise NotFound("This link is for the Coalition's commitments. It cannot do this.")
    return way


def without_punctuation(secret: str) -> str:
    """A secret as it was sent, when an email program took the punctuation behind it for a part of the address."""
    return _BEHIND.sub("", secret)


def link_from_address(secret: str) -> Link:
    """The link behind a secret; an invitation to comment answers nothing and is no such page."""
    way = link_from_form(secret)
    if not isinstance(way, Link):
        raise NotFound("This link is for comments; there is nothing to answer here.")
    return way


def acting_link(secret: str) -> Link:
    """The same for a form, which no other site may have sent."""
    refuse_cross_site()
    return link_from_address(secret)


def shown_digest(way: Link | Invitation) -> str:
    """The digest of the text that was shown; Invalid when the form is not one of this link's page."""
    digest = request.form.get("digest", "")
    if not digest or contradicts_itself():
        raise Invalid({"form": FORGED})
    asked: Version = version_of(db(), way)
    if digest == asked.digest and not is_form_value(
        installation().settings.secret_keys, request.form.get("form", ""), _bound_to(way), digest
    ):
        raise Invalid({"form": FORGED})
    return digest


def contradicts_itself() -> bool:
    """Whether the form gives one field two values, as no form of these pages does: which was meant, no one can say."""
    return any(len(set(values)) > 1 for _, values in request.form.lists())


def own_form_value(way: Link | Invitation, digest: str) -> str:
    """The anti-forgery value of this link's forms."""
    return form_value(installation().settings.secret_key, _bound_to(way), digest)


def _bound_to(way: Link | Invitation) -> int:
    # Links count upwards and invitations downwards, so that no value of one serves the other.
    return way.id if isinstance(way, Link) else -way.id
