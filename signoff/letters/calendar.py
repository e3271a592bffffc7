"""The deadline as a calendar entry, for email and for the partner's page (RFC 5545, RFC 5546).

A position has one entry for each partner. It moves when the deadline does and is canceled when nothing is asked any
more. It is published and never requested: what a calendar answers to a request would look like an approval.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from signoff.letters.blocks import Attachment
from signoff.letters.context import LetterSettings
from signoff.models import Coalition, Partner, Round

FILE_NAME = "deadline.ics"
_CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_LONGEST_LINE = 75  # octets without the line's end; longer ones are folded
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class DeadlineCalendar:
    """Writes entries as of a moment, in the name of the Coalition."""

    settings: LetterSettings
    coalition: Coalition
    at: datetime

    def entry(self, round_: Round, partner: Partner, *, acts: int, is_over: bool = False) -> bytes:
        """The deadline of a round for one partner as an .ics file, without a link, since calendars are shared.

        `acts` counts what was done to the position's rounds, so that a later entry takes the place of an earlier one;
        `is_over` cancels it.
        """
        host = urlsplit(self.settings.base_url).netloc
        lines = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Signoff//EN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            f"UID:answer-{round_.position_id}-{partner.id}@{host}",
            # Canceling comes after all that was done so far, also where it is no act of its own.
            f"SEQUENCE:{2 * acts + is_over}",
            f"DTSTAMP:{_utc(self.at)}",
            f"DTSTART:{_utc(round_.deadline)}",
            *self._organizer(),
            f"SUMMARY:{_text(f'Answer due for {partner.name}: {round_.version.title}')}",
            f"DESCRIPTION:{_text(self._description(round_, partner, is_over))}",
            f"STATUS:{'CANCELLED' if is_over else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            *(() if is_over else _alarm(f"Answer due tomorrow for {partner.name}: {round_.version.title}")),
            "END:VEVENT",
            "END:VCALENDAR",
        )
        return b"".join(_folded(line) for line in lines)

    def attachment(self, round_: Round, partner: Partner, *, acts: int, is_over: bool = False) -> Attachment:
        """The entry as letters bring it."""
        return Attachment(FILE_NAME, _CONTENT_TYPE, self.entry(round_, partner, acts=acts, is_over=is_over))

    def _organizer(self) -> Iterable[str]:
        if self.coalition.reply_to:
            name = self.coalition.name.replace('"', "'")
            yield f'ORGANIZER;CN="{name}":mailto:{self.coalition.reply_to}'

    def _description(self, round_: Round, partner: Partner, is_over: bool) -> str:
        asked = f"the {self.coalition.name.removeprefix('The ')}"
        if is_over:
            return f"{asked.capitalize()} no longer asks {partner.name} whether it approves this position."
        until = self.settings.formats.full(round_.deadline)
        return (
            f"{partner.name} is asked whether it approves this position. The deadline is {until}. The link to answer "
            f"is in the email from {asked}."
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
