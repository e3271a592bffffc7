"""The record as staff read it: everything that happened, newest first."""

from flask import render_template, request

from signoff.domain.permissions import Act
from signoff.services.positions.positions import titles_of
from signoff.services.record.record import entries
from signoff.web.access import staff
from signoff.web.activity_feed import activities
from signoff.web.installation import db
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages

_ON_ONE_PAGE = 100


@pages.get("/staff/record")
@staff(Act.READ)
def record() -> str:
    """Up to a hundred entries, those before `?before=` when given."""
    before = whole_number(request.args.get("before", "")) or 0
    result = entries(db(), after=before, limit=_ON_ONE_PAGE, newest_first=True)
    return render_template(
        "staff/record/record.html",
        section="staff.record",
        timeline=activities(db(), result),
        titles=titles_of(db(), (entry.position_id for entry in result)),
        full=len(result) == _ON_ONE_PAGE,
    )
