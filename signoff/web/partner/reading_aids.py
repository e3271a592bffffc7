"""What helps a partner to read and decide: differences side by side, a packet for the board, the deadline's .ics."""

from flask import Blueprint, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from signoff.letters.calendar import FILE_NAME, deadline_event
from signoff.letters.facts import Post
from signoff.models import Round
from signoff.web.access import link_holder
from signoff.web.installation import db, here
from signoff.web.partner.facts import gather
from signoff.web.partner.way import link_in


@link_holder
def differences(secret: str) -> str:
    """What changed since the version this partner knows, or what replaced this one: both texts side by side."""
    facts = gather(db(), link_in(secret), at=here().clock())
    if facts["may_read_later"]:
        before, after, changed = facts["version"], facts["later_version"], facts["since_then"]
    elif facts["known"]:
        before, after, changed = facts["known"].version, facts["version"], facts["known"].changes
    else:
        before, after, changed = None, facts["version"], ()
    return render_template("partner/differences.html", secret=secret, before=before, after=after, changes=changed)


@link_holder
def packet(secret: str) -> str:
    """All a board needs to decide, on paper: who asks, until when, the text, what changed, and the check."""
    link = link_in(secret)
    return render_template("partner/packet.html", secret=secret, link=link, **gather(db(), link, at=here().clock()))


@link_holder
def deadline(secret: str) -> Response:
    """The deadline for a calendar; it holds no link."""
    link = link_in(secret)
    found = db().scalars(select(Round).where(Round.version_id == link.request.version_id)).one()
    settings = here().settings
    content = deadline_event(
        found,
        organisation=link.request.partner.name,
        post=Post(settings.base_url, settings.timezone, ()),
        at=here().clock(),
    )
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return response


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    pages.add_url_rule("/r/<secret>/changes", "differences", differences)
    pages.add_url_rule("/r/<secret>/packet", "packet", packet)
    pages.add_url_rule(f"/r/<secret>/{FILE_NAME}", "deadline", deadline)
