"""The record's page: filtered by its address, with the words beside entries, as CSV too; what was erased is gone."""

import csv
from datetime import timedelta
from io import StringIO

from sqlalchemy import select

from signoff.models import AnswerPerson
from tests.house import House
from tests.inspection import InspectingClient


def told(house: House) -> None:
    """Alder approved, Birch declined and withdrew nothing, Cedar named a colleague, and the deadline was moved."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar")
        house.say(session, version, "Alder")
        house.say(session, version, "Birch", "decline", reason="Our board meets in May.")
        house.refer(session, version, "Cedar", "cleo@elsewhere.example")
        house.move(session, version, house.round(session, version).deadline + timedelta(days=2))
        house.position(session, "Another matter")


def rows_of(client: InspectingClient, path: str) -> list[str]:
    table = client.soup(path).find("table", class_="rows")
    return [" ".join(row.text.split()) for row in table.find_all("tr")[1:]] if table else []  # type: ignore[union-attr]


def test_the_words_beside_entries_are_shown_and_can_be_erased(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("drafter")
    rows = rows_of(client, "/staff/record")
    declined = next(row for row in rows if "Birch declined" in row)
    assert "Ana Birch" in declined and "Reason: Our board meets in May." in declined
    assert "Cleo Colleague, Deputy" in next(row for row in rows if "named a colleague" in row)
    moved = next(row for row in rows if "was extended" in row)
    assert "Deadline: December 3, 2026, 7:00 a.m. EST, before: December 1, 2026, 7:00 a.m. EST" in moved
    position = client.get("/staff/positions/fund-the-coordinator").text
    assert "Reason: Our board meets in May." in position
    with house.database.unit_of_work() as session:
        for person in session.scalars(select(AnswerPerson)):
            person.full_name = person.reason = person.job_title = None
    erased = next(row for row in rows_of(client, "/staff/record") if "Birch declined" in row)
    assert "Ana Birch" not in erased and "May" not in erased


def test_a_colleague_is_not_taken_for_the_person_who_named_them(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("reviewer")
    (named,) = rows_of(client, "/staff/record?kind=request_referred")
    assert "Colleague: Cleo Colleague, Deputy" in named
    (declined,) = [row for row in rows_of(client, "/staff/record?kind=partner_answered") if "declined" in row]
    assert "Ana Birch" in declined and "Colleague:" not in declined


def test_the_record_is_filtered_by_its_address(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("reviewer")
    here = "/staff/record?position=fund-the-coordinator"
    assert rows_of(client, here) and not [row for row in rows_of(client, here) if "Another matter" in row]
    assert len(rows_of(client, f"{here}&kind=partner_answered")) == 2
    assert len(rows_of(client, f"{here}&by=contact")) == 3
    with house.database.reading() as session:
        publisher = house.user(session, "publisher").actor.label
    assert {row.split()[0] for row in rows_of(client, f"{here}&by={publisher}")} < {
        row.split()[0] for row in rows_of(client, here)
    }
    assert rows_of(client, f"{here}&since=2026-11-25") == [] != rows_of(client, f"{here}&until=2026-11-24")
    assert rows_of(client, "/staff/record?kind=nonsense&since=yesterday&by=") == rows_of(client, "/staff/record")
    assert client.get("/staff/record?position=nowhere").status_code == 404


def test_the_export_holds_what_the_page_shows(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("publisher")
    exported = client.get("/staff/record.csv?position=fund-the-coordinator")
    assert exported.status_code == 200
    rows = list(csv.DictReader(StringIO(exported.text.removeprefix("\ufeff"))))
    declined = next(row for row in rows if "declined" in row["what"])
    assert (declined["person"], declined["reason"]) == ("Ana Birch", "Our board meets in May.")
    moved = next(row for row in rows if row["kind"] == "round_extended")
    assert (moved["deadline"], moved["deadline_before"]) == ("2026-12-03T12:00:00Z", "2026-12-01T12:00:00Z")
    assert [row["person"] for row in rows if row["kind"] == "request_referred"] == ["Cleo Colleague"]


def test_approvals_of_one_day_are_one_line_that_names_them(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta")
        for name in ("Alder", "Birch", "Cedar"):
            house.say(session, version, name)
        house.clock.advance(days=1)
        house.say(session, version, "Delta")
    client.sign_in("drafter")
    page = client.soup("/staff/positions/fund-the-coordinator")
    lines = [" ".join(line.text.split()) for line in page.find("ol", class_="timeline").find_all("li")]  # type: ignore[union-attr]
    assert "Delta approved version 1" in lines[0]
    assert "Three partners approved version 1" in lines[1] and "Cedar, Birch and Alder" in lines[1]
    assert len(lines) <= 10


def test_emails_are_found_by_whom_they_go_to(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("publisher")
    everything = rows_of(client, "/staff/letters")
    birch = rows_of(client, "/staff/letters?q=ana+birch")
    assert birch and len(birch) < len(everything) and all("Ana Birch" in row for row in birch)
    assert rows_of(client, "/staff/letters?q=cleo@elsewhere") == []
    assert client.get("/staff/letters?q=%25").status_code == 200


def test_heads_sort_and_tell_the_order(client: InspectingClient, house: House) -> None:
    told(house)
    client.sign_in("publisher")
    page = client.soup("/staff/positions/fund-the-coordinator/versions/1/round?sort=-name")
    head = page.find("th", attrs={"aria-sort": "descending"})
    assert head and head.text.strip() == "Partner"
    link = next(a for a in page.find("thead").find_all("a") if a.text == "When")  # type: ignore[union-attr]
    assert "sort=-answered" in link["href"]
    buttons = [button.text for button in page.find_all("button", attrs={"name": "settle"})]
    assert buttons == ["Accept Cleo Colleague for Cedar", "Do not accept Cleo Colleague"]
