"""Publishing, retiring, and taking a name off."""

from signoff.web.schemas.base import Answer, Body, Number, Slug, Time, described, example


class Publish(Body):
    """Which version is made public."""

    model_config = example(version=2)

    version: Number


class Published(Answer):
    """A publication."""

    model_config = example(
        slug="open-the-yards",
        version=2,
        published_at="2026-12-05T15:00:00Z",
        signatory_count=23,
        url="https://positions.coalition.example/positions/open-the-yards",
        warnings=[],
    )

    slug: Slug
    version: int
    published_at: Time
    signatory_count: int
    url: str
    warnings: list[str] = described(
        "What a page tells first: typed numbers of signatories, and who approved an earlier version but not this one."
    )


class Retire(Body):
    """Why a publication is taken back."""

    model_config = example(reason="The bill was signed into law.")

    reason: str = described("The public reads it.")


class Retired(Answer):
    """A publication that was taken back."""

    model_config = example(slug="open-the-yards", version=2, retired_at="2027-03-01T15:00:00Z")

    slug: Slug
    version: int
    retired_at: Time


class RemoveName(Body):
    """Why a partner's name is taken off."""

    model_config = example(reason="The partner asked by phone.")

    reason: str = described("The partner reads it.")
    version: Number = described("The version; 0 or left out for the one that is public, or asked about.", default=0)


class RemovedName(Answer):
    """A name that was taken off."""

    model_config = example(partner="alder-trust", version=2, removed_at="2026-12-06T15:00:00Z")

    partner: Slug
    version: int
    removed_at: Time
