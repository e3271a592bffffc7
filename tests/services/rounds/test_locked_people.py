"""People at the same moment: who is asked is who was shown, whoever is added meanwhile is asked after it, once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Contact, Entry, Letter, Link, Partner, Referral, Version
from signoff.services.partners import contacts, referrals
from signoff.services.partners.partners import ContactForm
from tests.house import House
from tests.inspection import InspectingClient
from tests.meanwhile import beside, coming_between
from tests.web.test_as_shown import shown_form

# On SQLite a writer holds the whole database from its first statement: nothing can come in between.
pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)

VERSION = "/staff/positions/fund-the-coordinator/versions/1"
NEW = "mo@new.example"


def add_contact(house: House, session: Session, email: str = NEW, *, may_answer: bool = True) -> None:
    form, by = ContactForm("Mo New", email, "Deputy", may_answer), house.user(session, "administrator").actor
    alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
    contacts.add_contact(house.act(session, by), alder, form)


@pytest.fixture
def shown(client: InspectingClient, house: House) -> dict[str, Any]:
    """What a publisher sends who was shown that a partner of one contact will be asked."""
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        house.partner(session, "Alder")
    client.sign_in("publisher")
    page = client.submit(f"{VERSION}/ask", "/ask", act="preview", partner="1", deadline="2026-12-20T12:00")
    return shown_form(page, "/ask") | {"act": "send"}


def told(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Entry.kind).order_by(Entry.id.desc()).limit(2)))[::-1]


def linked(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Contact.email).join(Link).order_by(Link.id)))


def asked_by_letter(house: House) -> list[str]:
    with house.database.reading() as session:
        query = select(Contact.email).join(Letter, Letter.contact_id == Contact.id).where(Letter.kind == "request")
        return list(session.scalars(query.order_by(Letter.id)))


@pytest.mark.parametrize("statement", ["SELECT partner.", "INSERT INTO round", "INSERT INTO link"])
def test_a_contact_added_while_its_partner_is_asked_is_asked_after_it(
    app: Flask, client: InspectingClient, house: House, shown: dict[str, Any], statement: str
) -> None:
    def add() -> None:
        with house.database.unit_of_work() as session:
            add_contact(house, session)

    with coming_between(house, app, statement, add) as adding:
        assert client.post(f"{VERSION}/ask", data=shown).status_code == 303
    adding.result()
    assert told(house) == ["round_opened", "contact_added"]
    assert linked(house) == asked_by_letter(house) == ["ana@alder.example", NEW]


def test_no_one_is_asked_who_was_added_after_the_page_was_shown(
    client: InspectingClient, house: House, shown: dict[str, Any]
) -> None:
    with house.database.writer() as session:
        add_contact(house, session)
        with beside(house, lambda: client.post(f"{VERSION}/ask", data=shown)) as asking:
            session.commit()
    assert asking.result().status_code == 409 and NEW in asking.result().text
    assert linked(house) == asked_by_letter(house) == []


def test_partners_are_asked_while_a_registered_contact_is_accepted_as_a_colleague(app: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        add_contact(house, session, may_answer=False)
        house.refer(session, version, "Alder", NEW)
    house.clock.advance(days=2)

    def accept() -> None:
        with app.extensions["signoff"].database.unit_of_work() as session:
            referral, by = session.scalars(select(Referral)).one(), house.user(session, "publisher").actor
            referrals.settle_referral(house.act(session, by), referral, accepted=True)

    def ask() -> None:
        with house.database.unit_of_work() as session:
            partners = session.scalars(select(Partner).order_by(Partner.id)).all()
            house.ask(session, session.get_one(Version, 1), partners, deadline=house.clock() + timedelta(days=30))

    # The request is held by now, and the contact not yet.
    with coming_between(house, app, "SELECT request.id", ask) as asking:
        accept()
    asking.result()
    assert NEW in linked(house) and told(house) == ["referral_settled", "round_extended"]
