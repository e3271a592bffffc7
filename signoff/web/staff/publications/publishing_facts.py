"""What a publisher reads before publishing a version, on the page that asks for it and on the position's own page."""

from signoff.models import Version
from signoff.services.positions.publishing_rules import warnings_before_publishing
from signoff.services.publications.publications import find_live_publication
from signoff.services.rounds.board import board
from signoff.services.rounds.deadlines import count_waiting
from signoff.services.rounds.last_round import approved_earlier
from signoff.web.installation import db
from signoff.web.staff.rounds.reasons import linked


def publishing_facts(version: Version) -> dict[str, object]:
    """Which names would be listed, what is replaced, who would not be named, and what has to be read first."""
    return {
        "approved": [row for row in board(db(), version) if row.status == "approved" and row.partner.left_at is None],
        "earlier": approved_earlier(db(), version),
        "waiting": count_waiting(db(), version.id),
        "live": find_live_publication(db(), version.position),
        "warnings": linked(warnings_before_publishing(version), version),
    }
