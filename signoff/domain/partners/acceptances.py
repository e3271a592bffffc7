"""Accepting the Coalition's commitments: what a contact says of them, and what is incomplete in its form."""

from dataclasses import dataclass

from signoff.domain.answers.answers import LONGEST_SIGNATURE, signature_problem
from signoff.domain.rounds.links import holds_secret
from signoff.domain.text_input import clean_line, line_problem

ACCEPT, DECLINE = "accept", "decline"


@dataclass(frozen=True)
class AcceptanceForm:
    """What a contact entered, as it came from the form."""

    answer: str = ""
    full_name: str = ""
    job_title: str = ""
    authorised: str = ""

    def cleaned(self) -> "AcceptanceForm":
        """The same in canonical characters."""
        return AcceptanceForm(**{name: clean_line(value) for name, value in vars(self).items()})

    def problems(self, *, registered_name: str) -> dict[str, str]:
        """What is incomplete in a cleaned form: one sentence for each field concerned."""
        errors = {
            "answer": "" if self.answer in (ACCEPT, DECLINE) else "Please choose yes or no. Neither is chosen for you.",
            "authorised": "Please check this box to declare that you are authorized to answer for your organization."
            if self.answer == ACCEPT and self.authorised != "yes"
            else "",
            "full_name": signature_problem(self.full_name, registered_name),
            "job_title": line_problem(self.job_title, longest=LONGEST_SIGNATURE, needed=False),
        }
        for name in ("full_name", "job_title"):
            if holds_secret(getattr(self, name)):
                errors[name] = "Please remove your personal link. It is for you alone."
        return {name: sentence for name, sentence in errors.items() if sentence}
