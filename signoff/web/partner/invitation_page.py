"""The page of an invitation: the draft, what its holder said of it, and the form for comments."""

from collections.abc import Mapping

from flask import render_template

from signoff.models import Invitation
from signoff.services.positions.checks import shown_check
from signoff.services.positions.positions import latest_version
from signoff.services.rounds.consultations import may_comment, own_comments
from signoff.web.installation import db, installation
from signoff.web.partner.link_auth import own_form_value


def invitation_page(
    way: Invitation,
    secret: str,
    *,
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page of an invitation: the draft, what was said of it, and the form."""
    version = way.version
    newest = latest_version(db(), version.position)
    return render_template(
        "partner/invitation.html",
        secret=secret,
        version=version,
        later=newest if newest.id != version.id else None,
        contact=way.contact,
        partner=way.contact.partner,
        form_value=own_form_value(way, version.digest),
        failed_form="comment",
        errors=errors or {},
        conflict=conflict,
        typed=typed or {},
        may_comment=may_comment(db(), way, at=installation().clock()),
        comments=own_comments(db(), way),
        checked=shown_check(db(), version),
    )
