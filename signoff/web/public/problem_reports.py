"""The public form to report a problem with the list of a position."""

from collections.abc import Mapping

from flask import render_template, request

from signoff.domain.permissions import NOBODY
from signoff.domain.publications.problem_reports import REPORT_FIELDS, ReportForm
from signoff.services.publications.problem_reports import report_problem
from signoff.web.access import public
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published
from signoff.web.public.strangers import TRAP, is_trapped
from signoff.web.request_parsing import refuse_cross_site


@pages.get("/positions/<slug:slug>/report")
@public
def show_report(slug: str) -> str:
    """The form, while the position is public."""
    return _form(slug, {})


@pages.post("/positions/<slug:slug>/report")
@public
@form_view(invalid=lambda refusal, slug: _form(slug, refusal.errors))
def report(slug: str) -> Done:
    """Send a report to the staff."""
    refuse_cross_site()
    position, publication = published(slug)
    form = ReportForm(**{name: request.form.get(name, "") for name in REPORT_FIELDS})
    if not is_trapped():
        report_problem(current_act(NOBODY), position, form, source=request.remote_addr or "")
    return Done(page=lambda: render_template("public/reports/sent.html", publication=publication))


def _form(slug: str, errors: Mapping[str, str]) -> str:
    _, publication = published(slug)
    return render_template(
        "public/reports/report.html",
        section="public.positions",
        publication=publication,
        trap=TRAP,
        errors=errors,
        typed=request.form,
    )
