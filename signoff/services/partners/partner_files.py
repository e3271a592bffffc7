"""Reads the rows of a spreadsheet as partners: which rows belong together, and what of them cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import regex

from signoff.domain.collector import collecting_seldom
from signoff.domain.errors import Invalid
from signoff.domain.partners.import_columns import PARTS, Columns, ImportField, column_problems
from signoff.domain.partners.levels import level_in
from signoff.domain.partners.particulars import language_code
from signoff.domain.partners.places import place_problem, place_text, places_in
from signoff.domain.text_input import clean_line
from signoff.services.partners.partners import ContactForm, PartnerForm
from signoff.services.partners.spreadsheet_files import Sheet, SheetRow

COLUMNS = tuple(field for field in ImportField if field not in PARTS)
_YES = {
    **dict.fromkeys(("", "yes", "true", "1", "y", "x", "sí", "si"), True),
    **dict.fromkeys(("no", "false", "0", "n"), False),
}
_NOTHING = frozenset(["n/a", "na", "none", "-", "–", "—", "ninguno", "ninguna", "no aplica"])
_NAMED_ADDRESS = regex.compile(r"(?P<name>[^<>]*?)\s*<(?P<email>[^<>\s]+@[^<>\s]+)>")
_SEVERAL = regex.compile(r"\s*[;\n]\s*")
_SAID_ONCE = tuple(map(ImportField, ("website", "level", "parent", "joined_year", "language")))
_A_YEAR = regex.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_OF_A_PLACE = (ImportField.STATE, ImportField.COUNTY, ImportField.CITY)
_CONTACT = ("contact_name", "contact_email", "contact_job_title", "may_answer")


@dataclass
class FilePartner:
    """A partner of a file: the row it begins on, what its rows say, and where each part of it stands."""

    row: int
    form: PartnerForm
    places: dict[str, str]

    def place(self, field_name: str) -> str:
        """Where the value of a form's field stands, in words; fields of contacts are numbered from 1."""
        return self.places.get(field_name) or self.places["name"]


@dataclass(frozen=True)
class PartnerFile:
    """The partners of a file, and in sentences what of it was left out."""

    partners: tuple[FilePartner, ...]
    left_out: tuple[str, ...] = ()
    read_as: str = ""

    @property
    def rows(self) -> list[tuple[int, PartnerForm]]:
        """Each partner's cleaned form with the row it begins on."""
        return [(partner.row, partner.form) for partner in self.partners]


@dataclass
class _Reader:
    """One file being read: the partners so far, by their names in small letters."""

    sheet: Sheet
    columns: Mapping[ImportField, Sequence[int]]
    by_name: dict[str, FilePartner] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@collecting_seldom()
def read_partners(sheet: Sheet, columns: Columns) -> PartnerFile:
    """The partners that a spreadsheet's rows name, its columns read so; Invalid with a sentence for each bad cell.

    Rows with one name are one partner, wherever they stand, and so is a row without a name and the row above it. What
    has no use here (other columns, a contact without a name or address) is left out and said.
    """
    if problems := column_problems(columns):
        raise Invalid(problems)
    by_field: dict[ImportField, list[int]] = {}
    for number, name in sorted(columns.items()):
        by_field.setdefault(name, []).append(number)
    reader = _Reader(sheet, by_field)
    partner: FilePartner | None = None
    for row in sheet.rows:
        partner = _read_row(reader, row, partner)
    if reader.errors:
        raise Invalid(reader.errors)
    unused = [
        heading or f"column {letter}"
        for number, (heading, letter) in enumerate(zip(sheet.headings, sheet.letters, strict=True))
        if number not in columns
    ]
    said = [f"Columns left out: {', '.join(unused)}."] if unused else []
    return PartnerFile(tuple(reader.by_name.values()), (*said, *reader.left_out), sheet.read_as)


def _read_row(reader: _Reader, row: SheetRow, above: FilePartner | None) -> FilePartner | None:
    name = _cell(reader, row, ImportField.NAME)
    if not name and above is None:
        reader.errors[_place(reader, row, ImportField.NAME)] = "This row names no organization."
        return None
    partner = reader.by_name.get(name.casefold()) if name else above
    if partner is None:
        places = {str(item): _place(reader, row, item) for item in ImportField if item in reader.columns}
        partner = FilePartner(row.number, PartnerForm(name=clean_line(name)), places)
        reader.by_name[name.casefold()] = partner
    partner.form = _merged(reader, row, partner)
    _add_contacts(reader, row, partner)
    return partner


def _merged(reader: _Reader, row: SheetRow, partner: FilePartner) -> PartnerForm:
    """The partner with what a further row says of it; two rows that say different things of one field are refused."""
    was = partner.form
    now = replace(
        was,
        public_names=(*was.public_names, *_several(reader, row, ImportField.PUBLIC_NAMES)),
        aliases=(*was.aliases, *_several(reader, row, ImportField.ALIASES)),
        website=_cell(reader, row, ImportField.WEBSITE) or was.website,
        level=_level(reader, row) or was.level,
        tags=(*was.tags, *_several(reader, row, ImportField.TAGS, also=",")),
        places=(*was.places, *_places(reader, row)),
        expertise=(*was.expertise, *_several(reader, row, ImportField.EXPERTISE, also=",")),
        networks=(*was.networks, *_several(reader, row, ImportField.NETWORKS)),
        parent=_cell(reader, row, ImportField.PARENT) or was.parent,
        joined_year=_year(reader, row) or was.joined_year,
        language=_language(reader, row) or was.language,
        notes="\n".join(dict.fromkeys(filter(None, (was.notes, *_notes(reader, row))))),
    ).cleaned()
    for item in _SAID_ONCE:
        before, after = getattr(was, item), getattr(now, item)
        if before not in ("", after):
            said = f"Row {partner.row} says “{before}” about the same organization. Please keep one of them."
            reader.errors[_place(reader, row, item)] = said
    return now


