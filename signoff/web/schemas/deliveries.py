"""Recording that a published position was handed to someone, and taking that back."""

from datetime import date

from signoff.domain.partners.places import STATES
from signoff.domain.publications.deliveries import LONGEST_NOTE, LONGEST_RECIPIENT, DeliveryWay
from signoff.web.schemas.base import Answer, Body, Digest, Number, Slug, Time, described, example


class Deliver(Body):
    """To whom the position is handed, and how."""

    model_config = example(recipient="Senate Committee on Appropriations", way="by_hand", day="2026-12-04")

    recipient: str = described("Who received it. The public can read this.", longest=LONGEST_RECIPIENT)
    way: str = described("By email from Signoff with the PDF attached, or by hand.", among=tuple(DeliveryWay))
    address: str = described("The email address, for a delivery by email. Only staff can read it.", default="")
    day: str = described("The day, for a delivery by hand: today or earlier, such as 2026-12-04.", default="")
    note: str = described("Only staff can read it.", default="", longest=LONGEST_NOTE)
    state: str = described("The state to list first in the file, as two letters.", default="", among=("", *STATES))
    supplements: Number = described("The id of the earlier delivery to which this one adds names.", default=0)


class Delivered(Answer):
    """A delivery that was recorded."""

    model_config = example(
        slug="open-the-yards",
        id=7,
        recipient="Senate Committee on Appropriations",
        way="by_hand",
        delivered_on="2026-12-04",
        signatory_count=27,
        file_sha256="3fa9" * 16,
    )

    slug: Slug
    id: int
    recipient: str
    way: str
    delivered_on: date = described("The day it was delivered by hand, or the day the email was queued.")
    signatory_count: int = described("How many names are in the file.")
    file_sha256: Digest


class TakeBack(Body):
    """Why a delivery is taken back."""

    model_config = example(reason="Recorded for the wrong committee.")

    reason: str = described("Only staff can read it.", longest=LONGEST_NOTE)


class TakenBack(Answer):
    """A delivery that was recorded by mistake."""

    model_config = example(slug="open-the-yards", id=7, taken_back_at="2026-12-04T15:00:00Z")

    slug: Slug
    id: int
    taken_back_at: Time
