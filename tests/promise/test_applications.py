"""No application puts a name in public, and nothing public tells of one: attacks on each step of it."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from signoff.domain.errors import Conflict, Refusal
from signoff.models import Answer, Application, Partner
from signoff.models.publications import signatory
from tests.house import House
from tests.inspection import InspectingClient
from tests.promise.surfaces import LEFT_OUT, addresses, read

TYPED = {
    "full_name": "Ada Quince",
    "email": "ada@quince.example",
    "organization": "Quince Orchard",
    "job_title": "Head",
}


def named(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(signatory.c.public_name).order_by(signatory.c.public_name)))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_nothing_public_tells_of_an_application_or_changes_by_one(app: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder House", "Birch House")
        house.say(session, version, "Alder House")
        house.say(session, version, "Birch House", "decline")
        house.publish(session, version)
        house.open_sign_on(session, version)
        house.seal(session)
    left_out = (*LEFT_OUT, "public.show_application", "public.checkpoint", "public.head", "public.tile")
    paths = addresses(app, house, links=False, left_out=left_out)
    before = read(app, paths)
    with house.database.unit_of_work() as session:
        birch = session.scalars(select(Partner).where(Partner.name == "Birch House")).one()
        house.applied(session, version, **TYPED)
        linked = house.applied(session, version, "Birch Friends")
        house.link_to(session, linked, birch)
        house.agree(session, house.link(session, version, "Birch House"), linked)
        house.reject(session, house.applied(session, version, "Sumac Trust"))
        house.apply(session, version, "Tulip Trust")
    after = read(app, paths)
    assert named(house) == ["Alder House"]
    for path, (status, headers, body) in after.items():
        assert (status, body) == (before[path][0], before[path][2]), (path, headers)
        for word in (b"Quince", b"Sumac", b"Tulip"):
            assert word not in body, path


def test_a_linked_applicant_makes_no_answer_of_a_decline(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder", "decline")
        house.publish(session, version)
        house.open_sign_on(session, version)
        made = house.applied(session, version, "Alder Friends")
        own = house.link(session, version, "Alder")
        house.link_to(session, made, own.request.partner)
        house.agree(session, own, made)
        assert session.scalar(select(func.count()).select_from(Answer)) == 1
    assert named(house) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_secret_of_an_application_opens_nothing_else_and_no_other_opens_it(
    house: House, client: InspectingClient
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.open_sign_on(session, version)
        made = house.apply(session, version, "Quince")
        assert made is not None
        own, partners = house.application_secret(made), house.secret(house.link(session, version, "Alder"))
    assert client.get(f"/sign-on/{own}").status_code == 200
    unknown = client.get("/r/" + "A" * 43).text
    assert client.get(f"/r/{own}").text == unknown
    for path in (f"/sign-on/{partners}", f"/login/link/{own}"):
        assert client.get(path).status_code == 404


def test_the_database_lets_no_one_decide_what_was_not_confirmed_or_was_decided(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.open_sign_on(session, version)
        house.apply(session, version, "Quince")
        made = house.applied(session, version, "Alder Friends")
        house.link_to(session, made, house.link(session, version, "Alder").request.partner)
    attacks = (
        "UPDATE application SET decided_at = applied_at, decision = 'reject', decided_by = 4 WHERE id = 1",
        "UPDATE application SET decision = 'accept' WHERE id = 2",
        "UPDATE application SET partner_id = 2 WHERE id = 2",
        # The link of another partner's contact.
        "UPDATE application SET settled_at = decided_at, agreed = 1, settled_link_id = 2 WHERE id = 2",
        "UPDATE application SET email = 'mallory@evil.example' WHERE id = 2",
        "DELETE FROM application",
    )
    for attack in attacks:
        with house.database.writer() as session, pytest.raises(DBAPIError):
            session.execute(text(attack))


def test_an_act_refused_leaves_nothing_behind(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.open_sign_on(session, version)
        alike = house.applied(session, version, "A1der", email="ada@other.example", full_name="Ada Other")
        staff = house.applied(session, version, "Ours", email="reviewer@coalition.example")
    for number in (alike.id, staff.id):
        with pytest.raises(Refusal), house.database.unit_of_work() as session:
            house.accept(session, session.get_one(Application, number))
    with house.database.unit_of_work() as session:
        made = session.get_one(Application, staff.id)
        house.reject(session, made)
    with pytest.raises(Conflict), house.database.unit_of_work() as session:
        house.accept(session, session.get_one(Application, staff.id))
    with house.database.reading() as session:
        assert session.scalars(select(Partner.name)).all() == ["Alder"]
