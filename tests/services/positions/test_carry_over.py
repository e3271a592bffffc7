"""What was found on an earlier version: offered where its words still stand, confirmed by a person, never by itself."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.models import FindingRow, Version, VersionCheck
from signoff.services.positions.checks import carried_findings, put_finding
from tests.house import House
from tests.inspection import InspectingClient

BODY = "Schools need a coordinator.\n\nTwo seats for families."
CHECK = "/staff/positions/fund-the-coordinator/versions/2/check"


def checked_once(house: House, session: Session) -> Version:
    """Version 1 with a finding that quotes each sentence, and one for every other criterion; then version 2."""
    first = house.position(session, body=BODY)
    house.findings(session, first)
    reviewer = house.user(session, "reviewer").actor
    for key, quote in (("equity", "Schools need a coordinator."), ("family_engagement", "Two seats for families.")):
        put_finding(
            house.act(session, reviewer),
            first,
            key,
            verdict="advances",
            rationale=f"Because of {key}.",
            quotes=[quote],
        )
    house.complete(session, first)
    return house.revised(session, first, body=BODY.replace("Two seats", "Three seats"))


def test_findings_whose_words_stand_are_offered_and_the_others_are_open(house: House, session: Session) -> None:
    second = checked_once(house, session)
    carried = carried_findings(session, second)
    assert len(carried) == 9
    assert {key for key, item in carried.items() if not item.stands} == {"family_engagement"}
    assert carried["family_engagement"].gone == ("Two seats for families.",)
    assert carried["equity"].from_version == 1
    assert session.scalar(select(func.count()).select_from(FindingRow).where(FindingRow.version_id == second.id)) == 0
    house.finding(session, second, "equity", "Judged again.")
    assert "equity" not in carried_findings(session, second)


def test_a_first_version_carries_nothing(house: House, session: Session) -> None:
    assert carried_findings(session, house.position(session)) == {}


def test_each_is_confirmed_by_a_tick_and_none_by_saving(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        checked_once(house, session)
    client.sign_in("reviewer")
    page = client.soup(CHECK)
    assert "From version 1" in page.text and "Its words have changed, so it is open again." in page.text
    boxes = [box["name"] for box in page.select("input[name$='.confirm']")]
    assert len(boxes) == 8 and "family_engagement.confirm" not in boxes
    assert not page.select("input[checked]")
    client.submit(CHECK, "/check", act="save")
    assert not found(house)
    client.submit(CHECK, "/check", act="save", _more={"family_engagement.confirm": "yes", "equity.confirm": "yes"})
    assert found(house) == {"equity": "Because of equity."}
    both = {"equity.confirm": "yes", "vision.confirm": "yes", "vision.verdict": "not_engaged"}
    refused = client.submit(CHECK, "/check", act="save", _more=both)
    assert refused.status_code == 422 and "keep one of them" in refused.text
    assert set(found(house)) == {"equity"}
    more = dict.fromkeys(boxes, "yes") | {
        "family_engagement.verdict": "advances",
        "family_engagement.rationale": "Three now.",
    }
    assert client.submit(CHECK, "/check", act="complete", _more=more).status_code == 303
    assert "The check of version 2 is complete." in client.get(CHECK.partition("/versions")[0]).text
    assert len(found(house)) == 9
    with house.database.reading() as session:
        checks = session.scalars(select(VersionCheck).order_by(VersionCheck.id)).all()
        assert [check.completer.name for check in checks] == ["Reviewer Person"] * 2


def found(house: House) -> dict[str, str]:
    with house.database.reading() as session:
        rows = session.scalars(
            select(FindingRow).join(Version, Version.id == FindingRow.version_id).where(Version.number == 2)
        )
        return {row.criterion.key: row.rationale for row in rows}
