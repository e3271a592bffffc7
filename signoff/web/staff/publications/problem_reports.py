"""The staff page of reports about public lists: those that are open, those that were settled, and settling one."""

from flask import render_template, url_for

from signoff.domain.permissions import Act
from signoff.services.publications.problem_reports import open_reports, settle_report, settled_reports
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.staff.blueprint import pages

_MOST_SETTLED = 50


@pages.get("/staff/reports")
@staff(Act.READ)
def reports() -> str:
    """What people reported about public lists."""
    return render_template(
        "staff/reports/reports.html",
        section="staff.positions",
        waiting=open_reports(db()),
        settled=settled_reports(db(), limit=_MOST_SETTLED),
    )


@pages.post("/staff/reports/<number:number>/settle", endpoint="settle_report")
@staff(Act.SETTLE_REPORTS)
@form_view()
def settle(number: int) -> Done:
    """Mark a report as settled."""
    settle_report(current_act(), number)
    return Done(url_for("staff.reports"), "The report was marked as settled.")
