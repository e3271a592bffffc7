"""The commitments: what partners have said about those in force."""

from signoff.services.partners.acceptance_status import AcceptanceState
from signoff.web.schemas.base import Answer, Number, Slug, Time, described, example, example_of


class CommitmentsLine(Answer):
    """What one partner has said about the commitments in force."""

    model_config = example(partner="alder-trust", name="Alder Trust", state="accepted", at="2026-11-24T15:00:00Z")

    partner: Slug
    name: str
    state: str = described("What the partner answered, or that it has not answered.", among=[*AcceptanceState])
    at: Time | None = described("When it answered or was asked; null if it was never asked.")


class Commitments(Answer):
    """The present partners and what each has said about the commitments of the edition in force."""

    model_config = example(edition=1, items=[example_of(CommitmentsLine)], next=None)

    edition: Number = described("The number of the principles edition in force.")
    items: list[CommitmentsLine]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")
