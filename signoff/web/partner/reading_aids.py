"""What helps a partner to read and decide: differences side by side, the deadline's .ics."""

from flask import render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from signoff.domain.positions.status import RoundEnd
from signoff.letters.calendar import FILE_NAME, DeadlineCalendar
from signoff.letters.context import LetterSettings
from signoff.models import Coalition, Round
from signoff.services.rounds.deadlines import count_round_acts
from signoff.web.access import link_holder
from signoff.web.installation import db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.context import page_context
from signoff.web.partner.link_auth import link_from_address


@pages.get("/r/<secret>/changes")
@link_holder
def differences(secret: str) -> str:
    """What changed since the version this partner knows, or what replaced this one: both texts side by side."""
    facts = page_context(db(), link_from_address(secret), at=installation().clock())
    if facts["may_read_later"]:
        before, after, changed = facts["version"], facts["later_version"], facts["since_then"]
    elif facts["known"]:
        before, after, changed = facts["known"].version, facts["version"], facts["known"].changes
    else:
        before, after, changed = None, facts["version"], ()
    return render_template("partner/differences.html", secret=secret, before=before, after=after, changes=changed)


@pages.get("/r/<secret>/deadline.ics")
@link_holder
def deadline(secret: str) -> Response:
    """The deadline for a calendar; it holds no link."""
    link = link_from_address(secret)
    request = link.request
    round_ = db().scalars(select(Round).where(Round.version_id == request.version_id)).one()
    settings = installation().settings
    post = LetterSettings(settings.base_url, settings.formats, ())
    calendar = DeadlineCalendar(post, db().get_one(Coalition, 1), installation().clock())
    # A later round has taken over the entry, and this one must not take its place.
    replaced = round_.ended_as == RoundEnd.REPLACED
    acts = 0 if replaced else count_round_acts(db(), [round_.position_id])[round_.position_id]
    is_over = request.dropped_at is not None or round_.ended_as == RoundEnd.RECALLED
    content = calendar.entry(round_, request.partner, acts=acts, is_over=is_over)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return response
