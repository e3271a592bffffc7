"""Deadlines and meetings as calendar entries, for email and for the partner's page (RFC 5545, RFC 5546).

A position has one entry for each partner. It moves when the deadline does and is canceled when nothing is asked any
more. An entry is published and never requested: what a calendar answers to a request would look like an approval.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from signoff.domain.positions.markdown import plain_text
from signoff.letters.blocks import Attachment
from signoff.letters.context import LetterSettings
from signoff.models import Coalition, Meeting, Partner, Round

FILE_NAME, MEETING_FILE = "deadline.ics", "meeting.ics"
_CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_LONGEST_LINE = 75  # octets without the line's end; longer ones are folded
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class _Calendar:
    """Writes entries as of a moment, in the name of the Coalition."""

    settings: LetterSettings
    coalition: Coalition
    at: datetime

    def _file(self, uid: str, sequence: int, lines: Iterable[str], *, is_over: bool) -> bytes:
        whole = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Signoff//EN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            f"UID:{uid}@{urlsplit(self.settings.base_url).netloc}",
            f"SEQUENCE:{sequence}",
            f"DTSTAMP:{_utc(self.at)}",
            *self._organizer(),
            f"STATUS:{'CANCELLED' if is_over else 'CONFIRMED'}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
        )
        return b"".join(_folded(line) for line in whole)

    def _organizer(self) -> Iterable[str]:
        if self.coalition.reply_to:
            name = self.coalition.name.replace('"', "'")
            yield f'ORGANIZER;CN="{name}":mailto:{self.coalition.reply_to}'


class MeetingCalendar(_Calendar):
    """Writes meetings of partners."""

    def entry(self, meeting: Meeting, *, for_all: bool = False) -> bytes:
        """A meeting as an .ics file; a later state takes the place of an earlier one, and a canceled one cancels it.

        `for_all` leaves out the link to join, which is for partners.
        """
        lines = (
            f"DTSTART:{_utc(meeting.begins_at)}",
            f"DTEND:{_utc(meeting.ends_at)}",
            f"SUMMARY:{_text(meeting.title)}",
            *([f"LOCATION:{_text(meeting.place)}"] if meeting.place else []),
            *([f"URL:{meeting.link}"] if meeting.link and not for_all else []),
            *([f"DESCRIPTION:{_text(plain_text(meeting.agenda))}"] if meeting.agenda else []),
        )
        is_over = meeting.canceled_at is not None
        return self._file(f"meeting-{meeting.id}", meeting.revision, lines, is_over=is_over)

    def attachment(self, meeting: Meeting) -> Attachment:
        """The entry as letters bring it."""
        return Attachment(MEETING_FILE, _CONTENT_TYPE, self.entry(meeting))


class DeadlineCalendar(_Calendar):
    """Writes deadlines of rounds."""

    def entry(self, round_: Round, partner: Partner, *, acts: int, is_over: bool = False) -> bytes:
        """The deadline of a round for one partner as an .ics file, without a link, since calendars are shared.

        `acts` counts what was done to the position's rounds, so that a later entry takes the place of an earlier one;
        `is_over` cancels it.
        """
        lines = (
            f"DTSTART:{_utc(round_.deadline)}",
            f"SUMMARY:{_text(f'Answer due for {partner.name}: {round_.version.title}')}",
            f"DESCRIPTION:{_text(self._description(round_, partner, is_over))}",
            "TRANSP:TRANSPARENT",
            *(() if is_over else _alarm(f"Answer due tomorrow for {partner.name}: {round_.version.title}")),
        )
        # Canceling comes after all that was done so far, also where it is no act of its own.
        return self._file(f"answer-{round_.position_id}-{partner.id}", 2 * acts + is_over, lines, is_over=is_over)

    def attachment(self, round_: Round, partner: Partner, *, acts: int, is_over: bool = False) -> Attachment:
        """The entry as letters bring it."""
        return Attachment(FILE_NAME, _CONTENT_TYPE, self.entry(round_, partner, acts=acts, is_over=is_over))

    def _description(self, round_: Round, partner: Partner, is_over: bool) -> str:
        name = self.coalition.name.removeprefix("The ")
        if is_over:
            return f"The {name} no longer asks {partner.name} whether it approves this position."
        until = self.settings.formats.full(round_.deadline)
        return (
            f"{partner.name} is asked whether it approves this position. The deadline is {until}. The link to answer "
            f"is in the email from the {name}."
        )


def _alarm(words: str) -> tuple[str, ...]:
    return "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(words)}", "TRIGGER:-P1D", "END:VALARM"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """A content line with its end; a long one goes on in lines that begin with a space, and no character is cut."""
    whole = line.encode()
    if len(whole) <= _LONGEST_LINE:
        return whole + b"\r\n"
    folded, width = [b""], 0
    for character in line:
        octets = character.encode()
        if width + len(octets) > _LONGEST_LINE:
            folded.append(b" ")
            width = 1
        folded[-1] += octets
        width += len(octets)
    return b"\r\n".join(folded) + b"\r\n"
