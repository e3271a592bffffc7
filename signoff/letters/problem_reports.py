"""The letter to staff when someone reports a problem with a public list."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.letters.base import VersionLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext


@letter(LetterKind.PROBLEM_REPORTED, "problem with a list")
@dataclass(frozen=True)
class ProblemReportedLetter(VersionLetter):
    """To the publishers: read what was reported. The words stay on the page, where they can be erased."""

    @classmethod
    def load(cls, context: LetterContext) -> "ProblemReportedLetter":
        """Whatever was done since."""
        return cls(*context.for_version())

    def compose(self) -> Draft:
        """About which list, and where to read it."""
        blocks: list[Block] = [
            Paragraph(
                f"Someone reported a problem with the public list of “{self.title}”. Please look into it. The report "
                "is not public and has changed nothing."
            ),
            Facts(tuple(self.the_text())),
            Paragraph("Read what was reported, and mark it as settled:"),
            Address(f"{self.base_url}/staff/reports", "Open the reports"),
            self.human(),
        ]
        return Draft(f"A problem was reported: {self.title}", tuple(blocks))
