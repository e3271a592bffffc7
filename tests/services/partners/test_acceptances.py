"""Partners accept the Coalition's commitments through a contact's own link, with the care of an approval."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, LinkDead, NotAllowed, NotAsShown, StaleText
from signoff.domain.partners.acceptances import AcceptanceForm
from signoff.domain.principles.commitments import commitments_digest
from signoff.models import Acceptance, Contact, Entry, Letter, Partner
from signoff.services.partners.acceptance_status import acceptance_statuses, accepted_before
from signoff.services.partners.acceptances import answer_commitments, ask_to_accept, asking_preview
from signoff.services.partners.contacts import remove_contact
from signoff.services.principles.editions import latest_edition
from signoff.services.record.record import facts_of
from signoff.services.record.verification import verify_record
from tests.house import House
from tests.promise.surfaces import addresses, read

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
ANA, BO = "ana@alder.example", "bo@alder.example"


def state_of(session: Session, partner: Partner) -> str:
    return acceptance_statuses(session, latest_edition(session), [partner.id])[partner.id].state


def kinds_to(session: Session, email: str) -> list[str]:
    query = select(Letter.kind).join(Contact, Contact.id == Letter.contact_id).where(Contact.email == email)
    return list(session.scalars(query.order_by(Letter.id)))


def asked(house: House, session: Session) -> Partner:
    """Alder with two contacts, asked to accept the commitments."""
    alder = house.partner(session, "Alder", "Ana Alder", "Bo Alder")
    assert house.ask_to_accept(session, alder) == 2
    return alder


def test_one_contact_accepts_for_the_partner_and_all_are_told(house: House, session: Session) -> None:
    alder, silent = asked(house, session), house.partner(session, "Birch")
    assert (state_of(session, alder), state_of(session, silent)) == ("waiting", "not_asked")
    house.clock.advance(hours=1)
    said = house.say_of_commitments(session, ANA, job_title="Chair")
    assert state_of(session, alder) == "accepted"
    assert (said.full_name, said.job_title, said.at) == ("Ana Alder", "Chair", house.clock())
    assert kinds_to(session, ANA) == kinds_to(session, BO) == ["commitments", "commitments_answered"]
    # Said again, by whomever, it stands as it is; said otherwise, the last word counts.
    assert house.say_of_commitments(session, BO) is said
    house.say_of_commitments(session, BO, "decline")
    assert state_of(session, alder) == "declined"
    entries = session.scalars(select(Entry).where(Entry.kind.like("commitments_%")).order_by(Entry.id)).all()
    digest = commitments_digest(latest_edition(session).commitments)
    assert [facts_of(entry) for entry in entries[:2]] == [
        {"edition": 1, "partners": ["alder"]},
        {"edition": 1, "partner": "alder", "digest": digest, "acceptance": said.id, "accepted": True},
    ]
    assert [entry.actor.partition(":")[0] for entry in entries] == ["user", "contact", "contact"]
    with session.begin_nested():
        pass
    assert verify_record(session, house.keys).wrong == ()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"answer": "approve"}, "answer"),
        ({"authorised": ""}, "authorised"),
        ({"full_name": "Bo Alder"}, "full_name"),
        ({"full_name": ""}, "full_name"),
        ({"job_title": "a" * 300}, "job_title"),
    ],
)
def test_an_incomplete_answer_is_refused(house: House, session: Session, typed: dict[str, str], field: str) -> None:
    alder = asked(house, session)
    with pytest.raises(Invalid) as refused:
        house.say_of_commitments(session, ANA, typed.pop("answer", "accept"), **typed)
    assert set(refused.value.errors) == {field}
    assert state_of(session, alder) == "waiting"


def test_who_cannot_answer_for_the_partner_cannot_accept_for_it(house: House, session: Session) -> None:
    alder = asked(house, session)
    link, digest = house.acceptance_link(session, ANA), commitments_digest(latest_edition(session).commitments)
    form = AcceptanceForm("accept", "Ana Alder", "", "yes")
    with pytest.raises(NotAllowed):
        answer_commitments(house.act(session, house.user(session, "administrator").actor), link, form, shown_digest="")
    with pytest.raises(StaleText):
        answer_commitments(house.act(session, link.actor), link, form, shown_digest="0" * 64)
    # A corrected address ends the link; a new one waits its day.
    house.correct(session, alder.contacts[0], email="ana@new.example")
    with pytest.raises(LinkDead):
        answer_commitments(house.act(session, link.actor), link, form, shown_digest=digest)
    house.ask_to_accept(session, alder)
    with pytest.raises(Conflict, match="This address is new"):
        house.say_of_commitments(session, "ana@new.example")
    house.clock.advance(hours=24)
    house.say_of_commitments(session, "ana@new.example")
    remove_contact(house.act(session, house.user(session, "administrator").actor), alder.contacts[1])
    assert state_of(session, alder) == "accepted"
    house.leaves(session, "Alder")
    with pytest.raises(Conflict, match="None of these partners"):
        house.ask_to_accept(session, alder)


def test_a_contact_that_came_with_a_double_speaks_for_both_a_day_later(house: House, session: Session) -> None:
    alder, _ = asked(house, session), house.partner(session, "Alders", "Cy Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    house.ask_to_accept(session, alder)
    with pytest.raises(Conflict, match="This address is new"):
        house.say_of_commitments(session, "cy@alders.example")
    house.clock.advance(hours=24)
    house.say_of_commitments(session, "cy@alders.example")
    assert state_of(session, alder) == "accepted"
    # What it said stays with its own entry once the two are parted again.
    house.part(session, "Alders")
    assert state_of(session, alder) == "waiting"


def test_a_newer_edition_is_accepted_by_itself(house: House, session: Session) -> None:
    alder, first = asked(house, session), latest_edition(session)
    house.say_of_commitments(session, ANA)
    house.clock.advance(days=1)
    second = house.adopted(session, commitments="- Meet twice a year.")
    assert state_of(session, alder) == "not_asked"
    assert [(edition.number, said.full_name) for edition, said in accepted_before(session, second, alder.id)] == [
        (first.number, "Ana Alder")
    ]
    with pytest.raises(Conflict, match="newer edition"):
        house.say_of_commitments(session, BO, "decline")
    house.ask_to_accept(session, alder)
    links = [house.acceptance_link(session, email) for email in (ANA, BO)]
    assert {link.edition_id for link in links} == {second.id}


def test_asking_is_of_who_was_shown_and_by_an_administrator(house: House, session: Session) -> None:
    alder, bare = house.partner(session, "Alder"), house.partner(session, "Bare")
    session.scalars(select(Contact).where(Contact.partner_id == bare.id)).one().may_answer = 0
    preview = asking_preview(session, [alder, bare])
    assert [contact.email for contact in preview.people] == [ANA] and list(preview.left_out) == [bare]
    house.partner(session, "Cedar")
    everyone = list(session.scalars(select(Partner)))
    act = house.act(session, house.user(session, "administrator").actor)
    with pytest.raises(NotAsShown):
        ask_to_accept(act, everyone, shown=preview.digest)
    with pytest.raises(NotAllowed):
        ask_to_accept(house.act(session, house.user(session, "publisher").actor), [alder])
    assert ask_to_accept(act, [alder, bare], shown=preview.digest) == 1
    house.clock.advance(days=1)
    house.adopted(session, commitments="")
    with pytest.raises(Conflict, match="no commitments"):
        house.ask_to_accept(session, alder)


def test_no_public_page_tells_who_accepted_or_was_asked(house: House, app: Flask) -> None:
    """Every public address answers the same bytes before and after."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
    paths = addresses(app, house, links=False)
    before = read(app, paths)
    with house.database.unit_of_work() as session:
        for name in ("Alder", "Birch"):
            house.ask_to_accept(session, session.scalars(select(Partner).where(Partner.name == name)).one())
        house.say_of_commitments(session, ANA)
        house.say_of_commitments(session, "ana@birch.example", "decline")
        assert len(session.scalars(select(Acceptance)).all()) == 2
    assert read(app, paths) == before
