"""Names in texts that are public: the gate or the question tells of them, whoever comes first and however many."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from signoff.domain.errors import Missing
from signoff.models import Partner, Publication, Version
from signoff.services.positions.mentions import first_of_each, named_in_public, unapproved_mentions
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
    """A publisher before a checked version that thanks someone who is no partner."""
    with house.database.unit_of_work() as session:
        thanked(house, session, LEAGUE)
    return InspectingClient(app).sign_in("publisher")


def named(house: House) -> list[str]:
    with house.database.reading() as session:
        return [item.name for item in first_of_each(unapproved_mentions(session, session.get_one(Version, 1)).written)]


@AT_ONCE
def test_who_is_added_while_a_text_that_names_it_is_published_is_asked_about(
    app: Flask, client: InspectingClient, house: House, publisher: InspectingClient
) -> None:
    client.sign_in("administrator")
    with coming_between(house, app, "INSERT INTO publication", lambda: add(client)) as adding:
        assert publish(publisher).status_code == 303
    assert adding.result().status_code == 409
    assert "A public text already contains this name" in adding.result().text and named(house) == []


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


def noted(house: House, session: Session, note: str = f"Together with our friends at the {LEAGUE}.") -> Version:
    """A version that Alder approved with a note that names who is no partner yet."""
    version = house.asked(session, "Alder", "Birch Union")
    house.say(session, version, "Alder", public_note=note)
    return version


class TestNotes:
    def test_who_became_a_partner_later_is_not_named_by_a_note(self, house: House, session: Session) -> None:
        version = noted(house, session)
        house.ask(session, version, [house.partner(session, LEAGUE)])
        house.say(session, version, LEAGUE, "decline")
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        [reason] = refusal.value.reasons
        assert (reason.code, reason.about) == ("named_in_note", "alder")
        assert reason.text.startswith(f"The public note of Alder names “{LEAGUE}”")
        assert "can answer again without it" in reason.text and "remove the name of Alder" in reason.text

    def test_an_answer_without_it_lets_the_version_go(self, house: House, session: Session) -> None:
        version = noted(house, session)
        house.partner(session, LEAGUE)
        house.say(session, version, "Alder", public_note="Together with friends.")
        assert house.publish(session, version).version_id == version.id

    def test_without_the_name_of_its_author_the_version_goes(self, house: House, session: Session) -> None:
        version = noted(house, session)
        house.partner(session, LEAGUE)
        house.remove(session, version, "Alder")
        assert house.publish(session, version).version_id == version.id

    def test_a_note_names_not_even_who_approved(self, house: House, session: Session) -> None:
        version = noted(house, session)
        house.ask(session, version, [house.partner(session, LEAGUE)])
        house.say(session, version, LEAGUE)
        with pytest.raises(Missing):
            house.publish(session, version)

    @pytest.mark.parametrize(
        ("note", "name", "holds"),
        [
            ("It is the first step.", "FIRST", False),
            ("It is the FIRST step.", "FIRST", True),
            (f"with the {LEAGUE.lower()}", LEAGUE, True),
            ("Alder Works agrees.", "Alder Works", True),
            ("Alder agrees.", "Cedar", False),
        ],
    )
    def test_which_words_of_a_note_hold_a_version(
        self, house: House, session: Session, note: str, name: str, holds: bool
    ) -> None:
        version = noted(house, session, note)
        house.partner(session, name)
        assert bool(unapproved_mentions(session, version).in_notes) == holds

    def test_who_registers_it_is_asked(self, house: House, client: InspectingClient) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, noted(house, session))
        client.sign_in("administrator")
        shown = add(client)
        assert shown.status_code == 409 and "our friends at the Northern Forest League" in shown.text
        with house.database.reading() as session:
            assert session.scalar(select(Partner).where(Partner.name == LEAGUE)) is None

    def test_who_bears_the_name_of_a_recipient_is_asked(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch Union")
        house.publish(session, version)
        house.deliver(session, version, recipient=f"The board of the {LEAGUE}")
        [(found, passage)] = named_in_public(session, [LEAGUE])
        assert (found.id, passage.name) == (version.id, LEAGUE)
        house.clock.advance(minutes=1)
        house.retire(session, version)
        assert named_in_public(session, [LEAGUE]) == []

    def test_the_author_may_get_the_name_itself(self, house: House, session: Session) -> None:
        house.publish(session, noted(house, session))
        alder, birch = session.scalars(select(Partner).order_by(Partner.name)).all()
        assert named_in_public(session, [LEAGUE], besides=alder) == []
        assert len(named_in_public(session, [LEAGUE], besides=birch)) == 1

    def test_staff_see_it_where_it_is_public(self, house: House, client: InspectingClient) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, noted(house, session))
            house.partner(session, LEAGUE)
        shown = client.sign_in("publisher").get("/staff/positions/fund-the-coordinator").text
        assert f"The public note of Alder names “{LEAGUE}”" in shown
        assert "/staff/positions/fund-the-coordinator/versions/1/signatories/alder/remove" in shown

    def test_a_name_in_a_note_goes_with_its_partner(self, house: House, session: Session) -> None:
        version = noted(house, session)
        house.publish(session, version)
        house.ask(session, version, [house.partner(session, LEAGUE)])
        house.say(session, version, LEAGUE)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, LEAGUE)
        assert session.scalars(select(Publication)).one().ended_as == "retired"
