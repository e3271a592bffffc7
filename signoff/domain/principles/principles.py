"""The check against the principles: what a finding may say, and what a completed check needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from signoff.domain.errors import Reason
from signoff.domain.text_input import text_problem

LONGEST_RATIONALE = 4_000


class Finding(StrEnum):
    """A reviewer's verdict for one criterion on one version."""

    ADVANCES = "advances"
    NOT_ENGAGED = "not_engaged"
    WORKS_AGAINST = "works_against"
    CANNOT_TELL = "cannot_tell"


FINDING_WORDS = {
    Finding.ADVANCES: "advances",
    Finding.NOT_ENGAGED: "not engaged",
    Finding.WORKS_AGAINST: "works against",
    Finding.CANNOT_TELL: "cannot tell",
}


class CriterionKind(StrEnum):
    """What part of the agreed document a criterion comes from."""

    VISION = "vision"
    MISSION = "mission"
    PREAMBLE = "preamble"
    PRINCIPLE = "principle"


@dataclass(frozen=True)
class CriterionName:
    """A criterion as a gate needs it: its key and its name."""

    key: str
    name: str


def finding_problems(verdict: str, rationale: str, quotes: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """What is wrong with a finding: an unknown verdict, a missing reason, a quote that is not in the text.

    `texts` are the version's title, summary and body, as their readers see them and as they were typed.
    """
    errors: dict[str, str] = {}
    if verdict not in set(Finding):
        errors["verdict"] = "Please choose: advances, not engaged, works against or cannot tell."
    needed = verdict != Finding.NOT_ENGAGED
    if problem := text_problem(rationale, longest=LONGEST_RATIONALE, needed=needed):
        errors["rationale"] = "Please give the reason." if not rationale else problem
    missing = quotes_gone(quotes, texts)
    if missing:
        errors["quotes"] = f"“{missing[0]}” is not in the text. Copy the quote from the text word for word."
    return errors


def quotes_gone(quotes: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The quotes that stand in none of the texts; line breaks and runs of spaces are forgiven."""
    return [quote for quote in quotes if not any(_squeeze(quote) in _squeeze(text) for text in texts)]


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def missing_for_check(criteria: Sequence[CriterionName], findings: Mapping[str, str]) -> list[Reason]:
    """All that keeps a check from being completed; `findings` maps a criterion's key to its verdict."""
    reasons = []
    for criterion in criteria:
        verdict = findings.get(criterion.key)
        if verdict is None:
            text = f"{criterion.name} has no finding."
        elif verdict == Finding.WORKS_AGAINST:
            text = f"The text works against {criterion.name}."
        elif verdict == Finding.CANNOT_TELL:
            text = f"No one could tell yet how the text relates to {criterion.name}."
        else:
            continue
        reasons.append(Reason("finding", text, criterion.key))
    if not any(verdict == Finding.ADVANCES for verdict in findings.values()):
        reasons.append(Reason("advances_none", "The text advances none of the criteria."))
    return reasons
