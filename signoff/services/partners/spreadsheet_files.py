"""Reads a spreadsheet as people have it, CSV in any dialect or XLSX, into one heading row and rows of texts."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from signoff.domain.errors import Invalid
from signoff.domain.file_input import DAMAGED, OLD_OFFICE, TooLarge, decoded, opened, other_kind, unpacked
from signoff.domain.spreadsheets import from_cell

_MOST_UNPACKED = 150_000_000  # bytes of a workbook's parts together
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 250_000, 200, 32_767  # the last is Excel's own limit in characters
_SEPARATORS = (",", ";", "\t", "|")
_SAMPLED = 60  # rows by which the separator is told


@dataclass(frozen=True)
class SheetRow:
    """A row that holds something: its number as a spreadsheet program shows it, and a text for each column kept."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its columns with headings and letters, and the rows below them.

    `read_as` says how the file was understood, for people who look whether it was understood rightly.
    """

    headings: tuple[str, ...]
    letters: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    read_as: str

    def place(self, row: int, column: int) -> str:
        """Where a cell stands, in words: the row, the heading and the cell's own address."""
        heading = self.headings[column] or f"column {self.letters[column]}"
        return f"row {row}, {heading} ({self.letters[column]}{row})"


def read_sheet(raw: bytes) -> Sheet:
    """The first table of a spreadsheet; Invalid with a sentence where this is none.

    Empty rows and columns are left out, and so are titles above the headings. Formulas are not calculated: the value
    that was saved with one counts, or its own text.
    """
    if not raw.strip():
        raise Invalid({"file": "No file was chosen, or it is empty."})
    if raw.startswith(b"PK"):
        read_as, rows = "an Excel workbook", _workbook_rows(raw)
    else:
        read_as, rows = _text_rows(raw)
    return _sheet(list(_bounded(rows)), read_as)


def _sheet(rows: Sequence[SheetRow], read_as: str) -> Sheet:
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise Invalid({"file": "The file has no rows."})
    top = _heading_row(filled)
    width = max(len(row.cells) for row in filled[top:])
    padded = [row.cells + ("",) * (width - len(row.cells)) for row in filled[top:]]
    kept = [column for column in range(width) if any(cells[column] for cells in padded)]
    cells = [tuple(row[column] for column in kept) for row in padded]
    below = tuple(SheetRow(row.number, own) for row, own in zip(filled[top + 1 :], cells[1:], strict=True))
    return Sheet(cells[0], tuple(get_column_letter(column + 1) for column in kept), below, read_as)


def _heading_row(filled: Sequence[SheetRow]) -> int:
    # A title, a date or a remark above the table fills one cell; headings fill at least half of its columns.
    widths = [sum(map(bool, row.cells)) for row in filled[:20]]
    usual = max(widths)
    return next(number for number, width in enumerate(widths) if 2 * width >= usual and (width > 1 or usual == 1))


def _bounded(rows: Iterable[Sequence[str]]) -> Iterator[SheetRow]:
    for number, cells in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            raise Invalid({"file": f"The file has more than {_MOST_ROWS:,} rows. Please divide it."})
        own = tuple(cell.strip() for cell in cells)
        while own and not own[-1]:
            own = own[:-1]
        if len(own) > _MOST_COLUMNS:
            raise Invalid({f"row {number}": f"This row has more than {_MOST_COLUMNS} columns."})
        if any(len(cell) > _LONGEST_CELL for cell in own):
            raise Invalid({f"row {number}": f"A cell in this row has more than {_LONGEST_CELL:,} characters."})
        yield SheetRow(number, own)


def _text_rows(raw: bytes) -> tuple[str, Iterator[Sequence[str]]]:
    encoding, text = _decoded(raw)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[4], "\n" + rest  # Excel's own mark: a row without cells
    else:
        separator = _separator(text)
    name = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}.get(separator, f"“{separator}”")
    return f"text in {encoding}, columns separated by {name}", _csv_rows(text, separator)


def _csv_rows(text: str, separator: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):  # noqa: B007 (the number is for the refusal)
            yield [from_cell(cell) for cell in row]
    except csv.Error as problem:
        raise Invalid({f"row {number + 1}": f"This is not well-formed CSV ({problem})."}) from None


def _decoded(raw: bytes) -> tuple[str, str]:
    if kind := other_kind(raw):
        raise Invalid({"file": f"This is {kind}, not a spreadsheet. Please give a CSV or an Excel file (.xlsx)."})
    if raw.startswith(OLD_OFFICE):
        old = (
            "This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password, or as CSV."
        )
        raise Invalid({"file": old})
    try:
        encoding, text = decoded(raw)
    except ValueError:
        raise Invalid(
            {"file": "This is neither a CSV nor an Excel file. Save the table as .xlsx or CSV and try again."}
        ) from None
    return {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, encoding.upper()), text


def _separator(text: str) -> str:
    return max(_SEPARATORS, key=lambda separator: _regularity(text, separator))


def _regularity(text: str, separator: str) -> tuple[float, int]:
    # How many of the first rows have the same number of columns, which must be more than one.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: list[int] = []
    try:
        for row in reader:
            widths += [len(row)] if any(row) else []
            if len(widths) == _SAMPLED:
                break
    except csv.Error:
        return 0.0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)


def _workbook_rows(raw: bytes) -> Iterator[Sequence[str]]:
    has_formulas = _looked_through(raw)
    try:
        values = _first_sheet(raw, data_only=True)
        formulas = _first_sheet(raw, data_only=False) if has_formulas else ()
        for saved, written in zip_longest(values, formulas, fillvalue=()):
            pairs = zip_longest(saved, written)
            yield [_text(value if value is not None else formula) for value, formula in pairs]
    except Invalid:
        raise
    except Exception as problem:  # whatever the library meets in a damaged file
        raise Invalid(
            {"file": "This Excel file is damaged. Open it, save it again as .xlsx, and try again."}
        ) from problem


def _looked_through(raw: bytes) -> bool:
    """Refuse what is no plain workbook or unpacks to too much; returns whether a sheet of it holds a formula."""
    has_formulas = False
    try:
        with opened(raw) as archive:
            names = archive.namelist()
            _ensure_workbook(names)
            for name, block in unpacked(archive, names, most=_MOST_UNPACKED):
                has_formulas |= name.startswith("xl/worksheets/") and (b"<f>" in block or b"<f " in block)
    except TooLarge:
        raise Invalid({"file": "This Excel file unpacks to far too much. Please divide it."}) from None
    except DAMAGED as problem:
        raise Invalid(
            {"file": "This file is damaged, or protected by a password. Save it again as .xlsx."}
        ) from problem
    return has_formulas


def _ensure_workbook(names: Sequence[str]) -> None:
    if "xl/vbaProject.bin" in names:
        raise Invalid(
            {"file": "This Excel file contains macros (.xlsm). Save it as .xlsx without macros and try again."}
        )
    if "xl/workbook.xml" not in names:
        other = "a Word text" if "word/document.xml" in names else "an OpenDocument file" if "mimetype" in names else ""
        what = f"This is {other}, not an Excel file." if other else "This is a ZIP archive, not an Excel file."
        raise Invalid({"file": f"{what} Save the table as .xlsx or CSV and try again."})


def _first_sheet(raw: bytes, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=data_only, keep_links=False)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise Invalid({"file": "This Excel file has no sheet with a table."})
    shown[0].reset_dimensions()
    return iter(shown[0].iter_rows(values_only=True, max_col=_MOST_COLUMNS + 1))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(getattr(value, "text", value))  # a formula over several cells has its text apart
