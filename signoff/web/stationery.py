"""What the installation's sheets are printed on, and the size of paper that an address asks for."""

from flask import request

from signoff.domain.errors import NotFound
from signoff.paper.stationery import SIZES, Stationery, usual_size
from signoff.services.coalition import find_coalition
from signoff.web.installation import db, installation


def stationery() -> Stationery:
    """The Coalition's sheets, on paper of the size in `?paper=` or else of the installation's locale."""
    settings, coalition = installation().settings, find_coalition(db())
    size = request.args.get("paper", "") or usual_size(settings.formats.locale)
    if size not in SIZES:
        raise NotFound(f"There is no such paper. Use paper={' or paper='.join(SIZES)}.")
    name = coalition.name if coalition else installation().coalition_name
    return Stationery(name, ((coalition and coalition.website) or settings.base_url,), size)
