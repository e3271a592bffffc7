"""The principles: the edition in force, and every earlier one."""

from flask import Blueprint

from signoff.services.principles.editions import all_editions, get_edition, latest_edition
from signoff.web.access import api
from signoff.web.api.calls import reading_call
from signoff.web.installation import db
from signoff.web.schemas.principles import Edition, EditionLine, Editions
from signoff.web.serializers import edition_shape


@api()
@reading_call(refusals=(404,))
def principles() -> Edition:
    """Read the principles.

    These are the principles in force and all criteria. There are none (404) until the installation has adopted its
    first edition.
    """
    return edition_shape(latest_edition(db()))


@api()
@reading_call()
def edition(number: int) -> Edition:
    """Read an edition.

    It need not be in force.
    """
    return edition_shape(get_edition(db(), number))


@api()
@reading_call()
def editions() -> Editions:
    """List editions.

    These are all editions of the principles, newest first.
    """
    items = [
        EditionLine(edition=edition.number, adopted_on=edition.adopted_on, source=edition.source)
        for edition in all_editions(db())
    ]
    return Editions(items=items, next=None)


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/principles", "principles", principles)
    calls.add_url_rule("/principles/editions", "editions", editions)
    calls.add_url_rule("/principles/editions/<int(max=2147483647):number>", "edition", edition)
