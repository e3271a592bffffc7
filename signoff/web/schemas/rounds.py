"""Rounds: what asking takes, and how far a round has come."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from signoff.domain.answers.answers import Authority
from signoff.domain.letters import LetterState
from signoff.domain.positions.status import RequestStatus, RoundEnd
from signoff.domain.rounds.reminders import DEFAULT_DAYS
from signoff.web.schemas.base import Answer, Body, Digest, Number, Slug, Time, described, example

UNDELIVERABLE = "undeliverable"  # no email reached any contact; read off the emails, so no status of the request


def _slugs_or_all(value: Any) -> Any:
    if value == "all" or (isinstance(value, list) and all(isinstance(slug, str) for slug in value)):
        return value
    raise PydanticCustomError("partners", "Please give “all”, or a list of partners as they appear in addresses.")


SlugsOrAll = Annotated[
    Literal["all"] | list[str],
    PlainValidator(_slugs_or_all),
    WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]}),
]


class AskPartners(Body):
    """Who is asked to approve which version, until when."""

    model_config = example(
        version=2,
        partners=["alder-trust", "birch-libraries"],
        deadline="2026-12-04T17:00:00-05:00",
        message="We publish before the hearing on December 8.",
        minimum=5,
        reminder_days=[7, 3, 1],
    )

    version: Number = described("The number of the version.")
    partners: SlugsOrAll = described("The slugs of the partners, or `all` for every present partner.")
    deadline: str = described(
        "An RFC 3339 time with its offset. An answer at that exact time counts.", form="date-time"
    )
    message: str = described("A message to partners; it appears in the email.", default="")
    minimum: Number = described("How many approvals publishing needs; 0 for no minimum.", default=0)
    reminder_days: list[Number] | None = described(
        f"The days before the deadline on which reminders are sent; {list(DEFAULT_DAYS)} when left out.", default=None
    )


class AskedPartners(Answer):
    """What asking did."""

    model_config = example(id=3, requests=2, letters_queued=2, warnings=[])

    id: Number = described("The round's id, for its address.")
    requests: int = described("How many partners the round asks in all.")
    letters_queued: int = described("How many emails were queued now.")
    warnings: list[str] = described(
        "What a page asks about first: a round that ends by this, a near deadline, a newer version, names in the text, "
        "typed numbers of signatories."
    )


class NewDeadline(Body):
    """Another deadline."""

    model_config = example(deadline="2026-12-11T17:00:00-05:00")

    deadline: str = described("An RFC 3339 time with its offset.", form="date-time")


class RecallRound(Body):
    """Why a round is recalled."""

    model_config = example(reason="The bill was withdrawn.")

    reason: str = described("The partners read it.")


class Reminded(Answer):
    """Whom a reminder was queued for."""

    model_config = example(partners=["birch-libraries"])

    partners: list[Slug]


class Extended(Answer):
    """The deadline as it is now."""

    model_config = example(deadline="2026-12-11T22:00:00Z", partners=["birch-libraries"], warnings=[])

    deadline: Time
    partners: list[Slug] = described("The partners that are told; none when the deadline did not change.")
    warnings: list[str] = described("What the staff pages would ask about first.")


class Recalled(Answer):
    """What recalling did."""

    model_config = example(partners=["alder-trust", "birch-libraries"], voided=["alder-trust"])

    partners: list[Slug] = described("All partners that were asked.")
    voided: list[Slug] = described("Those whose approvals no longer count.")


class RequestLine(Answer):
    """The question to one partner and what came of it; never a link."""

    partner: Slug
    name: str
    status: str = described("The status of the request.", among=[*RequestStatus, UNDELIVERABLE])
    letter: str | None = described("The state of the newest email.", among=[*LetterState, None])
    letter_reply: str = described("What the mail server said last.")
    answered_at: Time | None
    answered_by: str | None
    public_name: str | None = described("The name under which the partner approved.")
    public_note: str
    authority: str | None = described("On whose authority the partner approved.", among=[*Authority, None])
    board_decided_on: date | None
    reason: str | None
    note: str | None = described("A private note to staff.")


class RoundProgress(Answer):
    """A round, and one row for each request."""

    model_config = example(
        id=3,
        version=2,
        digest="5f" * 32,
        deadline="2026-12-04T22:00:00Z",
        minimum=5,
        opened_at="2026-11-24T12:00:00Z",
        ended_at=None,
        ended_as=None,
        ended_reason="",
        reminder_days=[7, 3, 1],
        progress={"approved": 1},
        requests=[
            {
                "partner": "alder-trust",
                "name": "Alder Trust",
                "status": "approved",
                "letter": "sent",
                "letter_reply": "250 OK",
                "answered_at": "2026-11-25T09:30:00Z",
                "answered_by": "Ana Alder",
                "public_name": "Alder Trust",
                "public_note": "",
                "authority": "board",
                "board_decided_on": "2026-11-20",
                "reason": None,
                "note": None,
            }
        ],
    )

    id: Number
    version: int
    digest: Digest
    deadline: Time
    minimum: int
    opened_at: Time
    ended_at: Time | None
    ended_as: str | None = described("How it ended; null while it is open.", among=[*RoundEnd, None])
    ended_reason: str
    reminder_days: list[int]
    progress: dict[str, int] = described("How many requests have which status.")
    requests: list[RequestLine]
