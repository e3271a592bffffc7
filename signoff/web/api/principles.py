"""The principles: the edition in force, and every earlier one."""

from signoff.services.principles.editions import all_editions, get_edition, latest_edition
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import reading_call
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.schemas.principles import Edition, EditionLine, Editions
from signoff.web.serializers import edition_shape


@calls.get("/principles")
@kept()
@api()
@reading_call(refusals=(404,))
def principles() -> Edition:
    """Read the principles.

    These are the principles in force and all criteria. There are none (404) until the installation has adopted its
    first edition.
    """
    return edition_shape(latest_edition(db()))


@calls.get("/principles/editions/<number:number>")
@kept()
@api()
@reading_call()
def edition(number: int) -> Edition:
    """Read an edition.

    It need not be in force.
    """
    return edition_shape(get_edition(db(), number))


@calls.get("/principles/editions")
@kept()
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
