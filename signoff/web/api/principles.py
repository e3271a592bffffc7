"""The principles in force."""

from typing import Any

from flask import Blueprint

from signoff.services.editions import latest_edition
from signoff.web.access import api
from signoff.web.api.edge import reading_call
from signoff.web.installation import db
from signoff.web.shapes import edition_shape


@api()
@reading_call
def principles() -> dict[str, Any]:
    """The agreed vision, mission and principles, and all criteria."""
    return edition_shape(latest_edition(db()))


def add_to(calls: Blueprint) -> None:
    """Put this call at its address."""
    calls.add_url_rule("/principles", "principles", principles)
