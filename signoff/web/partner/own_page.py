"""A contact's own page: all questions to its partner, meetings, and new links, which go to the registered address."""

from flask import render_template, request
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.letters.calendar import MEETING_FILE, MeetingCalendar
from signoff.letters.context import LetterSettings
from signoff.models import Coalition
from signoff.services.partners.meetings import agenda_for, get_meeting, meetings_ahead
from signoff.services.rounds.consultations import version_of
from signoff.services.rounds.fresh_links import send_fresh_link, send_link_to
from signoff.services.rounds.open_rounds import ensure_shown
from signoff.services.rounds.partner_requests import requests_to
from signoff.web.access import link_holder
from signoff.web.forms import Done, form_view
from signoff.web.installation import db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.link_auth import acting_link, link_from_address, own_form_value, shown_digest
from signoff.web.request_parsing import refuse_cross_site, whole_number


@pages.get("/r/<secret>/organization")
@link_holder
def organization(secret: str) -> str:
    """Every question to this partner, what it answered, and where it is named."""
    link, at = link_from_address(secret), installation().clock()
    digest = version_of(db(), link).digest
    return render_template(
        "partner/organization.html",
        secret=secret,
        link=link,
        partner=link.request.partner,
        contact=link.contact,
        form_value=own_form_value(link, digest),
        digest=digest,
        questions=requests_to(db(), link.partner_id, at=at),
        meetings=[(one, agenda_for(db(), one, link.partner_id)) for one in meetings_ahead(db(), at=at)],
    )


@pages.get("/r/<secret>/meetings/<number:number>.ics")
@link_holder
def meeting_entry(secret: str, number: int) -> Response:
    """A meeting that partners were told of, for a calendar."""
    link_from_address(secret)
    meeting = get_meeting(db(), number)
    if not meeting.told_revision:
        raise NotFound("There is no such meeting.")
    settings = installation().settings
    post = LetterSettings(settings.base_url, settings.formats, ())
    content = MeetingCalendar(post, db().get_one(Coalition, 1), installation().clock()).entry(meeting)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={MEETING_FILE}"
    return response


@pages.post("/r/<secret>/organization")
@link_holder
@form_view()
def mail_link(secret: str) -> Done:
    """Mail this contact its own link to one of the questions."""
    link = acting_link(secret)
    ensure_shown(version_of(db(), link), shown_digest(link))
    number = whole_number(request.form.get("question", "")) or 0
    send_link_to(db(), link, number, key=installation().settings.secret_key, clock=installation().clock)
    return Done(page=lambda: render_template("partner/fresh_sent.html", secret=secret))


@pages.get("/r/<secret>/fresh")
@link_holder
def ask_fresh(secret: str) -> str:
    """What a new link is, and the button that mails one."""
    return render_template("partner/fresh.html", secret=secret)


@pages.post("/r/<secret>/fresh")
@link_holder
@form_view()
def send_fresh(secret: str) -> Done:
    """Mail a new link to the registered address; one and the same page, whether or not there is one."""
    refuse_cross_site()
    send_fresh_link(db(), secret, key=installation().settings.secret_key, clock=installation().clock)
    return Done(page=lambda: render_template("partner/fresh_sent.html"))
