"""Positions and versions: what saving takes, what everyone reads, and what staff see besides."""

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import create_model

from signoff.domain.positions.fields import FIELD_NAMES, FIELDS, Field, Shape
from signoff.domain.positions.status import VersionState
from signoff.domain.positions.text import Wording
from signoff.models.partners import LEVELS
from signoff.web.schemas.base import Answer, Body, Digest, Slug, Time, described, example, example_of
from signoff.web.schemas.checks import Check, Finding

_DEFAULTS = Wording()
_WORDS = {"title": "Open the yards", "summary": "Open every schoolyard.", "body": "Unlock *every* yard."}
_CHOSEN = {**vars(_DEFAULTS), **_WORDS}


def _field(field: Field, default: Any) -> Any:
    notes = {Shape.PLAIN: "Plain text.", Shape.MARKDOWN: "Markdown."}
    about = " ".join(part for part in (f"{field.label}.", field.hint or notes.get(field.shape, "")) if part)
    # The longest text is counted in bytes and no character takes less than one.
    longest = None if field.choices else field.longest
    return described(about, default=default, among=field.choices, longest=longest)


def _needed(field: Field) -> Any:
    is_needed = field.needed and not field.choices
    return (str, _field(field, ... if is_needed else getattr(_DEFAULTS, field.name)))


# The fields of a text are listed once, in the domain; a type checker needs to see none of them here.
if TYPE_CHECKING:

    class _WholeText(Body):
        pass

    class _ChangedText(Body):
        pass

    class _ShownText(Answer):
        pass
else:
    _WholeText = create_model("_WholeText", __base__=Body, **{field.name: _needed(field) for field in FIELDS})
    _ChangedText = create_model(
        "_ChangedText", __base__=Body, **{field.name: (str | None, _field(field, None)) for field in FIELDS}
    )
    _ShownText = create_model(
        "_ShownText", __base__=Answer, **{field.name: (str, _field(field, ...)) for field in FIELDS}
    )


class NewPosition(_WholeText):
    """A position with its first version."""

    model_config = example(**_WORDS)

    @property
    def wording(self) -> Wording:
        """What the first version says."""
        return Wording(**{name: getattr(self, name) for name in FIELD_NAMES})


class NewVersion(_ChangedText):
    """The next version: the fields that change, and why."""

    model_config = example(body="Unlock every yard.", change_note="Plainer words")

    change_note: str = described("What changed, in a few words; needed when anything did.", default="", longest=300)

    @property
    def changes(self) -> dict[str, str]:
        """The fields that were given."""
        return {name: value for name in FIELD_NAMES if (value := getattr(self, name)) is not None}


class NewAddress(Body):
    """Another address for a position that was never published."""

    model_config = example(slug="unlock-the-yards")

    slug: Slug


class PositionAddress(Answer):
    """The address that a position has now."""

    model_config = example(slug="unlock-the-yards")

    slug: Slug


class VersionLine(Answer):
    """A version: its number, and what its approvals are bound to."""

    number: int
    digest: Digest


class SavedVersion(Answer):
    """A version that was saved, or the latest one when nothing changed."""

    model_config = example(slug="open-the-yards", version={"number": 1, "digest": "5f" * 32})

    slug: Slug
    version: VersionLine


class Missing(Answer):
    """What still has to be done, one sentence each; both empty when nothing is missing."""

    model_config = example(
        to_send=["There is no finding for Pursue Equity."], to_publish=["No round was opened."], warnings=[]
    )

    to_send: list[str] = described("Before partners can be asked.")
    to_publish: list[str] = described("Before the version can be published.")
    warnings: list[str] = described(
        "What a page asks about first: a round that ends by asking, a newer version, names in the text, typed "
        "numbers of signatories."
    )


class PublicLine(Answer):
    """A published position in the list."""

    model_config = example(
        slug="open-the-yards",
        title=_WORDS["title"],
        summary=_WORDS["summary"],
        version=2,
        published_at="2026-12-05T15:00:00Z",
        signatory_count=1,
    )

    slug: Slug
    title: str
    summary: str
    version: int
    published_at: Time
    signatory_count: int


class StaffLine(Answer):
    """A position in the list that staff see."""

    model_config = example(
        slug="open-the-yards", title=_WORDS["title"], summary=_WORDS["summary"], version=3, state="drafted"
    )

    slug: Slug
    title: str
    summary: str
    version: int = described("The number of the latest version.")
    state: str = described("The state of that version.", among=VersionState)


