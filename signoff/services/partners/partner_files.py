"""Reads a file of partners into forms: which columns it has, and whose row is whose."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from signoff.domain.errors import Invalid
from signoff.domain.spreadsheets import from_cell
from signoff.services.partners.partners import ContactForm, PartnerForm

COLUMNS = (
    "name",
    "public_names",
    "aliases",
    "website",
    "level",
    "tags",
    "contact_name",
    "contact_email",
    "contact_job_title",
    "may_answer",
)
_YES = {"": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_file(raw: bytes) -> list[tuple[int, PartnerForm]]:
    """The partners of a file, each with the line it begins on; Invalid where it is no such file."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": "The file is not UTF-8 text. Save it as “CSV UTF-8” and try again."}) from None
    if "\0" in text:
        raise Invalid({"file": "The file holds a NUL character; it is not a CSV file."})
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _ensure_columns(reader.fieldnames or ())
        return _grouped(reader)
    except csv.Error as problem:
        raise Invalid({f"line {reader.line_num}": f"This is not well-formed CSV ({problem})."}) from None


def _ensure_columns(names: Sequence[str]) -> None:
    if not names:
        raise Invalid({"file": "No file was chosen, or it is empty."})
    if len(names) == 1 and ";" in names[0]:
        raise Invalid({"file": "The columns are separated by semicolons. Save the file with commas and try again."})
    unknown = [name for name in names if name not in COLUMNS]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    absent = [name for name in ("name", "contact_name", "contact_email") if name not in names]
    if unknown:
        raise Invalid({"columns": f"The column “{unknown[0]}” is not known; known are {', '.join(COLUMNS)}."})
    if twice:
        raise Invalid({"columns": f"The column “{twice[0]}” stands there twice."})
    if absent:
        raise Invalid({"columns": f"The column “{absent[0]}” is missing."})


def _grouped(reader: "csv.DictReader[str]") -> list[tuple[int, PartnerForm]]:
    # One row a contact: a row with no name, or the same name, adds its contact to the partner above.
    groups: list[tuple[int, PartnerForm, list[ContactForm]]] = []
    for cells in reader:
        line = reader.line_num
        if None in cells or None in cells.values():
            raise Invalid({f"line {line}": "This line has more or fewer columns than the first."})
        row = {name: from_cell(cell) for name, cell in cells.items()}
        contact = _contact(row, line)
        if not row["name"].strip() and not groups:
            raise Invalid({f"line {line}, name": "The first line names no partner."})
        if groups and row["name"].strip() in ("", groups[-1][1].name.strip()):
            groups[-1][2].append(contact)
        else:
            groups.append((line, _partner(row), [contact]))
    if len({form.name.strip() for _, form, _ in groups}) < len(groups):
        raise Invalid({"name": "A partner's lines must stand together; a name comes again further down."})
    return [(line, replace(form, contacts=tuple(contacts))) for line, form, contacts in groups]


def _partner(row: dict[str, str]) -> PartnerForm:
    def several(column: str) -> tuple[str, ...]:
        return tuple(value for value in row.get(column, "").split(";") if value.strip())

    return PartnerForm(
        name=row["name"],
        public_names=several("public_names"),
        aliases=several("aliases"),
        website=row.get("website", ""),
        level=row.get("level", ""),
        tags=several("tags"),
    )


def _contact(row: dict[str, str], line: int) -> ContactForm:
    may_answer = row.get("may_answer", "").strip().lower()
    if may_answer not in _YES:
        raise Invalid({f"line {line}, may_answer": "Please write yes or no."})
    return ContactForm(row["contact_name"], row["contact_email"], row.get("contact_job_title", ""), _YES[may_answer])
