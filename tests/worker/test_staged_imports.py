"""Imports that the worker carries out: shown while they run, gone on with after a stop, and no more than was shown."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from signoff.models import ImportFile, Partner, PartnerImport, StaffRole, StaffUser
from signoff.services.partners.staged_imports import next_import
from signoff.web.staff.partners import partner_import
from signoff.worker.turn import work_once
from tests.house import House
from tests.importing import file_of, staged
from tests.inspection import InspectingClient
from tests.web.test_as_shown import shown_form

PAGE = "/staff/partners/import"


@pytest.fixture
def dialect() -> str:
    """Only the lock differs between databases, and `test_built_in.py` tries that."""
    return "sqlite"


def partners(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Partner)) or 0


def the_import(house: House) -> PartnerImport:
    with house.database.reading() as session:
        return session.scalars(select(PartnerImport)).one()


def work_for(house: House, looks: int) -> None:
    """A worker that is asked to stop once it has looked so many times whether it should."""
    left = iter(range(looks))
    work_once(replace(house.worker(), stopped=lambda: next(left, None) is None))


def test_a_long_import_is_left_to_the_worker_and_goes_on_after_a_stop(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_import, "WHILE_THE_PAGE_WAITS", 40)
    client.sign_in("administrator")
    shown = client.submit(PAGE, "/import", csv=file_of(range(41)).decode())
    begun = client.post(PAGE, data=shown_form(shown, "/import") | {"act": "import"})
    assert begun.status_code == 303 and begun.location.endswith("/import/1")
    assert partners(house) == 0
    page = client.get(begun.location)
    assert "The import is in progress" in page.text and "no partners and contacts" not in page.text
    assert "You have an import in progress" in client.get(PAGE).text
    again = client.post(PAGE, data=shown_form(shown, "/import") | {"act": "import"})
    assert again.status_code == 409

    work_for(house, 2)
    done = partners(house)
    assert 0 < done < 41 and the_import(house).done == done
    assert f"{done} of 41 partners and contacts imported" in client.get(begun.location).text

    work_once(house.worker())
    assert partners(house) == 41
    page = client.get(begun.location)
    assert "The import is finished" in page.text and "41 of 41" in page.text
    with house.database.reading() as session:
        assert session.scalars(select(ImportFile.import_id)).all() == [] and next_import(session) is None


def test_a_fault_ends_the_import_and_not_the_worker(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.database.unit_of_work() as session:
        staged(house, session, file_of(range(3)))

    def fail(*_: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("signoff.worker.staged_imports.plan_import", fail)
    work_once(house.worker())
    assert the_import(house).reason.startswith("A fault in the program ended the import. The log says more.")
    with house.database.reading() as session:
        assert next_import(session) is None
    assert partners(house) == 0


def test_nothing_is_imported_that_was_not_shown(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Families of District 1")
        staged(
            house,
            session,
            b"name,contact_name,contact_email\nFamilies of District 1,Bo Alder,bo@alder.example\nOak,,\n",
        )
    with house.database.unit_of_work() as session:
        house.partner(session, "Oak")
    work_once(house.worker())
    item = the_import(house)
    assert item.done == 2 and item.reason == ""  # Oak was there by then, and its row said no more

    with house.database.unit_of_work() as session:
        staged(house, session, b"name,contact_name,contact_email\nElm,Eve Elm,eve@elm.example\n")
    with house.database.unit_of_work() as session:
        house.partner(session, "Elm")  # so that Eve would be a new contact of a partner that someone else added
    work_once(house.worker())
    with house.database.reading() as session:
        last = session.scalars(select(PartnerImport).order_by(PartnerImport.id.desc())).first()
        assert last is not None and last.done == 0 and last.reason.startswith("The register changed")
        elm = session.scalars(select(Partner).where(Partner.name == "Elm")).one()
        assert "eve@elm.example" not in [contact.email for contact in elm.contacts]


def test_a_file_is_imported_in_the_name_of_who_may_import(house: House) -> None:
    with house.database.unit_of_work() as session:
        staged(house, session, file_of(range(2)))
        session.scalars(select(StaffUser).where(StaffUser.email.startswith("ad"))).one().deactivated_at = house.clock()
    work_once(house.worker())
    assert partners(house) == 0 and "was deactivated" in the_import(house).reason


def test_another_file_than_the_one_given_is_not_imported(house: House) -> None:
    with house.database.unit_of_work() as session:
        staged(house, session, file_of(range(2)))
    with house.database.unit_of_work() as session:
        other = session.scalars(select(ImportFile.content)).one()[:-1] + b"x"
        session.execute(text("DELETE FROM import_file"))
        session.execute(text("INSERT INTO import_file VALUES (1, :content)"), {"content": other})
    work_once(house.worker())
    assert partners(house) == 0 and "signoff verify" in the_import(house).reason


def test_an_import_that_was_stopped_still_says_whose_affiliates_partners_are(house: House) -> None:
    rows = "".join(f"District {n} Families,Birch Network\n" for n in range(41))
    with house.database.unit_of_work() as session:
        house.partner(session, "Birch Network")
        staged(house, session, f"name,parent\n{rows}".encode())
    work_for(house, 2)
    assert 0 < the_import(house).done < 41
    work_once(house.worker())
    with house.database.reading() as session:
        alone = select(func.count()).select_from(Partner).where(Partner.parent_id.is_(None))
        assert the_import(house).reason == "" and session.scalar(alone) == 1


def test_a_role_that_was_written_past_the_program_imports_nothing(house: House) -> None:
    with house.database.unit_of_work() as session:
        staged(house, session, file_of(range(2)))
        begun_by = session.scalars(select(PartnerImport.begun_by)).one()
        session.scalars(select(StaffRole).where(StaffRole.user_id == begun_by)).one().ended_at = house.clock()
    with house.database.unit_of_work() as session:
        forged = "INSERT INTO staff_role (user_id, role) VALUES (:user, 'administrator')"
        session.connection().execute(text(forged), {"user": begun_by})
    work_once(house.worker())
    assert partners(house) == 0 and "no longer an administrator" in the_import(house).reason
