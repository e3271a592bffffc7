"""Applications: a position opened to organizations that are no partners yet, and what is decided about each."""

from signoff.domain.partners.applications import Decision, Mailbox
from signoff.web.schemas.base import Answer, Body, Number, Slug, Time, described, example, example_of
from signoff.web.schemas.partners import NameAnswer


class OpenSignOn(Body):
    """Whether a position takes applications, and until when."""

    model_config = example(open=True, until="2026-12-03T17:00:00-05:00")

    open: bool = described("Whether it takes applications from now on.")
    until: str = described(
        "An RFC 3339 time with its offset, not after the deadline of the round; that deadline when left out.",
        default="",
        form="date-time",
    )


class SignOnState(Answer):
    """Whether a position takes applications now."""

    model_config = example(open=True, until="2026-12-03T22:00:00Z", url="https://sign.example/positions/x/sign-on")

    open: bool
    until: Time | None = described("Until when; null while it is not open.")
    url: str = described("Where the public form is while it is open.")


class NameMatch(Answer):
    """A name in the register that the organization's may be taken for."""

    model_config = example(partner="alder-trust", name="Alder Trust", reads_alike=False, text="“Alder” is close to it.")

    partner: Slug
    name: str
    reads_alike: bool = described("Then the organization cannot be added under its name.")
    text: str


class ApplicationLine(Answer):
    """A confirmed application, with what the register knows of it while no one has decided. Null is erased."""

    model_config = example(
        id=4,
        organization="Birch Library Friends",
        website="https://birch.example/",
        full_name="Bea Birch",
        email="bea@birch.example",
        job_title="Director",
        level="local",
        state="Ohio",
        applied_at="2026-11-28T15:00:00Z",
        confirmed_at="2026-11-28T15:04:00Z",
        decision=None,
        decided_at=None,
        partner=None,
        agreed=None,
        matches=[example_of(NameMatch)],
        notes=["A contact of Birch Libraries has an address at birch.example too."],
        mailbox="at_the_website",
    )

    id: Number
    organization: str | None
    website: str | None
    full_name: str | None
    email: str | None
    job_title: str | None
    level: str | None
    state: str | None
    applied_at: Time
    confirmed_at: Time
    decision: str | None = described("What was decided.", among=[*Decision, None])
    decided_at: Time | None
    partner: str | None = described("The slug of the partner that was made or linked.")
    agreed: bool | None = described("Whether a contact of a linked partner agreed; null before that.")
    matches: list[NameMatch]
    notes: list[str] = described("Partners with the same website or mail domain, one sentence each.")
    mailbox: str | None = described("How the email address compares with the website.", among=[*Mailbox, None])


class Applications(SignOnState):
    """Whether a position takes applications, and those that were confirmed."""

    model_config = example(**example_of(SignOnState), unconfirmed=2, items=[example_of(ApplicationLine)], next=None)

    unconfirmed: int = described("How many were never confirmed by email; they do not count.")
    items: list[ApplicationLine]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")


class Decide(Body):
    """What is decided about an application."""

    model_config = example(decision="link", partner="birch-libraries")

    decision: str = described("Make a partner, link to one in the register, or neither.", among=[*Decision])
    partner: str = described("The slug of the partner, to link to.", default="")
    answers: list[NameAnswer] = described("Answers to the questions that the call was refused with.", default=[])


class DecidedApplication(Answer):
    """What came of a decision."""

    model_config = example(id=4, decision="link", partner="birch-libraries", asked=True)

    id: Number
    decision: str = described("What was decided.", among=[*Decision])
    partner: str | None = described("The slug of the partner that was made or linked.")
    asked: bool = described("Whether that partner is asked about the position now.")