def _add_contacts(reader: _Reader, row: SheetRow, partner: FilePartner) -> None:
    for turn in range(_contacts_in_a_row(reader)):
        contact = _contact(reader, row, turn)
        where = _place(reader, row, ImportField.CONTACT_EMAIL, turn)
        if not contact.name and not contact.email:
            continue
        if not contact.name or not contact.email:
            lacks = "no email address" if contact.name else "no name"
            reader.left_out.append(f"{where}: {contact.name or contact.email} has {lacks} and was left out.")
            continue
        if any(known.email == contact.email and known.name == contact.name for known in partner.form.contacts):
            continue
        number = len(partner.form.contacts) + 1
        for item in _CONTACT:
            name = item.removeprefix("contact_")
            partner.places[f"contacts.{number}.{name}"] = _place(reader, row, ImportField(item), turn)
        partner.form = replace(partner.form, contacts=(*partner.form.contacts, contact))


def _contacts_in_a_row(reader: _Reader) -> int:
    fields = (ImportField.CONTACT_EMAIL, ImportField.CONTACT_NAME, ImportField.CONTACT_FIRST_NAME)
    return max(len(reader.columns.get(item, ())) for item in fields)


def _contact(reader: _Reader, row: SheetRow, turn: int) -> ContactForm:
    parts = (ImportField.CONTACT_FIRST_NAME, ImportField.CONTACT_LAST_NAME)
    name = _cell(reader, row, ImportField.CONTACT_NAME, turn)
    name = name or " ".join(filter(None, (_cell(reader, row, part, turn) for part in parts)))
    email = _cell(reader, row, ImportField.CONTACT_EMAIL, turn).removeprefix("mailto:")
    if named := _NAMED_ADDRESS.fullmatch(email):
        name, email = name or named["name"].strip('" '), named["email"]
    said = _cell(reader, row, ImportField.MAY_ANSWER, turn).lower()
    if said not in _YES:
        reader.errors[_place(reader, row, ImportField.MAY_ANSWER, turn)] = f"“{said}” is neither yes nor no."
    title = _cell(reader, row, ImportField.CONTACT_JOB_TITLE, turn)
    return ContactForm(name, email, title, _YES.get(said, False)).cleaned()


def _level(reader: _Reader, row: SheetRow) -> str:
    said = _cell(reader, row, ImportField.LEVEL)
    if not said or level_in(said):
        return level_in(said)
    where = _place(reader, row, ImportField.LEVEL)
    reader.left_out.append(f"{where}: “{said}” is not national, state or local and was left out.")
    return ""


def _places(reader: _Reader, row: SheetRow) -> list[str]:
    """The places that a row names, in one column or in columns of their own; what is none is left out and said."""
    cells = [row.cells[column] for column in reader.columns.get(ImportField.PLACES, ())]
    found = [(place, ImportField.PLACES) for cell in cells for place in places_in(cell)]
    state, county, city = (_cell(reader, row, field) for field in _OF_A_PLACE)
    if state and (county or city):
        found.append((f"{state}/{county}/{city}", ImportField.STATE))
    else:
        found += [(each, ImportField.STATE) for each in places_in(state)]
    known = [(place, item) for place, item in found if place.lower() not in _NOTHING]
    for place, item in known:
        if problem := place_problem(place_text(place)):
            reader.left_out.append(f"{_place(reader, row, item)}: {problem} This was left out.")
    if (county or city) and not state:
        where = _place(reader, row, ImportField.CITY if city else ImportField.COUNTY)
        reader.left_out.append(f"{where}: “{county or city}” has no state beside it and was left out.")
    return [place for place, _ in known if not place_problem(place_text(place))]


def _year(reader: _Reader, row: SheetRow) -> str:
    said = _cell(reader, row, ImportField.JOINED_YEAR)
    if not said or (found := _A_YEAR.search(said)):
        return str(found[0]) if said and found else ""
    reader.left_out.append(f"{_place(reader, row, ImportField.JOINED_YEAR)}: “{said}” is not a year and was left out.")
    return ""


def _language(reader: _Reader, row: SheetRow) -> str:
    said = _cell(reader, row, ImportField.LANGUAGE)
    if not said or language_code(said):
        return language_code(said)
    where = _place(reader, row, ImportField.LANGUAGE)
    reader.left_out.append(f"{where}: “{said}” is not a known language and was left out.")
    return ""


def _notes(reader: _Reader, row: SheetRow) -> list[str]:
    return [row.cells[column].strip() for column in reader.columns.get(ImportField.NOTES, ())]


def _several(reader: _Reader, row: SheetRow, item: ImportField, also: str = "") -> tuple[str, ...]:
    cells = [row.cells[column] for column in reader.columns.get(item, ())]
    parts = [part.strip('"') for cell in cells for part in _SEVERAL.split(cell.replace(also, ";") if also else cell)]
    return tuple(part for part in parts if part and part.lower() not in _NOTHING)


def _cell(reader: _Reader, row: SheetRow, item: ImportField, turn: int = 0) -> str:
    columns = reader.columns.get(item, ())
    cell = row.cells[columns[turn]] if turn < len(columns) else ""
    line = " ".join(cell.split("\n")).strip()
    return "" if line.lower() in _NOTHING and item is not ImportField.NAME else line


def _place(reader: _Reader, row: SheetRow, item: ImportField, turn: int = 0) -> str:
    columns = reader.columns.get(item) or reader.columns[ImportField.NAME]
    return reader.sheet.place(row.number, columns[min(turn, len(columns) - 1)])
