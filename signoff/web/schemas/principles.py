"""The principles: editions, and the criteria that a text is checked against."""

from datetime import date

from signoff.domain.principles.principles import CriterionKind
from signoff.web.schemas.base import Answer, described, example


class Principle(Answer):
    """One of the agreed principles."""

    key: str = described("The key in a finding's address, such as `equity`.")
    name: str
    statement: str = described("The agreed words.")
    questions: list[str] = described("What a reviewer may ask of a text; not part of what was agreed.")


class Criterion(Answer):
    """One thing that a version is checked against."""

    key: str = described("The key in a finding's address, such as `equity`.")
    kind: str = described("The part of the agreed document that it comes from.", among=CriterionKind)
    name: str
    statement: str = described("The agreed words.")
    questions: list[str] = described("What a reviewer may ask of a text; not part of what was agreed.")


_EQUITY = {
    "key": "equity",
    "name": "Pursue Equity",
    "statement": "Pursue Equity",
    "questions": ["Who gains from this, and who might be left out?"],
}


class Edition(Answer):
    """The agreed vision, mission and principles, as adopted on a date."""

    model_config = example(
        edition=1,
        adopted_on="2016-09-01",
        source="Partnership Commitments, September 2016",
        vision="Every school is a community school.",
        mission="We unite partners around community schools.",
        preamble="Public education is a foundation of democracy.",
        commitments="- Respect one another's work.",
        principles=[_EQUITY],
        criteria=[{"kind": "principle", **_EQUITY}],
    )

    edition: int = described("Its number.")
    adopted_on: date
    source: str = described("The document that it was adopted with.")
    vision: str
    mission: str
    preamble: str
    commitments: str = described("What each partner agrees to: lines with a hyphen are items of lists.")
    principles: list[Principle]
    criteria: list[Criterion] = described("All that a version is checked against; the principles are among them.")


class EditionLine(Answer):
    """One edition in the list."""

    edition: int
    adopted_on: date
    source: str


class Editions(Answer):
    """Every edition, newest first."""

    model_config = example(
        items=[{"edition": 1, "adopted_on": "2016-09-01", "source": "Partnership Commitments, September 2016"}],
        next=None,
    )

    items: list[EditionLine]
    next: None = described("Always null: the list is never cut.")
