"""The letter about a meeting of partners: that it is planned, changed or canceled, with its calendar entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.positions.markdown import plain_text
from signoff.domain.positions.slugs import encoded
from signoff.letters.base import BaseLetter, letter
from signoff.letters.blocks import Address, Attachment, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.calendar import MeetingCalendar
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.models import Meeting, Version
from signoff.services.partners.meetings import agenda_for


@letter(LetterKind.MEETING, "meeting")
@dataclass(frozen=True)
class MeetingLetter(BaseLetter):
    """To the partners' contacts: the meeting as it is now, with the positions that this partner may read of."""

    meeting: Meeting
    agenda: Sequence[tuple[Version, bool]]
    calendar: Attachment

    @classmethod
    def load(cls, context: LetterContext) -> "MeetingLetter":
        """Unless it is over."""
        meeting = required(context.row.meeting)
        if meeting.ends_at < context.at:
            raise Obsolete("The meeting is over.")
        if context.partner.left_at is not None:
            raise Obsolete("The partner has left.")
        agenda = agenda_for(context.batch.session, meeting, context.partner.id)
        calendar = MeetingCalendar(context.envelope.settings, context.batch.coalition, context.at)
        return cls(context.envelope, meeting, agenda, calendar.attachment(meeting))

    def compose(self) -> Draft:
        """When and where, what is on the agenda, and how to get no more of these."""
        meeting = self.meeting
        held = self._agenda if self._is_held else []
        blocks: list[Block] = [
            Paragraph(self._opening),
            Facts(tuple(self._facts)),
            *held,
            Paragraph(
                "You get this email because you are a contact of a partner. You can unsubscribe from emails about "
                "meetings and from newsletters here. Requests to approve a position will still reach you."
            ),
            Address(self.envelope.link),
            self.human(),
        ]
        verb = "Meeting" if self._is_held else "Canceled"
        subject = f"{verb}: {meeting.title}, {self.formats.day(meeting.begins_at)}"
        unsubscribe = f"{self.envelope.link}/unsubscribe"
        return Draft(subject, tuple(blocks), attachments=(self.calendar,), unsubscribe=unsubscribe)

    @property
    def _is_held(self) -> bool:
        return self.meeting.canceled_at is None

    @property
    def _opening(self) -> str:
        when = self.in_full(self.meeting.begins_at)
        if not self._is_held:
            return f"The {self.asker} has canceled the meeting “{self.meeting.title}” that was planned for {when}."
        return f"The {self.asker} invites its partners to the meeting “{self.meeting.title}” on {when}."

    @property
    def _facts(self) -> list[tuple[str, str]]:
        meeting = self.meeting
        rows = [("Begins", self.in_full(meeting.begins_at)), ("Ends", self.in_full(meeting.ends_at))]
        return [*rows, *([("Place", meeting.place)] if meeting.place else [])]

    @property
    def _agenda(self) -> list[Block]:
        agenda, link = self.meeting.agenda, self.meeting.link
        joining: list[Block] = [Paragraph("Join here:"), Address(link, "Join the meeting")] if link else []
        positions = "\n".join(map(self._line, self.agenda))
        return [
            *self._said("Agenda:", plain_text(agenda)),
            *self._said("Positions on the agenda:", positions),
            *joining,
        ]

    def _said(self, lead: str, words: str) -> list[Block]:
        return [Paragraph(lead), Quoted(words)] if words else []

    def _line(self, item: tuple[Version, bool]) -> str:
        version, is_public = item
        where = (
            f"{self.base_url}/positions/{encoded(version.position.slug)}" if is_public else "you were asked about it"
        )
        return f"{version.title}: {where}"
