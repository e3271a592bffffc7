"""The Coalition's commitments: which partners have accepted them, for staff."""

from signoff.domain.permissions import Act
from signoff.services.partners.acceptance_status import acceptance_statuses
from signoff.services.partners.directory import partner_directory
from signoff.services.principles.editions import latest_edition
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, reading_call
from signoff.web.installation import db
from signoff.web.schemas.commitments import Commitments, CommitmentsLine


@calls.get("/commitments")
@api(Act.READ)
@reading_call()
def commitments(page: Page) -> Commitments:
    """List who has accepted the commitments.

    Each present partner is listed with its answer about the commitments of the principles edition in force.
    """
    edition = latest_edition(db())
    found = partner_directory(db(), after=page.after, limit=page.limit)
    statuses = acceptance_statuses(db(), edition, [partner.id for partner in found])
    lines = [
        CommitmentsLine(partner=partner.slug, name=partner.name, state=status.state, at=status.at)
        for partner in found
        for status in (statuses[partner.id],)
    ]
    return Commitments(edition=edition.number, items=lines, next=page.next([partner.id for partner in found]))
