"""Meetings of partners: planned by publishers, told to contacts who did not unsubscribe, read by each as it may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotAsShown
from signoff.models import Contact, Letter, Meeting, Subscription
from signoff.services.partners.meetings import (
    agenda_for,
    cancel_meeting,
    change_meeting,
    meetings_ahead,
    plan_meeting,
    public_meetings,
    show_meeting,
    tell_partners,
)
from signoff.services.partners.news_readers import news_contacts, resume_news, stop_news
from tests.house import House
from tests.meeting import form, planned, publisher, tell_all

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


def told(session: Session, meeting: Meeting) -> list[str]:
    query = select(Contact.email).join(Letter, Letter.contact_id == Contact.id).order_by(Letter.id)
    return list(session.scalars(query.where(Letter.meeting_id == meeting.id)))


def test_each_present_contact_is_told_once_but_those_who_unsubscribed(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", "Ana Alder", "Bo Alder")
        house.partner(session, "Birch")
        house.partner(session, "Fir")
        house.leaves(session, "Fir")
        first = planned(house, session, "Spring meeting")
        assert meetings_ahead(session, at=house.clock()) == []
        assert tell_all(house, session, first) == 3
        assert told(session, first) == ["ana@alder.example", "bo@alder.example", "ana@birch.example"]
        assert meetings_ahead(session, at=house.clock()) == [first]
        bo = session.scalars(
            select(Subscription)
            .join(Contact, Contact.id == Subscription.contact_id)
            .where(Contact.full_name == "Bo Alder")
        ).one()
        stop_news(house.act(session, bo.actor), bo)
        house.partner(session, "Elm", "Bo Alder")
        again = session.scalars(
            select(Contact).where(Contact.full_name == "Bo Alder").order_by(Contact.id.desc())
        ).first()
        assert again is not None
        house.correct(session, again, email="bo@alder.example")
        second = planned(house, session, "Fall meeting")
        tell_all(house, session, second)
        assert told(session, second) == ["ana@alder.example", "ana@birch.example"]
        resume_news(house.act(session, bo.actor), bo)
        assert len(news_contacts(session)) == 3
        with pytest.raises(Conflict):
            tell_all(house, session, second)  # told already


def test_what_was_not_shown_is_not_told(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        meeting = planned(house, session, "Spring meeting")
        with pytest.raises(NotAsShown):
            tell_partners(publisher(house, session), meeting, shown="")
        for role in ("drafter", "reviewer", "administrator"):
            with pytest.raises(NotAllowed):
                plan_meeting(house.act(session, house.user(session, role).actor), form(house, "Own meeting"))


def test_a_change_raises_the_revision_and_a_cancellation_is_told_to_those_who_knew(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        act, quiet, known = publisher(house, session), planned(house, session, "A"), planned(house, session, "B")
        tell_all(house, session, known)
        assert not change_meeting(act, known, form(house, "B"), revision=1)
        assert change_meeting(act, known, form(house, "B", place="Room 5"), revision=1)
        assert (known.revision, known.told_revision, known.place) == (2, 1, "Room 5")
        with pytest.raises(Conflict, match="colleague"):
            change_meeting(act, known, form(house, "B"), revision=1)
        assert (cancel_meeting(act, quiet), cancel_meeting(act, known)) == (0, 1)
        assert (known.revision, len(told(session, known))) == (3, 2)
        with pytest.raises(Conflict):
            cancel_meeting(act, known)


def test_what_cannot_be_used_is_refused_at_its_field(house: House) -> None:
    with house.database.unit_of_work() as session:
        good = form(house, "Spring meeting")
        wrong = {
            "title": replace(good, title=" "),
            "begins": replace(good, begins_at=house.clock(), ends_at=house.clock() + timedelta(hours=1)),
            "ends": replace(good, ends_at=good.begins_at),
            "place": replace(good, place="", link=""),
            "link": replace(good, link="http://meet.example"),
            "agenda": replace(good, agenda="Hidden <!-- words -->"),
        }
        for field, typed in wrong.items():
            with pytest.raises(Invalid) as refusal:
                plan_meeting(publisher(house, session), typed)
            assert set(refusal.value.errors) == {field}


def test_a_partner_reads_of_public_positions_and_of_those_it_was_asked_about(house: House) -> None:
    with house.database.unit_of_work() as session:
        public = house.asked(session, "Alder")
        house.publish(session, public)
        asked = house.asked(session, "Birch", title="Open the yards")
        house.position(session, "Widen the doors")
        slugs = ("fund-the-coordinator", "open-the-yards", "widen-the-doors")
        meeting = planned(house, session, "Spring meeting", *slugs)
        alder, birch = (
            house.link(session, version, name).partner_id for version, name in ((public, "Alder"), (asked, "Birch"))
        )
        assert agenda_for(session, meeting, alder) == [(public, True)]
        assert agenda_for(session, meeting, birch) == [(public, True), (asked, False)]
        house.recall(session, asked)
        assert agenda_for(session, meeting, birch) == [(public, True)]


def test_a_meeting_is_public_only_by_choice_once_told_and_while_it_names_no_partner(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder Trust")
        act, meeting = publisher(house, session), planned(house, session, "Spring meeting")
        naming = planned(house, session, "Spring meeting", agenda="1. **Al**der Trust reports")
        with pytest.raises(Conflict, match="names Alder Trust"):
            show_meeting(act, naming, in_public=True, revision=1)
        with pytest.raises(Conflict, match="colleague"):
            show_meeting(act, meeting, in_public=True, revision=2)
        with pytest.raises(NotAllowed):
            drafter = house.act(session, house.user(session, "drafter").actor)
            show_meeting(drafter, meeting, in_public=True, revision=1)
        show_meeting(act, meeting, in_public=True, revision=1)
        assert public_meetings(session, at=house.clock()) == []
        tell_all(house, session, meeting)
        tell_all(house, session, planned(house, session, "Quiet meeting"))
        assert public_meetings(session, at=house.clock()) == [meeting]
        with pytest.raises(Invalid) as refusal:
            change_meeting(act, meeting, form(house, "Spring meeting", place="At Alder Trust"), revision=1)
        assert set(refusal.value.errors) == {"place"}
        house.partner(session, "Spring Meeting")
        assert public_meetings(session, at=house.clock()) == []
        change_meeting(act, meeting, form(house, "Fall gathering"), revision=1)
        assert public_meetings(session, at=house.clock()) == [meeting]
        cancel_meeting(act, meeting)
        assert public_meetings(session, at=house.clock()) == [meeting]
        show_meeting(act, meeting, in_public=False, revision=0)
        assert public_meetings(session, at=house.clock()) == []
        with pytest.raises(Conflict):
            show_meeting(act, meeting, in_public=True, revision=3)
