"""Which column of someone's spreadsheet is which of ours, by its heading and by what stands below it."""

from collections.abc import Sequence

import pytest

from signoff.domain.partners.import_columns import ImportField, column_problems, guess_columns


def guessed(headings: str, *rows: str) -> list[str]:
    """What each column was taken for; a hyphen where it was left out. Columns are parted by bars."""
    columns = headings.split("|")
    found = guess_columns(columns, [row.split("|") for row in rows])
    return [str(found.get(number, "-")) for number in range(len(columns))]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("Organization|Website|Level|Tags", ["name", "website", "level", "tags"]),
        ("Organization|Contact Name|Contact Email|Contact Job Title",
         ["name", "contact_name", "contact_email", "contact_job_title"]),
        ("Company|FirstName|LastName|E-mail|Title",
         ["name", "contact_first_name", "contact_last_name", "contact_email", "contact_job_title"]),
        ("Firma|Vorname|Nachname|E-Mail-Adresse|Webseite",
         ["name", "contact_first_name", "contact_last_name", "contact_email", "website"]),
        ("Organización|Persona de contacto|Correo electrónico|Cargo|Página web",
         ["name", "contact_name", "contact_email", "contact_job_title", "website"]),
        ("Organization|Apellidos y nombre", ["name", "contact_name"]),
        ("Organization|First and last name", ["name", "contact_name"]),
        ("Organization|Contact person’s name", ["name", "contact_name"]),
        ("Organization|Director", ["name", "contact_name"]),
        ("Organization|Director’s title", ["name", "contact_job_title"]),
        ("Organization|Acronym", ["name", "aliases"]),
        ("Organization|Also known as", ["name", "aliases"]),
        ("Organization|Short name", ["name", "aliases"]),
        ("Organization|Other names", ["name", "aliases"]),
        ("Organization|Name as it should appear", ["name", "public_names"]),
        ("Organization|Public name", ["name", "public_names"]),
        ("Organization|Public names", ["name", "public_names"]),
        ("Organization|National, state or local?", ["name", "level"]),
        ("Organization|Category", ["name", "tags"]),
        ("Organization|State|County|City", ["name", "state", "county", "city"]),
        ("Organization|State where you work|HQ city", ["name", "state", "city"]),
        ("Organization|Area served: places", ["name", "places"]),
        ("Organization|Areas of expertise|Networks|Parent organization",
         ["name", "expertise", "networks", "parent"]),
        ("Organization|Partner since year|Preferred language|Internal notes",
         ["name", "joined_year", "language", "notes"]),
        ("Organization|Year joined", ["name", "joined_year"]),
        ("Organization|Year founded", ["name", "-"]),
        ("Organization|Web site|Website address", ["name", "website", "-"]),
        ("Organization|Preferred email address|Email opt in", ["name", "contact_email", "-"]),
        ("Organization|LinkedIn|Phone|Budget|Fax", ["name", "-", "-", "-", "-"]),
        ("Organization ID|Organization type|Organization", ["-", "-", "name"]),
        ("Organization|Company", ["name", "-"]),
        ("Organization|Email|Second email", ["name", "contact_email", "contact_email"]),
        ("Organization|Do you agree to be a partner?|Is this organization local?", ["name", "-", "-"]),
        # Signoff's own headings.
        ("name|public_names|aliases|contact_first_name|may_answer|joined_year",
         ["name", "public_names", "aliases", "contact_first_name", "may_answer", "joined_year"]),
        # “Name” alone is of the organization, or of the person where another column is the organization's.
        ("Name|Email", ["name", "contact_email"]),
        ("Full name|Organization", ["contact_name", "name"]),
        ("Organization|Name|Last name", ["name", "contact_first_name", "contact_last_name"]),
        ("Organization|First name|Name", ["name", "contact_first_name", "-"]),
        ("Organization|First name|Last name|Name", ["name", "contact_first_name", "contact_last_name", "-"]),
        ("Organization|Contact|Name", ["name", "contact_name", "-"]),
        ("Name|Full name", ["name", "contact_name"]),
        ("Public name|Email", ["name", "contact_email"]),
        ("", ["-"]),
    ],
)  # fmt: skip
def test_headings_alone_tell(headings: str, fields: Sequence[str]) -> None:
    assert guessed(headings) == list(fields)


