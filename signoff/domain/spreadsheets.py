"""Tables that people open in spreadsheets: cells that are no formulas, and files of them."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 (Excel reads the wide ones too)


def as_cell(text: str) -> str:
    """A text as a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if _is_risky(text) else text


def from_cell(cell: str) -> str:
    """The text behind a cell that `as_cell` wrote."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell) else cell


def _is_risky(text: str) -> bool:
    # Apostrophes before a sign count too, so that what is written reads back as it was.
    return text.lstrip("'").startswith(_BEGINS_FORMULA)


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """These rows of texts as CSV, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(as_cell, row) for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def workbook_file(rows: Iterable[Sequence[str]]) -> bytes:
    """These rows of texts as an Excel workbook (XLSX) with one sheet; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Signoff")
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=text or None) for text in row]
        for cell in cells:
            cell.data_type = "s" if cell.value is not None else cell.data_type
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
