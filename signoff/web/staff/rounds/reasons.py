"""What is missing, each reason with a link to the page that mends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from signoff.domain.errors import Reason
from signoff.models import Version


@dataclass(frozen=True)
class LinkedReason:
    """A reason, and the address where it can be mended; empty when it cannot."""

    text: str
    link: str


def linked(reasons: Sequence[Reason], version: Version) -> list[LinkedReason]:
    """The reasons of a version's gate with their links."""
    return [LinkedReason(reason.text, _where(reason, version)) for reason in reasons]


def _where(reason: Reason, version: Version) -> str:
    slug = version.position.slug
    match reason.code:
        case "finding":
            return url_for("staff.check", slug=slug, number=version.number, _anchor=reason.about)
        case "check" | "advances_none":
            return url_for("staff.check", slug=slug, number=version.number)
        case "named":
            return url_for("staff.judge_words", slug=slug, number=version.number, partner=reason.about)
        case "named_in_note":
            return url_for("staff.confirm_remove", slug=slug, number=version.number, partner=reason.about)
        case "ordinary":
            return url_for("staff.judge_ordinary", slug=slug, number=version.number)
        case "count":
            return url_for("staff.edit", slug=slug)
        case "minimum":
            return url_for("staff.board", slug=slug, number=version.number)
        case "left" | "contact" | "nobody" | "deadline":
            return "#partners"
        case _:
            return ""
