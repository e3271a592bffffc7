"""Names in texts that are public: the gate or the question tells of them, whoever comes first and however many."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from signoff.models import Version
from signoff.services.positions.mentions import named_in_public, named_without_approval
from tests.house import House
from tests.inspection import InspectingClient
from tests.meanwhile import coming_between
from tests.web.test_queries import counted

AT_ONCE = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
LEAGUE = "Northern Forest League"
VERSION = "/staff/positions/fund-the-coordinator/versions/1"


def thanked(house: House, session: Session, *names: str, title: str = "Fund the coordinator") -> Version:
    """A checked version whose text holds these names."""
    return house.checked(session, house.position(session, title, body=f"We thank {' and '.join(names)} for this."))


def publish(client: InspectingClient) -> TestResponse:
    return client.submit(f"{VERSION}/publish", "/publish")


def add(client: InspectingClient) -> TestResponse:
    person = {"contact_name": "Ana New", "contact_email": "ana@new.example"}
    return client.submit("/staff/partners/new", "/new", name=LEAGUE, **person)


@pytest.fixture
def publisher(app: Flask, house: House) -> InspectingClient:
    """A publisher before a checked version that thanks somebody who is no partner."""
    with house.database.unit_of_work() as session:
        thanked(house, session, LEAGUE)
    return InspectingClient(app).sign_in("publisher")


def named(house: House) -> list[str]:
    with house.database.reading() as session:
        return [passage.name for passage in named_without_approval(session, session.get_one(Version, 1))]


@AT_ONCE
def test_who_is_added_while_a_text_that_names_it_is_published_is_asked_about(
    app: Flask, client: InspectingClient, house: House, publisher: InspectingClient
) -> None:
    client.sign_in("administrator")
    with coming_between(house, app, "INSERT INTO publication", lambda: add(client)) as adding:
        assert publish(publisher).status_code == 303
    assert adding.result().status_code == 409
    assert "A public text holds this name already" in adding.result().text and named(house) == []


@AT_ONCE
def test_what_is_published_while_it_comes_to_name_a_partner_is_refused_at_the_gate(
    app: Flask, client: InspectingClient, house: House, publisher: InspectingClient
) -> None:
    client.sign_in("administrator")
    with coming_between(house, app, "INSERT INTO partner ", lambda: publish(publisher)) as publishing:
        assert add(client).status_code == 303
    assert publishing.result().status_code == 409
    assert f"The text names “{LEAGUE}”" in publishing.result().text
    assert publisher.get("/positions/fund-the-coordinator").status_code == 404 and named(house) == [LEAGUE]


def test_each_name_in_a_public_text_is_told(house: House, session: Session) -> None:
    house.publish(session, thanked(house, session, "Alder Works", "Birch Works"))
    versions = named_in_public(session, ["Birch Works", "Cedar Works", "Alder Works"])
    assert sorted(passage.name for _, passage in versions) == ["Alder Works", "Birch Works"]


def test_many_public_texts_take_as_many_queries_as_one(app: Flask, house: House) -> None:
    def looked_through() -> tuple[int, int]:
        database = app.extensions["signoff"].database
        with counted(app) as statements, database.reading() as session:
            return len(named_in_public(session, [LEAGUE])), len(statements)

    def published(*titles: str) -> None:
        with house.database.unit_of_work() as session:
            for title in titles:
                house.publish(session, thanked(house, session, LEAGUE, title=title))

    published("Text 1")
    result, queries = looked_through()
    assert result == 1
    published(*(f"Text {number}" for number in range(2, 7)))
    assert looked_through() == (6, queries)
