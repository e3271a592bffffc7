"""The staff's pages: signed in, one blueprint, every form guarded against forgery."""

# ruff: noqa: F401  (imported for their routes)
from signoff.web.staff import coalition, help, search, start, system
from signoff.web.staff.accounts import account, password_reset, sign_in, users
from signoff.web.staff.blueprint import pages
from signoff.web.staff.outbox import letters
from signoff.web.staff.partners import (
    applications,
    bulk_changes,
    commitments,
    contacts,
    erasure,
    expertise,
    meetings,
    membership,
    merging,
    newsletters,
    partner_import,
    partners,
    proposal_review,
    public_profile,
    register,
    segments,
)
from signoff.web.staff.positions import (
    checks,
    comments,
    differences,
    drafts,
    first_drafts,
    position_address,
    position_page,
    positions,
    reviewers,
    similar_positions,
    text_files,
    word,
)
from signoff.web.staff.principles import edition_drafts, editions
from signoff.web.staff.publications import (
    deliveries,
    name_grouping,
    news,
    packets,
    problem_reports,
    publications,
    restored,
    schedules,
)
from signoff.web.staff.record import record
from signoff.web.staff.rounds import board, replies, round_actions, rounds

__all__ = ["pages"]
