"""Files with all names of a position, written part by part: a long list takes little memory and begins at once."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from signoff.db.database import Database
from signoff.domain.spreadsheets import as_cell
from signoff.domain.time import rfc3339
from signoff.models import Publication
from signoff.services.publications.long_lists import signatories_in_parts
from signoff.settings import Settings
from signoff.web.installation import installation
from signoff.web.schemas.positions import PublicPosition
from signoff.web.serializers import facts_of_publication, signatory_shape

_HEADINGS = ("name", "partner", "level", "website", "note", "approved_at", "left_at")
_CELLS = ("public_name", "partner", "level", "website", "public_note")


def streamed(parts: Iterator[str], content_type: str) -> Response:
    """An answer that is sent while it is made. Its parts outlive the request, and its session."""
    return Response(parts, content_type=content_type)


def csv_in_parts(parts: Iterable[Sequence[Mapping[Any, Any]]]) -> Iterator[str]:
    """A table of signatories under its headings."""
    yield _lines([_HEADINGS])
    for rows in parts:
        yield _lines(_cells(row) for row in rows)


def _cells(row: Mapping[Any, Any]) -> list[str]:
    left = rfc3339(row["left_at"]) if row["left_at"] else ""
    return [*(as_cell(row[name] or "") for name in _CELLS), rfc3339(row["approved_at"]), left]


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def position_in_parts(publication: Publication) -> Response:
    """A published position as the API gives it, its signatories first: how many they are is known after them."""
    here = installation()
    return streamed(_json(here.database, here.settings, publication.id), "application/json")


def _json(database: Database, settings: Settings, publication_id: int) -> Iterator[str]:
    yield '{"signatories":['
    count = 0
    for rows in filter(None, signatories_in_parts(database.reading, publication_id)):
        yield ("," if count else "") + ",".join(signatory_shape(row).model_dump_json() for row in rows)
        count += len(rows)
    with database.reading() as session:
        facts = facts_of_publication(session, session.get_one(Publication, publication_id), settings, count=count)
        yield "]," + PublicPosition(**facts).model_dump_json(exclude={"signatories"}).removeprefix("{")
