"""What is scheduled: how a form says when, and how publishers cancel it."""

from datetime import datetime

from flask import request, url_for

from signoff.domain.permissions import Act
from signoff.domain.time import parse_local
from signoff.services.positions.positions import get_position
from signoff.services.publications.schedules import cancel_scheduled, get_scheduled
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.staff.blueprint import pages


def due_typed() -> datetime:
    """When a scheduled act is due, in the installation's zone; Invalid when it is no time, or comes twice."""
    typed, fold = request.form.get("due", ""), request.form.get("due_fold", "")
    return parse_local(typed, installation().settings.timezone, fold=fold, field="due")


@pages.post("/staff/positions/<slug:slug>/scheduled/<number:number>/cancel")
@staff(Act.SCHEDULE)
@form_view()
def cancel_schedule(slug: str, number: int) -> Done:
    """Keep a scheduled act from being done."""
    cancel_scheduled(current_act(), get_scheduled(db(), get_position(db(), slug), number))
    return Done(url_for("staff.position", slug=slug), "Canceled. Nothing will be done at that time.")
