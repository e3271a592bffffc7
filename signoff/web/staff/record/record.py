"""The record as staff read it: what happened, newest first, filtered by the address; as a page and as CSV."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.domain.record import KINDS
from signoff.domain.time import rfc3339
from signoff.services.accounts.users import user_names
from signoff.services.positions.positions import get_position, titles_of
from signoff.services.record.record import EntryFilter, find_entries
from signoff.web.access import staff
from signoff.web.activity_feed import OTHERS, Activity, activities
from signoff.web.installation import db, installation
from signoff.web.request_parsing import whole_number
from signoff.web.spreadsheet import as_csv
from signoff.web.staff.blueprint import pages

_ON_ONE_PAGE = 100
_MOST_EXPORTED = 100_000
# Kinds that staff call otherwise than the code does.
_CALLED = {
    "coalition_described": "Coalition's facts changed",
    "complaint_settled": "spam report settled",
    "contact_stepped_back": "no more emails requested",
    "letters_canceled": "emails held back",
    "letters_retried": "emails retried",
    "meeting_told": "meeting emailed",
    "ordinary_words_ticked": "passages looked at",
    "posting_ended": "description, logo or notice ended",
    "posting_proposed": "description, logo or notice proposed",
    "posting_settled": "description, logo or notice settled",
    "referral_settled": "colleague settled",
    "referral_taken_back": "colleague taken back",
    "request_referred": "colleague named",
    "restoration_opened": "restored copy opened",
    "sign_on_ended": "applications ended",
    "sign_on_opened": "applications opened",
    "step_back_settled": "request for no more emails settled",
}


@pages.get("/staff/record")
@staff(Act.READ)
def record() -> str:
    """Up to a hundred entries, those before `?before=` when given, filtered by the address."""
    before = whole_number(request.args.get("before", "")) or 0
    entry_filter, users = _wanted(), user_names(db())
    result = find_entries(db(), entry_filter, after=before, limit=_ON_ONE_PAGE)
    return render_template(
        "staff/record/record.html",
        section="staff.record",
        timeline=activities(db(), result),
        titles=titles_of(db(), (entry.position_id for entry in result)),
        full=len(result) == _ON_ONE_PAGE,
        sought=entry_filter,
        asked=request.args,
        kinds=sorted(((kind, _called(kind)) for kind in KINDS), key=lambda kind: kind[1].casefold()),
        people={**OTHERS, **{f"user:{number}": name for number, name in sorted(users.items(), key=lambda u: u[1])}},
        at=_address,
    )


def _called(kind: str) -> str:
    return _CALLED.get(kind, kind.replace("_", " "))


def _wanted() -> EntryFilter:
    asked = request.args
    kind = asked.get("kind", "")
    until = _day(asked.get("until", ""))
    return EntryFilter(
        kind=kind if kind in KINDS else "",
        by=asked.get("by", "")[:40],
        position=get_position(db(), asked["position"]) if asked.get("position") else None,
        since=_midnight(_day(asked.get("since", ""))),
        before=_midnight(until + timedelta(days=1) if until else None),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=installation().settings.timezone) if day else None


def _address(endpoint: str, **changes: Any) -> str:
    names = ("kind", "by", "position", "since", "until")
    kept = {name: request.args.get(name) for name in names} | changes
    return url_for(endpoint, **{name: value for name, value in kept.items() if value})


@pages.get("/staff/record.csv", endpoint="export_record")
@staff(Act.READ)
def export() -> Response:
    """The entries that are looked for as CSV, newest first, with the words beside them."""
    found = activities(db(), find_entries(db(), _wanted(), limit=_MOST_EXPORTED))
    return as_csv(_cells(found), name="record.csv")


_COLUMNS = (
    "number", "at", "kind", "what", "by", "position", "person", "job_title", "reason", "deadline", "deadline_before",
)  # fmt: skip


def _cells(lines: list[Activity]) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    for line in lines:
        entry, words = line.entry, line.beside
        said = (line.sentence, line.by, entry.position.slug if entry.position else "")
        people = (words.person, words.job_title, words.reason)
        yield (
            str(entry.id),
            rfc3339(entry.at),
            entry.kind,
            *said,
            *people,
            words.deadline,
            words.deadline_before,
        )
