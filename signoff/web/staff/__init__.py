"""The staff's pages: signed in, one blueprint, every form guarded against forgery."""

from flask import Blueprint, current_app, request

from signoff.web.staff import help, search, start
from signoff.web.staff.accounts import account, password_reset, sign_in, users
from signoff.web.staff.outbox import letters
from signoff.web.staff.partners import contacts, membership, partner_import, partners, proposal_review
from signoff.web.staff.positions import checks, comments, differences, position_address, positions, similar_positions
from signoff.web.staff.principles import edition_drafts, editions
from signoff.web.staff.publications import publications
from signoff.web.staff.record import record
from signoff.web.staff.rounds import board, round_actions, rounds

pages = Blueprint("staff", __name__)


@pages.before_request
def guard_forms() -> None:
    """Refuse a form that this site did not serve."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        current_app.extensions["csrf"].protect()


for room in (
    sign_in,
    password_reset,
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
    similar_positions,
    rounds,
    round_actions,
    board,
    proposal_review,
    publications,
    partners,
    partner_import,
    membership,
    contacts,
    letters,
    record,
    search,
    help,
):
    room.add_to(pages)
