"""Newsletters to partners: written by publishers, in words that name no partner, sent once to all who get news."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotAsShown, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.newsletters import NewsletterForm, Topic, TopicKind, read_topic
from signoff.models import Letter, Newsletter, Subscription
from signoff.services.accounts.users import change_user
from signoff.services.partners.news_readers import stop_news
from signoff.services.partners.newsletter_sending import (
    due_newsletters,
    send_due,
    send_newsletter,
    unschedule_newsletter,
)
from signoff.services.partners.newsletters import (
    change_newsletter,
    discard_newsletter,
    get_newsletter,
    next_since,
    write_newsletter,
)
from signoff.worker.turn import work_once
from tests.house import House
from tests.meeting import planned, publisher, tell_all
from tests.newsletter import schedule_all, send_all, written

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
HELLO = NewsletterForm("News of the spring", "Thank you.")


def sent(session: Session) -> int:
    return session.scalar(select(func.count()).where(Letter.kind == LetterKind.NEWSLETTER)) or 0


def test_what_staff_write_names_no_partner_in_any_spelling(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder Trust")
        questions = Topic(TopicKind.QUESTIONS)
        for field, typed in {
            "subject": replace(HELLO, subject="Alder Trust has joined"),
            "opening": replace(HELLO, opening="Thanks to **Al**der&nbsp;Trust."),
            "questions-0": replace(HELLO, parts=((questions, "As [we](https://alder-trust.example/) said"),)),
        }.items():
            with pytest.raises(Invalid) as refusal:
                write_newsletter(publisher(house, session), typed)
            assert set(refusal.value.errors) == {field}
        kept = write_newsletter(publisher(house, session), HELLO)
        house.partner(session, "Thank You")
        with pytest.raises(Conflict, match="names Thank You"):
            send_all(house, session, kept)


def test_what_cannot_be_used_is_refused_at_its_field(house: House) -> None:
    with house.database.unit_of_work() as session:
        wrong = {
            "subject": replace(HELLO, subject=" "),
            "opening": replace(HELLO, opening=""),
            "meeting-3": replace(HELLO, parts=((Topic(TopicKind.MEETING, 3), "Hidden <!-- words -->"),)),
            "partners-0": replace(HELLO, parts=((Topic(TopicKind.PARTNERS), "We are {{signatory_count}}."),)),
        }
        for field, typed in wrong.items():
            with pytest.raises(Invalid) as refusal:
                write_newsletter(publisher(house, session), typed)
            assert set(refusal.value.errors) == {field}
        for role in ("drafter", "reviewer", "administrator"):
            with pytest.raises(NotAllowed):
                write_newsletter(house.act(session, house.user(session, role).actor), HELLO)


@pytest.mark.parametrize("key", ["", "meeting", "meeting-", "meeting-01", "meeting--1", "meeting-٣", "poem-1", "a-b-c"])
def test_what_is_no_topic_is_none(key: str, dialect: str) -> None:
    assert read_topic(key) is None and read_topic("meeting-12") == Topic(TopicKind.MEETING, 12)


def test_it_is_sent_once_as_shown_to_each_contact_who_gets_news(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", "Ana Alder", "Bo Alder")
        house.partner(session, "Birch")
        tell_all(house, session, planned(house, session, "Fall meeting"))
        stopped = session.scalars(select(Subscription).order_by(Subscription.id)).first()
        assert stopped is not None
        stop_news(house.act(session, stopped.actor), stopped)
        kept = written(house, session, "News of the spring")
        with pytest.raises(NotAsShown):
            send_newsletter(publisher(house, session), kept, shown="")
        house.clock.advance(hours=1)
        assert send_all(house, session, kept) == 2 == sent(session)
        assert next_since(session, at=house.clock()) == kept.until < house.clock()
        for again in (send_all, schedule_all):
            with pytest.raises(Conflict):
                again(house, session, kept)
        with pytest.raises(Conflict):
            change_newsletter(publisher(house, session), kept, HELLO, revision=1)


def test_a_draft_is_changed_by_one_at_a_time_and_discarded_for_good(house: House) -> None:
    with house.database.unit_of_work() as session:
        kept, act = written(house, session, "News"), publisher(house, session)
        change_newsletter(act, kept, HELLO, revision=1)
        assert (kept.subject, kept.revision) == ("News of the spring", 2)
        with pytest.raises(Conflict, match="colleague"):
            change_newsletter(act, kept, HELLO, revision=1)
        with pytest.raises(Conflict, match="No contact"):
            send_all(house, session, kept)
        discard_newsletter(act, kept)
        with pytest.raises(NotFound):
            get_newsletter(session, kept.id)
        with pytest.raises(Conflict):
            send_all(house, session, kept)


def test_what_is_scheduled_rests_until_its_time_or_until_that_is_canceled(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        kept, act = written(house, session, "News"), publisher(house, session)
        schedule_all(house, session, kept)
        for refused in (
            lambda: change_newsletter(act, kept, HELLO, revision=1),
            lambda: discard_newsletter(act, kept),
            lambda: send_all(house, session, kept),
            lambda: schedule_all(house, session, kept),
        ):
            with pytest.raises(Conflict, match="scheduled"):
                refused()
        unschedule_newsletter(act, kept)
        with pytest.raises(Conflict, match="not scheduled"):
            unschedule_newsletter(act, kept)
        schedule_all(house, session, kept)
        assert not due_newsletters(session, clock=house.clock) and not send_due(act, kept)
        house.partner(session, "Birch")  # who joins meanwhile gets it too
    house.clock.advance(hours=2)
    work_once(house.worker())
    work_once(house.worker())
    with house.database.reading() as session:
        kept = session.scalars(select(Newsletter)).one()
        assert kept.sent_at == house.clock() and sent(session) == 2
        by = session.scalar(text("SELECT actor FROM entry WHERE kind = 'newsletter_sent'"))
        assert by == house.user(session, "publisher").actor.label


@pytest.mark.parametrize("why", ["name", "role", "row"])
def test_what_cannot_be_sent_at_its_time_is_said_to_staff(house: House, why: str) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
        schedule_all(house, session, written(house, session, "News of the spring", "Thank you."))
    with house.database.unit_of_work() as session:
        if why == "name":
            house.partner(session, "Thank You")
        elif why == "role":
            house.add_user(session, "second", ["publisher"])
            admin = house.act(session, house.user(session, "administrator").actor)
            change_user(admin, house.user(session, "publisher"), name="Publisher", roles=["drafter"], job_title="")
        else:
            session.execute(text("UPDATE newsletter SET opening = 'Pay here.'"))
    house.clock.advance(hours=2)
    work_once(house.worker())
    with house.database.reading() as session:
        kept = session.scalars(select(Newsletter)).one()
        assert (kept.sent_at, kept.due_at, sent(session)) == (None, None, 0)
        said = {"name": "names Thank You", "role": "no longer a publisher", "row": "not as it was recorded"}
        assert said[why] in kept.problem
        letter = session.scalars(select(Letter).where(Letter.kind == LetterKind.NEWSLETTER_NOT_SENT)).one()
        assert letter.user is not None
        assert letter.user.email == ("second@coalition.example" if why == "role" else "publisher@coalition.example")