class PublicPositions(Answer):
    """A page of published positions, newest first."""

    model_config = example(items=[example_of(PublicLine)], next=None)

    items: list[PublicLine]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")


class StaffPositions(Answer):
    """A page of all positions, in the order in which they were started."""

    model_config = example(items=[example_of(StaffLine)], next=None)

    items: list[StaffLine]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")


class Signatory(Answer):
    """A partner that approved exactly this text, under exactly this name, and has not withdrawn."""

    partner: Slug
    name: str = described("The public name that the partner approved under.")
    level: str | None = described("Where it works.", among=[*LEVELS, None])
    website: str
    note: str = described("The partner's public note.")
    approved_at: Time
    left_at: Time | None = described("When it left the Coalition, if it did.")


class Delivery(Answer):
    """A delivery of the published text that has arrived, without the names in it: the list is `signatories`."""

    model_config = example(
        recipient="Senate Committee on Appropriations",
        delivered_on="2026-12-07",
        names=27,
        no_longer_listed=0,
        added_since=2,
        file_url="https://positions.coalition.example/positions/open-the-yards/deliveries/1.pdf",
    )

    recipient: str
    delivered_on: date
    names: int = described("How many names its file had.")
    no_longer_listed: int = described("How many of them are not listed anymore.")
    added_since: int = described("How many names are listed that its file did not have.")
    file_url: str | None = described("The file that was delivered; null once something in it is no longer current.")


class _Position(_ShownText):
    slug: Slug
    html: str = described("The body as HTML.")
    links: list[str] = described("The addresses behind words of the body, in the order of their numbers.")
    computed: dict[str, str] = described("What the words in double braces say at this moment; outside the digest.")
    version: int
    digest: Digest
    edition: int | None = described("The principles edition of the check.")
    check: Check | None
    findings: list[Finding]
    signatories: list[Signatory] = described("All of them, whatever the number; computed from the answers.")
    signatory_count: int
    deliveries: list[Delivery] = described("To whom it was delivered, the newest first.")


_PUBLISHED = {
    **_CHOSEN,
    "slug": "open-the-yards",
    "html": "<p>Unlock <em>every</em> yard.</p>\n",
    "links": [],
    "computed": {},
    "version": 2,
    "digest": "5f" * 32,
    "edition": 1,
    "check": {
        "edition": 1,
        "edition_name": "principles of September 2016, edition 1",
        "adopted_on": "2016-09-01",
        "completed_at": "2026-11-24T12:00:00Z",
        "by": "reviewer",
    },
    "findings": [example_of(Finding)],
    "signatories": [
        {
            "partner": "alder-trust",
            "name": "Alder Trust",
            "level": "local",
            "website": "https://alder-trust.example/",
            "note": "",
            "approved_at": "2026-11-25T09:30:00Z",
            "left_at": None,
        }
    ],
    "signatory_count": 1,
    "deliveries": [example_of(Delivery)],
    "published_at": "2026-12-05T15:00:00Z",
    "url": "https://positions.coalition.example/positions/open-the-yards",
    "text_url": "https://positions.coalition.example/positions/open-the-yards/text",
    "proof_url": "https://positions.coalition.example/positions/open-the-yards/proof",
}


class PublicPosition(_Position):
    """A published position with its findings and its signatories."""

    model_config = example(**_PUBLISHED)

    published_at: Time
    url: str
    text_url: str = described("The exact bytes that were approved.")
    proof_url: str = described("The evidence, to be verified offline.")


class LatestVersion(VersionLine):
    """The newest version, which may not be the published one."""

    state: str = described("Its state.", among=VersionState)


class StaffPosition(_Position):
    """A position as staff see it: the published version, or else the latest one."""

    model_config = example(
        **_PUBLISHED,
        state="published",
        latest_version={"number": 3, "digest": "a0" * 32, "state": "drafted"},
        missing=example_of(Missing),
    )

    published_at: Time | None = described("Null until it is published, as are the addresses.")
    url: str | None
    text_url: str | None
    proof_url: str | None
    state: str = described("The state of the version that is shown.", among=VersionState)
    latest_version: LatestVersion
    missing: Missing = described("What the latest version still needs.")
