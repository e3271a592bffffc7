"""The check of a version: findings, and the completed check."""

from datetime import date

from signoff.domain.principles.principles import LONGEST_RATIONALE
from signoff.domain.principles.principles import Finding as Verdict
from signoff.web.schemas.base import Answer, Body, Digest, Time, described, example


class PutFinding(Body):
    """A reviewer's finding for one criterion."""

    model_config = example(
        verdict="advances", rationale="It funds a seat for families.", quotes=["two seats for families"]
    )

    verdict: str = described("How the text relates to the criterion.", among=Verdict)
    rationale: str = described("The reason; only `not_engaged` needs none.", default="", longest=LONGEST_RATIONALE)
    quotes: list[str] = described("Passages of the text, word for word.", default=[])


class Finding(Answer):
    """What a reviewer found for one criterion."""

    model_config = example(
        criterion="equity",
        name="Pursue Equity",
        verdict="advances",
        rationale="It funds a seat for families.",
        quotes=["two seats for families"],
    )

    criterion: str = described("The criterion's key.")
    name: str = described("The criterion's name.")
    verdict: str = described("How the text relates to the criterion.", among=Verdict)
    rationale: str
    quotes: list[str]


class Check(Answer):
    """A completed check as the public sees it: a role, never a name."""

    edition: int
    edition_name: str
    adopted_on: date
    completed_at: Time
    by: str = described("Always `reviewer`.")


class CompletedCheck(Answer):
    """A completed check as staff see it."""

    model_config = example(
        version=2,
        digest="5f" * 32,
        edition=1,
        completed_by="Rosa Reviewer",
        completed_at="2026-11-24T12:00:00Z",
        warnings=[],
    )

    version: int
    digest: Digest
    edition: int
    completed_by: str
    completed_at: Time
    warnings: list[str] = described("Ordinary words that spell a partner's name; completing says that none is meant.")
