"""The number of queries of a page does not grow with what it shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from signoff.models import Partner, Version
from tests.house import House
from tests.inspection import InspectingClient


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []
    engine = app.extensions["signoff"].database.engine

    def note(_connection, _cursor, statement, *_more) -> None:  # type: ignore[no-untyped-def]
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def furnish(house: House, partners: int, positions: int) -> None:
    names = [f"Partner {number:03}" for number in range(partners)]
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names)
        for name in names[: partners // 2]:
            house.say(session, version, name)
        house.publish(session, version)
        for number in range(positions):
            other = house.checked(session, house.position(session, f"Position {number}"))
            house.publish(session, other)
        house.adopted(session)


PAGES = {
    "public": [
        "/", "/positions/", "/positions/fund-the-coordinator", "/positions/fund-the-coordinator.json", "/partners/",
        "/positions/feed.atom", "/partners/partner-000", "/verify", "/principles/positions",
        "/principles", "/principles/1", "/positions/fund-the-coordinator.pdf", "/positions/fund-the-coordinator.docx",
        "/positions/fund-the-coordinator/signatories.csv",
        "/api/v1/partners", "/api/v1/positions",
    ],
    "publisher": [
        "/staff/", "/staff/positions/", "/staff/positions/fund-the-coordinator", "/staff/partners/", "/staff/record",
        "/staff/matrix", "/staff/editions/", "/staff/editions/2", "/staff/editions/2/words",
        "/staff/letters", "/staff/letters?state=queued&kind=request&round=1", "/staff/letters/1",
        "/staff/positions/fund-the-coordinator/versions/1/round",
        "/staff/positions/fund-the-coordinator/versions/1/round?sort=-answered&status=approved&q=part",
        "/staff/positions/fund-the-coordinator/versions/1/round.csv",
        "/staff/partners/?q=part&sort=level", "/staff/partners.csv", "/staff/partners/partner-000",
        "/staff/search?q=partner", "/staff/users/", "/staff/users/1", "/staff/account",
        "/staff/positions/fund-the-coordinator/versions/1/publish",
        "/staff/positions/fund-the-coordinator/versions/1/ask",
        "/staff/positions/fund-the-coordinator/versions/1/check",
    ],
}  # fmt: skip


@pytest.mark.parametrize("who", list(PAGES))
def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    app: Flask, client: InspectingClient, house: House, who: str
) -> None:
    def numbers() -> dict[str, int]:
        questions = {}
        for path in PAGES[who]:
            with counted(app) as statements:
                assert client.get(path).status_code == 200, path
            questions[path] = len(statements)
        return questions

    furnish(house, partners=4, positions=2)
    if who != "public":
        client.sign_in(who)
    few = numbers()
    with house.database.unit_of_work() as session:
        more = [house.partner(session, f"Another {number:03}") for number in range(30)]
        version = house.position(session, "One more").position.versions[0]
        house.ask(session, house.checked(session, version), more)
    with house.database.unit_of_work() as session:
        first = house.link(session, version, "Another 000").request.version_id
        assert first
        for number in range(6):
            house.publish(session, house.checked(session, house.position(session, f"Later {number}")))
    with house.database.unit_of_work() as session:
        fund = session.get_one(Version, 1)
        house.ask(session, fund, more, deadline=house.clock.now.replace(month=12, day=20))
        for number in range(30):
            house.say(session, fund, f"Another {number:03}")
    assert numbers() == few
    assert max(few.values()) <= 40, few


def turned(house: House, names: list[str], title: str) -> None:
    """A position about which these partners were asked, with a comment, a proposal and an exemption of each."""
    with house.database.unit_of_work() as session:
        draft = house.position(session, title, body=" ".join(f"Every {name.lower()} counts." for name in names))
        partners = [
            session.scalar(select(Partner).where(Partner.name == name)) or house.partner(session, name)
            for name in names
        ]
        for invitation in house.invite(session, draft, *partners):
            house.comment(session, invitation, "Hm.")
        for partner in partners:
            house.exempt(session, draft, partner)
        house.ask(session, house.checked(session, draft), partners)
        for name in names:
            house.propose(session, draft, name, f"{name} of {title}")


def test_pages_of_the_turns_ask_the_same_number_of_questions(
    app: Flask, client: InspectingClient, house: House
) -> None:
    base = "/staff/positions/{}/versions/1/round"
    pages = [
        base, f"{base}/remind", f"{base}/deadline", f"{base}/recall", "/staff/positions/{}/comments",
        "/staff/partners/oak-0", "SECRET", "SECRET/organization", "SECRET/packet",
    ]  # fmt: skip

    def numbers(slug: str, title: str) -> dict[str, int]:
        with house.database.reading() as session:
            version = session.scalars(select(Version).where(Version.title == title)).one()
            secret = f"/r/{house.secret(house.link(session, version, 'Oak 0'))}"
        questions = {}
        for page in pages:
            with counted(app) as statements:
                path = page.format(slug).replace("SECRET", secret)
                assert client.get(path).status_code == 200, path
            questions[page] = len(statements)
        return questions

    client.sign_in("publisher")
    turned(house, [f"Oak {number}" for number in range(2)], "Few")
    few = numbers("few", "Few")
    for number in range(3):
        turned(house, ["Oak 0"], f"Again {number}")
    turned(house, [f"Oak {number}" for number in range(12)], "Many")
    assert numbers("many", "Many") == few
    assert max(few.values()) <= 40, few
