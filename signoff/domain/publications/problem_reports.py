"""Reports of a problem with a public list: what anyone may say, and how often."""

from dataclasses import dataclass, fields
from datetime import timedelta

from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

COUNTED_FOR = timedelta(hours=1)
MOST_OF_NETWORK = 3
MOST_IN_ALL = 20
LONGEST_WORDS = 4000  # bytes
LONGEST_NAME = 200  # characters


@dataclass(frozen=True)
class ReportForm:
    """A report as it was typed: what is wrong; and who says so, if they like."""

    words: str = ""
    full_name: str = ""
    email: str = ""

    def cleaned(self) -> "ReportForm":
        """The same in canonical characters."""
        return ReportForm(clean_text(self.words), clean_line(self.full_name), clean_email(self.email))

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with a cleaned form."""
        errors = {
            "words": text_problem(self.words, longest=LONGEST_WORDS),
            "full_name": line_problem(self.full_name, longest=LONGEST_NAME, needed=False),
            "email": email_problem(self.email) if self.email else "",
        }
        return {name: sentence for name, sentence in errors.items() if sentence}


REPORT_FIELDS = tuple(field.name for field in fields(ReportForm))


def are_too_many(*, of_network: int, in_all: int) -> bool:
    """Whether one more report is not taken, after so many within the last hour."""
    return of_network >= MOST_OF_NETWORK or in_all >= MOST_IN_ALL
