"""Spreadsheets as tests give them: read with the guessed columns, and workbooks made with openpyxl."""

import io
from collections.abc import Sequence

from openpyxl import Workbook

from signoff.domain.partners.import_columns import guess_columns
from signoff.services.partners.partner_files import PartnerFile, read_partners
from signoff.services.partners.spreadsheet_files import read_sheet


def partner_file(raw: bytes) -> PartnerFile:
    """The partners of a file whose headings say what its columns hold."""
    sheet = read_sheet(raw)
    return read_partners(sheet, guess_columns(sheet.headings, [row.cells for row in sheet.rows[:12]]))


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An Excel workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
