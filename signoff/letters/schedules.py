"""The letter to staff when something that was scheduled could not be done."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.positions.status import ScheduledKind
from signoff.letters.base import VersionLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, required
from signoff.models import ScheduledAct


@letter(LetterKind.NOT_DONE, "scheduled act not carried out")
@dataclass(frozen=True)
class NotDoneLetter(VersionLetter):
    """To who scheduled it, or to all publishers: it was not done, and every reason."""

    scheduled: ScheduledAct

    @classmethod
    def load(cls, context: LetterContext) -> "NotDoneLetter":
        """Whatever was done since: that nothing happened at that time stays the case."""
        return cls(*context.for_version(), required(context.row.schedule))

    def compose(self) -> Draft:
        """What was not done, why, and where it can be done now."""
        what = f"version {self.version.number} of “{self.title}”"
        is_asking = self.scheduled.kind == ScheduledKind.ASK
        subject, opening = (
            ("Partners were not asked", f"Partners were to be asked about {what} at the time below. No email was sent.")
            if is_asking
            else ("Not published", f"{what[0].upper()}{what[1:]} was to be published at the time below. It was not.")
        )
        blocks: list[Block] = [
            Paragraph(opening),
            Paragraph("Why:"),
            Quoted("\n".join(self.scheduled.reasons)),
            Facts(
                (
                    ("Scheduled for", self.in_full(self.scheduled.due_at)),
                    ("Scheduled by", self.scheduled.scheduler.name),
                    *self.the_text(),
                )
            ),
            *self.for_staff("Signoff will not try again. You can do it, or schedule it again, here:"),
            self.human(),
        ]
        return Draft(f"{subject}: {self.title}", tuple(blocks))
