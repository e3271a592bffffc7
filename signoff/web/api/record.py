"""The record, for staff."""

from signoff.domain.permissions import Act
from signoff.models import Entry as Row
from signoff.services.record.record import entries, facts_of
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, reading_call
from signoff.web.installation import db
from signoff.web.schemas.record import Entries, Entry


@calls.get("/record")
@api(Act.READ)
@reading_call()
def record(page: Page) -> Entries:
    """Read the record.

    It is everything that happened, in order.
    """
    result = entries(db(), after=page.after, limit=page.limit)
    return Entries(items=[_entry(row) for row in result], next=page.next([row.id for row in result]))


def _entry(row: Row) -> Entry:
    return Entry(
        id=row.id,
        kind=row.kind,
        at=row.at,
        by=row.actor,
        position=row.position.slug if row.position else None,
        facts=facts_of(row),
    )
