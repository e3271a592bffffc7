"""Imports that the worker carries out, for tests."""

from sqlalchemy.orm import Session

from signoff.models import PartnerImport
from signoff.services.partners.import_columns import likely_columns
from signoff.services.partners.partner_files import read_partners
from signoff.services.partners.partner_import import plan_import
from signoff.services.partners.spreadsheet_files import read_sheet
from signoff.services.partners.staged_imports import GivenFile, stage_import
from tests.house import House


def file_of(names: range) -> bytes:
    """A file of partners called by these numbers, each with one contact."""
    rows = (f"Families of District {n},ana@d{n}.example,Ana Lopez\n" for n in names)
    return ("name,contact_email,contact_name\n" + "".join(rows)).encode()


def staged(house: House, session: Session, raw: bytes, *, role: str = "administrator") -> PartnerImport:
    """Leave a file to the worker as the page does once it was shown."""
    sheet = read_sheet(raw)
    columns = likely_columns(session, sheet)
    plan = plan_import(session, read_partners(sheet, columns))
    return stage_import(house.act(session, house.user(session, role).actor), GivenFile(raw, columns), plan)
