"""What the installation's sheets are printed on, the size of paper that an address asks for, and findings on paper."""

from typing import Any

from flask import request

from signoff.domain.errors import NotFound
from signoff.domain.principles.principles import FINDING_WORDS, Finding
from signoff.paper.stationery import SIZES, Stationery, stationery_of, usual_size
from signoff.services.coalition import find_coalition
from signoff.services.positions.checks import ShownCheck
from signoff.web.installation import db, installation


def stationery() -> Stationery:
    """The Coalition's sheets, on paper of the size in `?paper=` or else of the installation's locale."""
    settings, coalition = installation().settings, find_coalition(db())
    size = request.args.get("paper", "") or usual_size(settings.formats.locale)
    if size not in SIZES:
        raise NotFound(f"There is no such paper. Use paper={' or paper='.join(SIZES)}.")
    if coalition is None:
        return Stationery(installation().coalition_name, (settings.base_url,), size)
    logo = coalition.logo.content if coalition.logo else b""
    return stationery_of(coalition.name, coalition.letterhead, logo, size=size, address=settings.base_url)


def finding_rows(shown: ShownCheck) -> list[dict[str, Any]]:
    """What was found for each criterion, as sheets tell it."""
    return [
        {
            "name": finding.criterion.name,
            "verdict": FINDING_WORDS[Finding(finding.verdict)],
            "rationale": finding.rationale,
            "quotes": finding.quotes,
        }
        for finding in shown.findings
    ]
