"""Tables for spreadsheets: CSV with the mark by which they know UTF-8."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from signoff.web.file_names import named


def as_csv(rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """These rows as a file to save under this name; each cell is written as `domain.tables.as_cell` left it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    return named(response, name)
