"""Staff pages of meetings: planned, changed, told to partners, and canceled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.partners.meetings import MeetingForm
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.domain.time import parse_local
from signoff.models import Meeting
from signoff.services.partners.meetings import (
    cancel_meeting,
    change_meeting,
    digest_of,
    get_meeting,
    is_ahead,
    naming_problems,
    plan_meeting,
    positions_to_choose,
    show_meeting,
    tell_partners,
)
from signoff.services.partners.news_readers import news_contacts
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import digest_shown, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.terms_form import local_minute


@pages.get("/staff/meetings/new")
@staff(Act.TELL_PARTNERS)
def new_meeting() -> str:
    """The form for a new meeting."""
    return _form({}, MultiDict(), None)


@pages.post("/staff/meetings/new")
@staff(Act.TELL_PARTNERS)
@form_view(invalid=lambda refusal: _form(refusal.errors, request.form, None))
def save_new_meeting() -> Done:
    """Plan a meeting."""
    meeting = plan_meeting(current_act(), _typed())
    return Done(url_for("staff.meeting", number=meeting.id), "The meeting is saved. Partners have not been told yet.")


@pages.get("/staff/meetings/<number:number>")
@staff(Act.READ)
def meeting(number: int) -> str:
    """One meeting, who is told of it, and what can be done."""
    return _page(get_meeting(db(), number))


@pages.get("/staff/meetings/<number:number>/edit")
@staff(Act.TELL_PARTNERS)
def edit_meeting(number: int) -> str:
    """The form to change a meeting."""
    meeting = get_meeting(db(), number)
    return _form({}, _said(meeting), meeting)


@pages.post("/staff/meetings/<number:number>/edit")
@staff(Act.TELL_PARTNERS)
@form_view(
    invalid=lambda refusal, number: _form(refusal.errors, request.form, get_meeting(db(), number)),
    conflict=lambda refusal, number: _page(get_meeting(db(), number), refusal),
)
def save_meeting(number: int) -> Done:
    """Change a meeting."""
    meeting, shown = get_meeting(db(), number), whole_number(request.form.get("revision", "")) or 0
    changed = change_meeting(current_act(), meeting, _typed(), revision=shown)
    return Done(url_for("staff.meeting", number=number), "Saved." if changed else "Nothing was changed.", changed)


@pages.post("/staff/meetings/<number:number>/tell")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_meeting(db(), number), refusal))
def tell_of_meeting(number: int) -> Done:
    """Email the partners' contacts."""
    told = tell_partners(current_act(), get_meeting(db(), number), shown=digest_shown())
    return Done(url_for("staff.meeting", number=number), f"{counted(told, 'email').capitalize()} will be sent now.")


@pages.post("/staff/meetings/<number:number>/cancel")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_meeting(db(), number), refusal))
def end_meeting(number: int) -> Done:
    """Cancel a meeting."""
    told = cancel_meeting(current_act(), get_meeting(db(), number))
    words = f"Canceled. {counted(told, 'email').capitalize()} will be sent now." if told else "Canceled."
    return Done(url_for("staff.meeting", number=number), words)


@pages.post("/staff/meetings/<number:number>/public")
@staff(Act.TELL_PARTNERS)
@form_view(conflict=lambda refusal, number: _page(get_meeting(db(), number), refusal))
def publish_meeting(number: int) -> Done:
    """Show it on public pages, or take it off them."""
    in_public = request.form.get("public") == "yes"
    shown = whole_number(request.form.get("revision", "")) or 0
    meeting = get_meeting(db(), number)
    show_meeting(current_act(), meeting, in_public=in_public, revision=shown)
    there = "The meeting is on the public site."
    later = "The meeting will be on the public site once partners have been emailed about it."
    words = (there if meeting.told_revision else later) if in_public else "The meeting is not on the public site."
    return Done(url_for("staff.meeting", number=number), words)


def _page(meeting: Meeting, refusal: Conflict | None = None) -> str:
    contacts = news_contacts(db())
    return render_template(
        "staff/meetings/meeting.html",
        section="staff.news",
        meeting=meeting,
        is_ahead=is_ahead(meeting, at=installation().clock()),
        on_agenda=[one for one in positions_to_choose(db()) if one.position_id in meeting.position_ids],
        readers=len(contacts),
        naming=list(naming_problems(db(), meeting).values()) if meeting.is_public else [],
        shown=digest_of(meeting, contacts),
        conflict=getattr(refusal, "text", ""),
    )


def _form(errors: Mapping[str, str], typed: Mapping[str, Any], meeting: Meeting | None) -> str:
    return render_template(
        "staff/meetings/edit.html",
        section="staff.news",
        meeting=meeting,
        errors=errors,
        typed=typed,
        chosen=typed.getlist("position") if isinstance(typed, MultiDict) else (),
        positions=positions_to_choose(db()),
    )


def _said(meeting: Meeting) -> MultiDict[str, str]:
    said = {name: str(getattr(meeting, name)) for name in ("title", "place", "link", "agenda", "revision")}
    times = {"begins": local_minute(meeting.begins_at), "ends": local_minute(meeting.ends_at)}
    slugs = [one.position.slug for one in positions_to_choose(db()) if one.position_id in meeting.position_ids]
    return MultiDict([*said.items(), *times.items(), *(("position", slug) for slug in slugs)])


def _typed() -> MeetingForm:
    form = request.form
    errors: dict[str, str] = {}
    begins, ends = (_instant(name, errors) for name in ("begins", "ends"))
    words = {name: form.get(name, "") for name in ("title", "place", "link", "agenda")}
    now = installation().clock()
    typed = MeetingForm(
        **words, begins_at=begins or now, ends_at=ends or now, positions=tuple(form.getlist("position"))
    )
    if errors:
        # What else is wrong is said in the same go.
        others = replace(typed.cleaned(), ends_at=datetime.max.replace(tzinfo=now.tzinfo)).problems
        raise Invalid({**others, **errors})
    return typed


def _instant(name: str, errors: dict[str, str]) -> datetime | None:
    zone, fold = installation().settings.timezone, request.form.get(f"{name}_fold", "")
    try:
        return parse_local(request.form.get(name, ""), zone, fold=fold, field=name)
    except Invalid as refusal:
        errors.update(refusal.errors)
        return None
