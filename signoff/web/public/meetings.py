"""Meetings of partners that anyone may read of: a page, and each one for a calendar."""

from flask import render_template
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.letters.calendar import MEETING_FILE, MeetingCalendar
from signoff.letters.context import LetterSettings
from signoff.models import Coalition
from signoff.services.partners.meetings import public_meetings
from signoff.services.publications.public_queries import live_publications_of
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept, valid_until
from signoff.web.public.blueprint import pages


@pages.get("/meetings")
@kept()
@public
def meetings() -> str:
    """The meetings that are not over, with the published positions on their agendas."""
    ahead = public_meetings(db(), at=installation().clock())
    valid_until(min((meeting.ends_at for meeting in ahead), default=None))
    shown = [(meeting, live_publications_of(db(), meeting.position_ids)) for meeting in ahead]
    return render_template("public/meetings.html", section="public.meetings", meetings=shown)


@pages.get("/meetings/<number:number>.ics")
@public
def public_meeting_entry(number: int) -> Response:
    """One of them for a calendar, without the link to join; NotFound for any other."""
    here = installation()
    found = [meeting for meeting in public_meetings(db(), at=here.clock()) if meeting.id == number]
    if not found:
        raise NotFound("There is no such meeting.")
    post = LetterSettings(here.settings.base_url, here.settings.formats, ())
    content = MeetingCalendar(post, db().get_one(Coalition, 1), here.clock()).entry(found[0], for_all=True)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={MEETING_FILE}"
    return response
