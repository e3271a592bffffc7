"""The deadline as a calendar entry, for the letter and for the partner's page (RFC 5545)."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from signoff.letters.blocks import Attachment
from signoff.letters.context import LetterSettings
from signoff.models import Round

FILE_NAME = "deadline.ics"
_CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def deadline_event(
    round_: Round, *, post: LetterSettings, at: datetime, organization: str = "Your organization"
) -> bytes:
    """The deadline of a round for one organization as an .ics file; a later one takes the place of an earlier.

    It carries no link: calendars are shared.
    """
    event = Event()
    event.add("uid", f"round-{round_.id}@{post.base_url.split('://', 1)[-1].split('/')[0]}")
    event.add("sequence", int((at - round_.opened_at).total_seconds()))
    event.add("dtstamp", at)
    event.add("dtstart", round_.deadline)
    event.add("dtend", round_.deadline)
    event.add("summary", f"Answer due: {round_.version.title}")
    event.add(
        "description",
        f"{organization} is asked whether it approves this text, until {post.formats.full(round_.deadline)}. "
        "The link to answer is in the letter.",
    )
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Answer due tomorrow: {round_.version.title}")
    alarm.add("trigger", timedelta(days=-1))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Signoff//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def deadline_file(round_: Round, *, post: LetterSettings, at: datetime) -> Attachment:
    """The deadline of a round as letters bring it."""
    return Attachment(FILE_NAME, _CONTENT_TYPE, deadline_event(round_, post=post, at=at))
