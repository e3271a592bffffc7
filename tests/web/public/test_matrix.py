"""The matrix: published positions for the public, every position for staff, each verdict in a word."""

from tests.house import House
from tests.inspection import InspectingClient


def cells(client: InspectingClient, path: str) -> dict[str, list[str]]:
    page = client.soup(path)
    return {
        row.select_one("th a").text: [cell.get_text(" ", strip=True) for cell in row.select("td")]  # type: ignore[union-attr]
        for row in page.select(".matrix tbody tr")
    }


def test_the_matrix_of_the_public_and_of_staff(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        public = house.position(session, "Fund the coordinator")
        house.findings(session, public, mission="not_engaged")
        house.complete(session, public)
        house.publish(session, public)
        half = house.position(session, "Open the yards")
        house.findings(session, half, vision="works_against", **{"equity": "skip"})
    assert cells(client, "/principles/positions") == {
        "Fund the coordinator": ["advances", "not engaged", *["advances"] * 7],
    }
    client.sign_in("drafter")
    staff = cells(client, "/staff/matrix")
    assert list(staff) == ["Fund the coordinator", "Open the yards"]
    assert staff["Open the yards"] == ["works against", "advances", "advances", "not checked yet", *["advances"] * 5]
    with house.database.unit_of_work() as session:
        house.retire(session, public)
    assert cells(client, "/principles/positions") == {}
    assert "No position is public right now." in client.soup("/principles/positions").text


def test_the_quoted_words_are_marked_in_the_text(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.position(session)
    client.sign_in("reviewer")
    page = "/staff/positions/fund-the-coordinator/versions/1/check"
    assert not client.soup(page).select("mark")
    more = {
        "equity.verdict": "advances",
        "equity.rationale": "It does.",
        "equity.quotes": "Schools need a coordinator.",
    }
    client.submit(page, "/check", act="save", _more=more)
    marks = client.soup(page).select("mark")
    assert "".join(mark.text for mark in marks) == "Schools need a coordinator."
    assert {mark["title"] for mark in marks} == {"Equity"}
