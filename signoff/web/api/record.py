"""The record, for staff."""

from typing import Any

from flask import Blueprint

from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Act
from signoff.models import Entry
from signoff.services.record import entries, facts_of
from signoff.web.access import api
from signoff.web.api.edge import a_page, page_asked, reading_call
from signoff.web.installation import db


@api(Act.READ)
@reading_call
def record() -> dict[str, Any]:
    """Entries in the order in which they were added."""
    after, limit = page_asked()
    found = entries(db(), after=after, limit=limit)
    return a_page([_entry_shape(entry) for entry in found], [entry.id for entry in found], limit)


def _entry_shape(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "at": rfc3339(entry.at),
        "by": entry.actor,
        "position": entry.position.slug if entry.position else None,
        "facts": facts_of(entry),
    }


def add_to(calls: Blueprint) -> None:
    """Put this call at its address."""
    calls.add_url_rule("/record", "record", record)
