"""The page that imports a spreadsheet: what it reads of it, what it asks, and what it then does."""

import io

import pytest
from sqlalchemy import select

from signoff.domain.partners.import_columns import ImportField
from signoff.domain.permissions import OPERATOR
from signoff.models import Contact, ImportColumns, Partner
from signoff.services.partners.import_columns import remember_columns
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.spreadsheet_files import read_sheet
from signoff.web.staff.partners import partner_import
from tests.house import House
from tests.importing import file_of, staged
from tests.inspection import InspectingClient
from tests.meanwhile import beside
from tests.spreadsheets import workbook
from tests.web.test_as_shown import shown_form

PAGE = "/staff/partners/import"
ROWS = [
    ["Group", "Mail", "Who", "Site", "Kind"],
    ["Alder Trust", "bo@alder.example", "Bo Alder", "alder.example/new", "books"],
    ["Elm Trust of Ohio", "cy@alder.example", "Cy Alder", "", ""],
    ["Dogwood", "di@dogwood.example", "Di Wood", "", ""],
]


def given(client: InspectingClient, raw: bytes) -> object:
    target, served = client.form(PAGE, "import")
    return client.post(target, data=dict(served) | {"file": (io.BytesIO(raw), "list.xlsx")})


def test_a_workbook_is_mapped_answered_about_taken_from_and_remembered(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder Trust", "Ana Alder", tags=("health",))
        house.partner(session, "Elm Trust", "Eve Elm")
    client.sign_in("administrator")
    shown = given(client, workbook(ROWS))
    assert "Columns left out: Who, Kind." in shown.text  # type: ignore[attr-defined]
    columns = {"column:2": "contact_name", "column:4": "tags", "act": "preview"}
    shown = client.post(PAGE, data=shown_form(shown, "/import") | columns)
    assert "Bo Alder, bo@alder.example" in shown.text and "left out until you answer" in shown.text
    act = {
        "act": "import",
        "answer:3:elm-trust": "same",
        "take:alder-trust:website": "yes",
        "take:alder-trust:tags": "yes",
    }
    assert client.post(PAGE, data=shown_form(shown, "/import") | act).status_code == 303
    with house.database.reading() as session:
        alder = session.scalars(select(Partner).where(Partner.name == "Alder Trust")).one()
        assert form_of(alder).website == "https://alder.example/new" and form_of(alder).tags == ("books", "health")
        mail = session.execute(select(Contact.partner_id, Contact.email).where(Contact.id > 2).order_by(Contact.id))
        assert [tuple(row) for row in mail] == [
            (3, "di@dogwood.example"),
            (1, "bo@alder.example"),
            (2, "cy@alder.example"),
        ]
        assert session.scalars(select(Partner.name).order_by(Partner.id)).all() == [
            "Alder Trust",
            "Elm Trust",
            "Dogwood",
        ]
        assert session.scalars(select(ImportColumns.fields)).one() == [
            "name", "contact_email", "contact_name", "website", "tags",
        ]  # fmt: skip
    again = given(client, workbook(ROWS))
    assert "There is nothing to import" in again.text and "Columns left out" not in again.text  # type: ignore[attr-defined]


def test_what_is_not_ticked_stays_as_it_is(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", "Ana Alder", level="state")
    client.sign_in("administrator")
    csv = "name,level,aliases\nAlder,local,Alder of old\n"
    shown = client.submit(PAGE, "/import", csv=csv)
    assert "In the register" in shown.text and "Alder of old" in shown.text
    assert client.post(PAGE, data=shown_form(shown, "/import") | {"act": "import"}).status_code == 303
    with house.database.reading() as session:
        alder = session.scalars(select(Partner)).one()
        assert alder.level == "state" and form_of(alder).aliases == ()


def test_a_partner_without_a_contact_can_be_listed(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    assert client.submit("/staff/partners/new", "/new", name="Alder").status_code == 303
    assert client.submit("/staff/partners/new", "/new", name="Birch", contact_job_title="Director").status_code == 422
    with house.database.reading() as session:
        assert session.scalars(select(Partner.name)).all() == ["Alder"]


def test_where_new_partners_work_is_shown_before_they_are_imported(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    rows = [
        ["Organization", "Email", "Contact", "State", "Tags"],
        ["Fir", "fay@fir.example", "Fay Fir", "OH, Texas", "books"],
    ]
    shown = given(client, workbook(rows))
    assert "<small>OH</small><small>TX</small>" in shown.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("most", "status"), [(1, 409), (500, 303)])
def test_two_imports_at_once_are_done_or_refused_in_words(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    monkeypatch.setattr(partner_import, "WHILE_THE_PAGE_WAITS", most)
    client.sign_in("administrator")
    shown = client.submit(PAGE, "/import", csv=file_of(range(2)).decode())
    form = shown_form(shown, "/import") | {"act": "import"}
    with house.database.writer() as session:
        remember_columns(house.act(session, OPERATOR), read_sheet(file_of(range(5, 9))), {0: ImportField.NAME})
        staged(house, session, file_of(range(5, 9)))
        with beside(house, lambda: client.post(PAGE, data=form)) as posting:
            session.commit()
    posted = posting.result()
    assert posted.status_code == status
    if status == 409:
        assert "You already have an import in progress. Nothing else was imported." in posted.text
