"""What the views say: who is named follows from the answers alone, and nothing can be written into them."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from signoff.models import Partner
from signoff.models.answers import approval
from signoff.models.publications import listing, signatory
from signoff.models.rounds import request_state
from tests.house import House


def names(session: Session) -> list[str]:
    return list(session.scalars(select(signatory.c.public_name).order_by(signatory.c.public_name)))


def test_an_approval_is_named_only_while_the_version_is_published(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    assert names(session) == []
    house.publish(session, version)
    assert names(session) == ["Alder"]
    house.say(session, version, "Birch")  # late, and at once
    assert names(session) == ["Alder", "Birch"]
    house.retire(session, version)
    assert names(session) == []


@pytest.mark.parametrize("verdict", ["decline", "abstain"])
def test_a_later_answer_takes_the_name_off(house: House, session: Session, verdict: str) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    house.say(session, version, "Birch")
    house.publish(session, version)
    house.say(session, version, "Alder", verdict)
    assert names(session) == ["Birch"]
    house.say(session, version, "Alder")
    assert names(session) == ["Alder", "Birch"]


@pytest.mark.parametrize("how", ["withdraw", "contest", "remove"])
def test_an_ended_approval_is_named_nowhere(house: House, session: Session, how: str) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    house.say(session, version, "Birch")
    house.publish(session, version)
    house.clock.advance(days=30)  # long after closing
    getattr(house, how)(session, version, "Alder")
    assert names(session) == ["Birch"]
    assert list(session.scalars(select(approval.c.public_name))) == ["Birch"]


def test_an_approval_of_one_version_names_no_one_on_the_next(house: House, session: Session) -> None:
    first = house.asked(session, "Alder", "Birch")
    house.say(session, first, "Alder")
    house.publish(session, first)
    second = house.checked(session, house.revised(session, first))
    house.publish(session, second)
    assert names(session) == []


def test_a_partner_that_left_before_publication_is_not_named(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    house.say(session, version, "Birch")
    session.query(Partner).filter_by(name="Alder").one().left_at = house.clock()
    house.clock.advance(hours=1)
    house.publish(session, version)
    assert names(session) == ["Birch"]


def test_listings_are_intervals(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.say(session, version, "Alder")
    published_at = house.clock.advance(hours=1)
    house.publish(session, version)
    late_at = house.clock.advance(hours=1)
    house.say(session, version, "Birch")
    withdrawn_at = house.clock.advance(hours=1)
    house.withdraw(session, version, "Alder")
    rows = session.execute(
        select(listing.c.public_name, listing.c.listed_from, listing.c.listed_until).order_by(listing.c.public_name)
    ).all()
    assert [tuple(row) for row in rows] == [("Alder", published_at, withdrawn_at), ("Birch", late_at, None)]


def test_the_state_of_each_request_is_read_off(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm", "Fir")
    for name, verdict in (("Alder", "approve"), ("Birch", "decline"), ("Cedar", "abstain"), ("Delta", "approve")):
        house.say(session, version, name, verdict)
    house.say(session, version, "Elm")
    house.withdraw(session, version, "Delta")
    house.remove(session, version, "Elm")
    states = dict(
        session.execute(
            select(Partner.name, request_state.c.status).join(Partner, Partner.id == request_state.c.partner_id)
        ).all()
    )
    assert states == {
        "Alder": "approved", "Birch": "declined", "Cedar": "abstained", "Delta": "withdrawn", "Elm": "removed",
        "Fir": "waiting",
    }  # fmt: skip


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO signatory (publication_id, public_name) VALUES (1, 'Mallory')",
        "INSERT INTO approval (version_id, public_name) VALUES (1, 'Mallory')",
        "UPDATE signatory SET public_name = 'Mallory'",
        "DELETE FROM approval",
        "INSERT INTO listing (publication_id, public_name) VALUES (1, 'Mallory')",
        "UPDATE request_state SET status = 'approved'",
    ],
)
def test_nothing_can_be_written_into_a_view(house: House, session: Session, attack: str) -> None:
    version = house.asked(session, "Alder")
    house.say(session, version, "Alder")
    house.publish(session, version)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(attack))
    session.rollback()
    assert names(session) == ["Alder"]
