"""Reports of a problem with a public list: anyone may send one, staff read and settle it, and nothing else changes."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from signoff.models import Entry, Letter, ProblemReport, StaffUser, Version
from signoff.services.partners.erasure import erase_person
from tests.house import House
from tests.inspection import InspectingClient
from tests.promise.surfaces import LEFT_OUT, addresses, read

FORM = "/positions/fund-the-coordinator/report"
SAID = {"words": "Cedar never signed this.\n\nAsk Rae.", "full_name": "Rae Reader", "email": "Rae@Reader.example"}
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
def version(house: House) -> Version:
    """A position that is public with one signatory."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    return version


def send(client: InspectingClient, source: str = "192.0.2.1", **said: str) -> TestResponse:
    return client.post(FORM, data={**SAID, **said}, environ_base={"REMOTE_ADDR": source})


def count(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ProblemReport)) or 0


def test_a_report_reaches_the_publishers_and_changes_nothing(
    app: Flask, client: InspectingClient, house: House, version: Version
) -> None:
    paths = [path for path in addresses(app, house, links=False, left_out=LEFT_OUT) if "/api/v1/" not in path]
    before = read(app, paths)
    with house.database.reading() as session:
        entries = session.scalar(select(func.count()).select_from(Entry))
    served = client.get(FORM)
    assert "Set-Cookie" not in served.headers
    assert "Our staff received your report" in send(client).text
    with house.database.reading() as session:
        made = session.scalars(select(ProblemReport)).one()
        assert (made.words, made.email) == (SAID["words"], "rae@reader.example")
        told = session.scalars(select(StaffUser.email).join(Letter).where(Letter.kind == "problem_reported"))
        assert list(told) == ["publisher@coalition.example"]
        assert session.scalar(select(func.count()).select_from(Entry)) == entries
    page = client.sign_in("publisher").soup("/staff/reports")
    assert "Cedar never signed this." in page.text and "Rae Reader" in page.text
    assert "A report about a list" in client.soup("/staff/").text
    assert client.submit("/staff/reports", "/settle").status_code == 303
    page = client.soup("/staff/reports")
    assert "No report is open." in page.text and "by Publisher Person" in page.text
    client.sign_out()
    assert read(app, paths) == before


def test_only_publishers_settle_and_everyone_on_the_staff_reads(
    client: InspectingClient, house: House, version: Version
) -> None:
    with house.database.unit_of_work() as session:
        house.report(session, session.merge(version))
    client.sign_in("drafter")
    page = client.get("/staff/reports")
    assert "Cedar never signed this." in page.text and "/settle" not in page.text
    token = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    assert token
    assert client.post("/staff/reports/1/settle", data={"csrf_token": token["value"]}).status_code == 403
    client.sign_in("publisher")
    assert client.submit("/staff/reports", "/settle").status_code == 303
    token = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    assert token
    assert client.post("/staff/reports/1/settle", data={"csrf_token": token["value"]}).status_code == 409
    assert client.post("/staff/reports/9/settle", data={"csrf_token": token["value"]}).status_code == 404


def test_few_reports_are_taken_an_hour_from_a_network_and_in_all(
    client: InspectingClient, house: House, version: Version
) -> None:
    assert [send(client).status_code for _ in range(4)] == [200, 200, 200, 429]
    for number in range(2, 19):
        assert send(client, f"192.0.2.{number}").status_code == 200
    refused = send(client, "192.0.2.99")
    assert refused.status_code == 429 and "several reports in the last hour" in refused.text
    assert "Cedar never signed this." in refused.text  # what was typed is not lost
    house.clock.advance(minutes=61)
    assert send(client).status_code == 200
    with house.database.reading() as session:
        kept = select(func.count()).where(ProblemReport.network.is_not(None))
        assert (count(house), session.scalar(kept)) == (21, 1)


def test_what_is_no_report_is_not_taken(client: InspectingClient, house: House, version: Version) -> None:
    wrong = send(client, words=" ", email="nobody")
    assert wrong.status_code == 422 and "There is a problem" in wrong.text and 'value="nobody"' in wrong.text
    for words in ("Bir\u200bch", "Bir\x00ch", "x" * 4001):
        assert send(client, words=words).status_code == 422, words
    assert "received your report" in send(client, leave_empty="spam").text
    elsewhere = client.post(FORM, data=SAID, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert count(house) == 0
    with house.database.unit_of_work() as session:
        house.retire(session, session.merge(version))
    assert client.get(FORM).status_code == send(client).status_code == 404


def test_what_a_person_reported_can_be_erased(client: InspectingClient, house: House, version: Version) -> None:
    send(client)
    with house.database.unit_of_work() as session:
        by = house.user(session, "administrator").actor
        told = erase_person(house.act(session, by), "rae@reader.example")
        assert "One report about a list: all words, name and address." in told.erased
    with house.database.reading() as session:
        made = session.scalars(select(ProblemReport)).one()
        assert made.words is made.full_name is made.email is made.network is None
    assert "The words were erased." in client.sign_in("publisher").soup("/staff/reports").text
