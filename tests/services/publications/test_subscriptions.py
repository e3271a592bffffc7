"""Subscriptions: confirmed from the mailbox, few at a time, ended for good, and an address forgotten with its last."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, LinkDead, NotFound
from signoff.domain.permissions import NOBODY, OPERATOR
from signoff.models import Entry, Letter, Subscription
from signoff.services.outbox.bounces import mark_bounced
from signoff.services.outbox.complaints import mark_complained
from signoff.services.partners.erasure import erase_person, preview_erasure
from signoff.services.publications.subscriptions import (
    confirm_subscription,
    count_readers,
    forget_unconfirmed,
    get_by_secret,
    topics_of,
)
from tests.house import House
from tests.subscribing import ask_for_news, secret_behind, subscribed, unsubscribed

ADA = "ada@press.example"


@pytest.fixture
def published(house: House) -> House:
    """A house with two published positions: fund-the-coordinator and open-the-yards."""
    with house.database.unit_of_work() as session:
        for title in ("Fund the coordinator", "Open the yards"):
            house.publish(session, house.checked(session, house.position(session, title)))
    return house


def emails(session: Session) -> list[str | None]:
    session.expire_all()
    return list(session.scalars(select(Subscription.email).order_by(Subscription.id)))


def test_nothing_counts_before_it_was_confirmed(published: House) -> None:
    with published.database.unit_of_work() as session:
        asked = ask_for_news(published, session, " Ada@Press.example ", "open-the-yards")
        assert asked is not None and (asked.email, asked.is_live) == (ADA, False)
        assert count_readers(session) == [(None, 0)]
        secret = secret_behind(published, asked)
        act = published.act(session, NOBODY)
        first, again = confirm_subscription(act, secret), confirm_subscription(act, secret)
        assert first is again and first.confirmed_at == published.clock()
        assert [number for _, number in count_readers(session)] == [0, 1]
        kinds = session.scalars(select(Entry.kind).where(Entry.actor.like("subscriber:%"))).all()
        assert kinds == ["subscription_confirmed"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_old_link_is_dead_and_its_address_forgotten(published: House) -> None:
    with published.database.unit_of_work() as session:
        asked = ask_for_news(published, session, ADA)
        assert asked is not None
        secret = secret_behind(published, asked)
        published.clock.advance(days=3)
        assert get_by_secret(session, secret, at=published.clock()) is asked
        published.clock.advance(microseconds=1)
        with pytest.raises(LinkDead):
            confirm_subscription(published.act(session, NOBODY), secret)
        with pytest.raises(NotFound):
            get_by_secret(session, "-" * 43, at=published.clock())
        forget_unconfirmed(session, at=published.clock())
        assert emails(session) == [None]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_published_positions_and_whole_addresses(published: House) -> None:
    with published.database.unit_of_work() as session:
        published.position(session, "Widen the doors")
        for email, slug, wrong in ((ADA, "widen-the-doors", "position"), (ADA, "x", "position"), ("ada", "", "email")):
            with pytest.raises(Invalid) as refusal:
                ask_for_news(published, session, email, slug)
            assert set(refusal.value.errors) == {wrong}


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_few_are_taken_of_an_address_a_network_and_in_all(published: House) -> None:
    with published.database.unit_of_work() as session:
        taken = [ask_for_news(published, session, ADA, source=f"198.51.{i}.1") is not None for i in range(4)]
        assert taken == [True, True, True, False]
        published.clock.advance(hours=23)
        assert ask_for_news(published, session, ADA) is None  # of an address within a day
        network = [ask_for_news(published, session, f"a{i}@press.example") is not None for i in range(11)]
        assert network == [True] * 10 + [False]
        like = session.scalars(select(Subscription).order_by(Subscription.id.desc())).first()
        assert like is not None
        columns = {name: getattr(like, name) for name in ("nonce", "asked_at", "expires_at")}
        session.add_all(Subscription(lookup=f"{number:064}", **columns) for number in range(189))
        rest = [ask_for_news(published, session, f"{i}@press.example", source=f"203.0.{i}.1") for i in ("1", "2")]
        assert [one is not None for one in rest] == [True, False]
        published.clock.advance(hours=1, microseconds=1)
        assert ask_for_news(published, session, ADA) is not None


def test_unsubscribing_ends_all_or_one_and_forgets_the_address_with_the_last(published: House) -> None:
    with published.database.unit_of_work() as session:
        other = subscribed(published, session, "bo@press.example")
        every, twice, one = (subscribed(published, session, ADA, slug) for slug in ("", "", "open-the-yards"))
        assert [topic.position_id for topic in topics_of(session, one)] == [None, one.position_id]
        unsubscribed(published, session, one, number=other.id)  # another's: nothing of it
        assert other.is_live and len(topics_of(session, one)) == 2
        unsubscribed(published, session, one, number=twice.id)
        assert [topic.id for topic in topics_of(session, every)] == [one.id]
        assert emails(session) == ["bo@press.example", ADA, ADA, ADA]
        # A link of one that ended still ends what is left.
        unsubscribed(published, session, every)
        assert emails(session) == ["bo@press.example", None, None, None]
        unsubscribed(published, session, every)
        kinds = session.scalars(select(Entry.kind).where(Entry.kind == "subscriptions_ended")).all()
        assert len(kinds) == 2 and topics_of(session, one) == []


def test_an_address_whose_email_came_back_gets_no_more(published: House) -> None:
    with published.database.unit_of_work() as session:
        one = subscribed(published, session, ADA)
        letter = session.scalars(select(Letter).where(Letter.subscription_id == one.id)).one()
        published.leave(session, Letter.id == letter.id)
        session.refresh(letter)
        assert mark_bounced(session, letter, f"550 <{ADA}> unknown", clock=published.clock)
        session.expire_all()
        assert (one.ended_as, one.email, letter.state, letter.last_reply) == ("bounced", None, "bounced", "")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_reports_an_email_as_spam_is_unsubscribed(published: House) -> None:
    with published.database.unit_of_work() as session:
        one = subscribed(published, session, ADA)
        letter = session.scalars(select(Letter).where(Letter.subscription_id == one.id)).one()
        published.leave(session, Letter.id == letter.id)
        session.refresh(letter)
        assert mark_complained(session, letter, clock=published.clock)
        assert not mark_complained(session, letter, clock=published.clock)
        session.expire_all()
        assert (one.ended_as, one.email) == ("unsubscribed", None)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_erasing_a_person_ends_what_they_subscribed_to(published: House) -> None:
    with published.database.unit_of_work() as session:
        one = subscribed(published, session, ADA)
        waiting = ask_for_news(published, session, ADA)
        assert waiting is not None
        assert (
            "Two subscriptions: the email address; no more news is sent to it." in preview_erasure(session, ADA).erased
        )
        erase_person(published.act(session, OPERATOR), ADA)
        assert emails(session) == [None, None] and one.ended_as == "erased"
        states = set(session.scalars(select(Letter.state).where(Letter.subscription_id.is_not(None))))
        assert states == {"canceled"}
        with pytest.raises(LinkDead):
            get_by_secret(session, secret_behind(published, waiting), at=published.clock() + timedelta(minutes=1))
