"""The principles: the edition in force, and every earlier one."""

from typing import Any

from flask import Blueprint

from signoff.services.editions import all_editions, get_edition, latest_edition
from signoff.web.access import api
from signoff.web.api.edge import reading_call
from signoff.web.installation import db
from signoff.web.shapes import edition_shape


@api()
@reading_call
def principles() -> dict[str, Any]:
    """The agreed vision, mission and principles, and all criteria."""
    return edition_shape(latest_edition(db()))


@api()
@reading_call
def edition(number: int) -> dict[str, Any]:
    """One edition, whether in force or not."""
    return edition_shape(get_edition(db(), number))


@api()
@reading_call
def editions() -> dict[str, Any]:
    """Every edition, newest first, by number and day of adoption."""
    items = [
        {"edition": one.number, "adopted_on": one.adopted_on.isoformat(), "source": one.source}
        for one in all_editions(db())
    ]
    return {"items": items, "next": None}


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/principles", "principles", principles)
    calls.add_url_rule("/principles/editions", "editions", editions)
    calls.add_url_rule("/principles/editions/<int(max=2147483647):number>", "edition", edition)
