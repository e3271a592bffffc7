"""Segments of the register: kept under a name, looked through, and removed."""

from flask import render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.services.partners.register import count_partners
from signoff.services.partners.segments import (
    filter_of,
    get_segment,
    remove_segment,
    save_segment,
    segment_words,
    segments,
)
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.staff.blueprint import pages
from signoff.web.staff.partners.register import address_of, register_page, sought


@pages.get("/staff/partners/segments", endpoint="segments")
@staff(Act.READ)
def show() -> str:
    """All segments, with how many partners each holds now."""
    listed = [
        (segment, segment_words(wanted), address_of(wanted), count_partners(db(), wanted)[wanted.state])
        for segment in segments(db())
        for wanted in (filter_of(segment),)
    ]
    return render_template("staff/partners/segments.html", section="staff.partners", listed=listed)


@pages.post("/staff/partners/segments", endpoint="save_segment")
@staff(Act.MANAGE_PARTNERS)
@form_view(invalid=lambda refusal: register_page(refusal.errors))
def save() -> Done:
    """Keep what is looked for under a name."""
    wanted = sought()
    segment = save_segment(current_act(), request.form.get("segment", ""), wanted)
    return Done(url_for("staff.segments"), f"“{segment.name}” is saved. You can choose it when you ask partners.")


@pages.post("/staff/partners/segments/<number:number>/remove", endpoint="remove_segment")
@staff(Act.MANAGE_PARTNERS)
@form_view()
def remove(number: int) -> Done:
    """Forget a segment."""
    segment = get_segment(db(), number)
    name = segment.name
    remove_segment(current_act(), segment)
    return Done(url_for("staff.segments"), f"“{name}” is removed. Its partners stay as they are.")
