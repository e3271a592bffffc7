"""What the columns of a spreadsheet hold: as it was said for the last file with these headings, or else guessed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.import_columns import Columns, ImportField, guess_columns
from signoff.domain.permissions import Act, ensure_may
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import ImportColumns
from signoff.services.act import ActContext
from signoff.services.locks import hold_imports
from signoff.services.partners.spreadsheet_files import Sheet

_SAMPLES = 12  # rows


def likely_columns(session: Session, sheet: Sheet) -> Columns:
    """What the columns of this file hold, as far as it is remembered or can be guessed."""
    remembered = session.get(ImportColumns, _digest(sheet))
    if remembered is not None:
        return {number: ImportField(name) for number, name in enumerate(remembered.fields) if name}
    return guess_columns(sheet.headings, [row.cells for row in sheet.rows[:_SAMPLES]])


def remember_columns(act: ActContext, sheet: Sheet, columns: Columns) -> None:
    """Keep what these columns hold for the next file with the same headings."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_imports(act.session)
    fields = [str(columns.get(number, "")) for number in range(len(sheet.headings))]
    remembered = act.session.get(ImportColumns, _digest(sheet))
    if remembered is None:
        act.session.add(ImportColumns(headings=_digest(sheet), fields=fields, changed_at=act.at()))
    elif remembered.fields != fields:
        remembered.fields, remembered.changed_at = fields, act.at()


def columns_by_heading(sheet: Sheet, guessed: Columns, said: Sequence[str]) -> Columns:
    """These columns, with some said outright as `THEIR HEADING=our_column`; Invalid where one is not known.

    `our_column` may be empty, to leave the column out.
    """
    outright: dict[int, ImportField | None] = {}
    for each in said:
        heading, equals, name = each.rpartition("=")
        if not equals or name not in ("", *ImportField):
            raise Invalid({"--map": f"“{each}” is not HEADING=column; columns are {', '.join(ImportField)}."})
        numbers = [number for number, own in enumerate(sheet.headings) if own.casefold() == heading.strip().casefold()]
        if not numbers:
            raise Invalid({"--map": f"The file has no column “{heading}”; it has {', '.join(sheet.headings)}."})
        outright |= dict.fromkeys(numbers, ImportField(name) if name else None)
    # What is said of a field takes the place of what was guessed of it.
    kept = {number: field for number, field in guessed.items() if field not in outright.values()}
    return {number: field for number, field in {**kept, **outright}.items() if field is not None}


def _digest(sheet: Sheet) -> str:
    return sha256_hex(canonical_json({"headings": [heading.casefold() for heading in sheet.headings]}))
