"""Tables for spreadsheets, as files to save."""

from collections.abc import Iterable, Sequence

from flask import Response

from signoff.domain.spreadsheets import csv_file, workbook_file
from signoff.web.file_names import named

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """These rows of texts as a CSV file to save under this name."""
    return named(Response(csv_file(rows), content_type="text/csv; charset=utf-8"), name)


def as_workbook(rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """These rows of texts as an Excel workbook to save under this name."""
    return named(Response(workbook_file(rows), content_type=_WORKBOOK), name)
