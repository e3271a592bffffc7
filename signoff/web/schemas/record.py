"""The record: what happened, in order."""

from typing import Any

from signoff.domain.record import KINDS
from signoff.web.schemas.base import Answer, Number, Slug, Time, described, example


class Entry(Answer):
    """One line of the record."""

    id: Number
    kind: str = described("What happened.", among=KINDS)
    at: Time
    by: str = described("Who acted, without a name: such as `user:3`, `contact:12`, `operator` or `worker`.")
    position: Slug | None
    facts: dict[str, Any] = described("What each kind of entry says; ids and slugs in place of people.")


class Entries(Answer):
    """A page of the record."""

    model_config = example(
        items=[
            {
                "id": 41,
                "kind": "position_retired",
                "at": "2027-03-01T15:00:00Z",
                "by": "user:3",
                "position": "open-the-yards",
                "facts": {"version": 2, "reason": "The bill was signed into law."},
            }
        ],
        next=None,
    )

    items: list[Entry]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")
