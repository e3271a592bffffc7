"""Staff page of the differences between any two versions of a position."""

from flask import render_template, request

from signoff.domain.diff import changes
from signoff.domain.permissions import Act
from signoff.services.positions.positions import get_position, get_version, latest_version
from signoff.services.rounds.previous_versions import put_back
from signoff.web.access import staff
from signoff.web.installation import db
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/compare")
@staff(Act.READ)
def compare(slug: str) -> str:
    """Two versions, inline or side by side; the newest and the one before it unless others are asked for."""
    position = get_position(db(), slug)
    newest = latest_version(db(), position).number
    after = get_version(db(), position, whole_number(request.args.get("after", "")) or newest)
    before = get_version(db(), position, whole_number(request.args.get("before", "")) or max(1, after.number - 1))
    return render_template(
        "staff/positions/compare.html",
        section="staff.positions",
        position=position,
        before=before,
        after=after,
        newest=newest,
        beside=request.args.get("view") == "beside",
        changes=changes(before.wording, after.wording),
        put_back=put_back(db(), after),
    )
