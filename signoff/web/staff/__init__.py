"""The staff's pages: signed in, one blueprint, every form guarded against forgery."""

from flask import Blueprint, current_app, request

from signoff.web.staff import (
    account,
    account_ways,
    board,
    checks,
    comments,
    contacts,
    differences,
    edition_drafts,
    editions,
    help,
    letters,
    near,
    partner_ends,
    partner_import,
    partners,
    position_address,
    positions,
    publications,
    record,
    round_acts,
    rounds,
    search,
    settling,
    sign_in,
    start,
    users,
)

pages = Blueprint("staff", __name__)


@pages.before_request
def guard_forms() -> None:
    """Refuse a form that this site did not serve."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        current_app.extensions["csrf"].protect()


for room in (
    sign_in,
    account_ways,
    account,
    users,
    start,
    positions,
    position_address,
    differences,
    comments,
    checks,
    editions,
    edition_drafts,
    near,
    rounds,
    round_acts,
    board,
    settling,
    publications,
    partners,
    partner_import,
    partner_ends,
    contacts,
    letters,
    record,
    search,
    help,
):
    room.add_to(pages)
