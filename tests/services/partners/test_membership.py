"""A partner leaves: what is not public loses its name, what is keeps it marked; it comes back without its approvals."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed, RoundClosed
from signoff.models import Entry, Letter, Partner, Publication
from signoff.services.partners import contacts, membership, name_proposals
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.partners import ContactForm
from signoff.services.positions.publishing_rules import count_approvals
from signoff.services.publications.public_queries import signatories
from tests.house import House


def partner(session: Session, name: str) -> Partner:
    return session.scalars(select(Partner).where(Partner.name == name)).one()


def test_what_is_public_stays_and_what_is_not_ends(house: House, session: Session) -> None:
    public = house.asked(session, "Alder", "Birch")
    asked = house.checked(session, house.position(session, "Open the yards"))
    house.say(session, public, "Alder")
    publication = house.publish(session, public)
    for name in ("Alder", "Birch"):
        house.ask(session, asked, [partner(session, name)])
        house.say(session, asked, name)
    house.clock.advance(hours=1)
    before = len(session.scalars(select(Entry.id)).all())
    house.leaves(session, "Alder")
    kinds = session.scalars(select(Entry.kind).order_by(Entry.id)).all()[before:]
    assert kinds == ["name_removed", "partner_left"]
    named = signatories(session, publication)
    assert [(row["public_name"], row["left_at"]) for row in named] == [("Alder", house.clock())]
    assert count_approvals(session, asked) == 1
    told = session.scalars(select(Letter).where(Letter.kind == "recalled")).all()
    assert [letter.version_id for letter in told] == [asked.id]
    second = house.publish(session, asked)
    assert [row["public_name"] for row in signatories(session, second)] == ["Birch"]


def test_who_left_is_asked_nothing_and_answers_nothing_but_may_withdraw(house: House, session: Session) -> None:
    public, asked = house.asked(session, "Alder", "Birch"), house.asked(session, "Cedar", title="Open the yards")
    house.say(session, public, "Alder")
    house.publish(session, public)
    house.leaves(session, "Cedar")
    with pytest.raises(RoundClosed):
        house.say(session, asked, "Cedar")
    with pytest.raises(Missing) as refusal:
        house.ask(session, house.checked(session, house.position(session, "More")), [partner(session, "Cedar")])
    assert "Cedar" in refusal.value.reasons[0].text
    house.leaves(session, "Alder")
    house.withdraw(session, public, "Alder")
    assert signatories(session, session.scalars(select(Publication)).one()) == []


def test_coming_back_revives_no_approval(house: House, session: Session) -> None:
    asked = house.asked(session, "Alder")
    house.say(session, asked, "Alder")
    house.leaves(session, "Alder")
    admin = house.user(session, "administrator").actor
    with pytest.raises(Conflict):
        house.leaves(session, "Alder")
    membership.rejoin(house.act(session, admin), partner(session, "Alder"))
    assert signatories(session, house.publish(session, asked)) == []
    with pytest.raises(Conflict):
        membership.rejoin(house.act(session, admin), partner(session, "Alder"))
    house.ask(session, asked, [partner(session, "Alder")])
    house.say(session, asked, "Alder")
    assert [row["public_name"] for row in signatories(session, session.scalars(select(Publication)).one())] == ["Alder"]


def test_leaving_needs_a_reason_and_an_administrator(house: House, session: Session) -> None:
    result = house.partner(session, "Alder")
    with pytest.raises(Invalid):
        membership.leave(house.act(session, house.user(session, "administrator").actor), result, reason=" ")
    with pytest.raises(NotAllowed):
        membership.leave(house.act(session, house.user(session, "publisher").actor), result, reason="So.")


def test_who_left_is_consulted_no_more(house: House, session: Session) -> None:
    drafted, result = house.position(session), house.partner(session, "Alder")
    invitation = house.invite(session, drafted, result)[0]
    house.leaves(session, "Alder")
    session.refresh(invitation)
    assert invitation.revoked_at is not None
    house.invite(session, drafted, result)
    assert len(session.scalars(select(Letter).where(Letter.kind == "invited")).all()) == 1


def test_a_name_that_is_over_is_not_accepted_again(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    proposal = house.propose(session, version, "Alder", "Alder of Ohio")
    by = house.user(session, "publisher").actor
    name_proposals.settle_name(house.act(session, by), proposal, accepted=True)
    alder = partner(session, "Alder")
    change_partner(house.act(session, house.user(session, "administrator").actor), alder, form_of(alder))
    only = replace(form_of(alder), public_names=())
    change_partner(house.act(session, house.user(session, "administrator").actor), alder, only)
    with pytest.raises(Invalid):
        house.propose(session, version, "Alder", "Alder of Ohio")


def test_a_contact_added_after_leaving_is_asked_nothing(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    house.publish(session, version)

    def asked() -> int:
        return len(session.scalars(select(Letter).where(Letter.kind == "request")).all())

    by, before = house.user(session, "administrator").actor, asked()
    for name in ("Alder", "Birch"):
        if name == "Alder":
            house.leaves(session, name)
        new = ContactForm("Cy New", f"cy@{name.lower()}.example")
        contacts.add_contact(house.act(session, by), partner(session, name), new)
    assert asked() == before + 1  # Birch's