@pytest.mark.parametrize(
    ("headings", "rows", "fields"),
    [
        # What stands below tells more than a heading, where most of it is of one kind.
        ("Organization|Reach us", ["A|a@a.example", "B|b@b.example", "C|by phone"], ["name", "contact_email"]),
        ("Organization|Reach us", ["A|a@a.example", "B|by phone"], ["name", "-"]),
        ("Organization|Reach us", ["A|www.a.example", "B|http://b.example"], ["name", "website"]),
        ("Organization|Facebook", ["A|https://facebook.example/a"], ["name", "-"]),
        ("Organization|LinkedIn URL", ["A|https://linkedin.example/a"], ["name", "-"]),
        ("Organization|Our YouTube Channel", ["A|https://youtube.example/a"], ["name", "-"]),
        ("Organization|PayPal", ["A|https://paypal.example/a"], ["name", "-"]),
        ("Organization|OurWebsite", ["A|"], ["name", "website"]),
        ("Organization|Newsletter email", ["A|a@a.example"], ["name", "-"]),
        ("Organization|District email address", ["A|a@a.example"], ["name", "contact_email"]),
        ("Organization|Email", ["A|yes", "B|no"], ["name", "-"]),
        ("Organization|Email", ["A|by phone"], ["name", "-"]),
        ("Organization|Email", ["A|by phone", "B|b@b.example"], ["name", "contact_email"]),
        ("Organization|Email", ["A|", "B|"], ["name", "contact_email"]),
        ("Organization|Scope of work", ["A|State", "B|Local", "C|National"], ["name", "level"]),
        ("Organization|State or more", ["A|State", "B|Local"], ["name", "-"]),
        ("Organization|National, state or local", ["A|State", "B|Local"], ["name", "level"]),
        ("Organization|May answer for us", ["A|Yes", "B|no"], ["name", "may_answer"]),
        ("Organization|May answer for us", ["A|Yes", "B|perhaps"], ["name", "-"]),
        ("Organization|May join", ["A|Yes", "B|no"], ["name", "-"]),
        ("Organization|Puede responder", ["A|Sí"], ["name", "may_answer"]),
        ("Organization|Contact", ["A|x", "B|x"], ["name", "-"]),
        # A body by its kind is the organization where nothing else is.
        ("LEA Name|Email", ["Ohio Schools|a@a.example"], ["name", "contact_email"]),
        ("Local|Email", ["Local 12|a@a.example"], ["name", "contact_email"]),
        ("Local|Email", ["12|a@a.example"], ["-", "contact_email"]),
        ("Local|Email", ["12345|a@a.example"], ["-", "contact_email"]),
        ("School budget|Email", ["Large one|a@a.example"], ["-", "contact_email"]),
        ("District|Chapter", ["North side|South side"], ["name", "-"]),
        ("Organization|District", ["Alder|North side"], ["name", "-"]),
    ],
)
def test_what_stands_below_tells_too(headings: str, rows: Sequence[str], fields: Sequence[str]) -> None:
    assert guessed(headings, *rows) == list(fields)


def test_columns_that_cannot_be_read_are_said() -> None:
    assert column_problems({0: ImportField.NAME, 1: ImportField.CONTACT_EMAIL, 2: ImportField.CONTACT_EMAIL}) == {}
    assert column_problems({0: ImportField.WEBSITE, 1: ImportField.WEBSITE}) == {
        "columns": "Please say which column has the organization’s name.",
        "website": "Two columns are marked “Website”. Please choose one.",
    }
