"""The daily news: once a day, of what was published or joined, and only with names that stand when it leaves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from signoff.models import Letter, Subscription
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of
from tests.subscribing import ask_for_news, subscribed, unsubscribed

ADA, BO = "ada@press.example", "bo@press.example"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
Deliver = Callable[[], list[str]]


def at_nine(house: House, days: int = 1) -> None:
    """The next morning at nine, an hour after the news, in the installation's zone."""
    local = house.clock().astimezone(house.settings.timezone) + timedelta(days=days)
    house.clock.now = local.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)


@pytest.fixture
def begun(house: House, deliver: Deliver, sink: Sink) -> House:
    """A house whose first round of news is behind it, with a reader of all positions."""
    with house.database.unit_of_work() as session:
        subscribed(house, session, ADA)
    at_nine(house)
    deliver()
    sink.raw.clear()
    sink.recipients.clear()
    return house


def news_to(sink: Sink, address: str) -> list[str]:
    return [text_of(letter) for letter in sink.to(address)]


def test_a_publication_is_told_the_next_morning_with_the_names_that_stand_then(
    begun: House, deliver: Deliver, sink: Sink
) -> None:
    with begun.database.unit_of_work() as session:
        version = begun.asked(session, "Alder", "Birch", "Cedar", "Delta")
        for name in ("Alder", "Birch", "Delta"):
            begun.say(session, version, name)
        begun.say(session, version, "Cedar", "decline")
        begun.publish(session, version)
    deliver()
    assert news_to(sink, ADA) == []
    at_nine(begun)
    with begun.database.unit_of_work() as session:
        begun.withdraw(session, version, "Birch")
    deliver()
    (told,) = sink.to(ADA)
    assert told["Subject"] == "Published: Fund the coordinator"
    words = text_of(told)
    assert "> Alder\n> Delta" in words and "Two organizations approved exactly this text" in " ".join(words.split())
    for name in ("Birch", "Cedar"):
        assert name not in words and name not in html_of(told)
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/subscriptions/")
    assert told["List-Unsubscribe"].endswith("/unsubscribe>")
    at_nine(begun)
    deliver()
    assert len(sink.to(ADA)) == 1  # nothing happened since


def test_who_joins_is_named_once_and_who_leaves_never(begun: House, deliver: Deliver, sink: Sink) -> None:
    with begun.database.unit_of_work() as session:
        version = begun.asked(session, "Alder", "Birch", "Cedar")
        begun.say(session, version, "Alder")
        begun.publish(session, version)
    at_nine(begun)
    deliver()
    with begun.database.unit_of_work() as session:
        begun.say(session, version, "Birch")
        begun.say(session, version, "Alder", public_note="With thanks.")  # stood before: no news
    at_nine(begun)
    deliver()
    with begun.database.unit_of_work() as session:
        begun.withdraw(session, version, "Alder")
    at_nine(begun)
    deliver()
    first, second = sink.to(ADA)
    assert second["Subject"] == "One organization joined: Fund the coordinator"
    assert "> Birch" in text_of(second) and "Alder" not in text_of(second)


def test_a_new_version_is_an_update_and_the_old_one_is_told_no_more(begun: House, deliver: Deliver, sink: Sink) -> None:
    with begun.database.unit_of_work() as session:
        first = begun.asked(session, "Alder")
        begun.say(session, first, "Alder")
        begun.publish(session, first)
        begun.clock.advance(minutes=1)
        second = begun.checked(session, begun.revised(session, first))
        begun.publish(session, second)
        closed = begun.checked(session, begun.position(session, "Open the yards"))
        begun.publish(session, closed)
        begun.retire(session, closed)
    at_nine(begun)
    deliver()
    (told,) = sink.to(ADA)
    assert told["Subject"] == "Updated: Fund the coordinator"
    assert "It has no signatories yet" in text_of(told) and "Alder" not in text_of(told)
    assert "Open the yards" not in text_of(told)


def test_each_address_gets_one_email_of_what_it_follows(begun: House, deliver: Deliver, sink: Sink) -> None:
    with begun.database.unit_of_work() as session:
        for title in ("Open the yards", "Widen the doors"):
            begun.publish(session, begun.checked(session, begun.position(session, title)))
        for slug in ("open-the-yards", "widen-the-doors"):
            subscribed(begun, session, ADA, slug)
        subscribed(begun, session, BO, "open-the-yards")
        left = subscribed(begun, session, "left@press.example", "open-the-yards")
        ask_for_news(begun, session, "unconfirmed@press.example", "open-the-yards")
    at_nine(begun)
    with begun.database.unit_of_work() as session:
        unsubscribed(begun, session, session.get_one(Subscription, left.id))
    deliver()
    ada, bo = (
        [letter for letter in sink.to(address) if "Unsubscribe or change" in text_of(letter)] for address in (ADA, BO)
    )
    assert [letter["Subject"] for letter in ada] == ["News of two positions"]
    assert [letter["Subject"] for letter in bo] == ["Published: Open the yards"]
    assert "Widen the doors" not in text_of(bo[0])
    assert not any("Unsubscribe or change" in words for words in news_to(sink, "left@press.example"))
    assert not any("Unsubscribe or change" in words for words in news_to(sink, "unconfirmed@press.example"))


def test_news_that_waited_for_a_subscription_that_ended_is_not_sent(begun: House, deliver: Deliver, sink: Sink) -> None:
    with begun.database.unit_of_work() as session:
        begun.publish(session, begun.checked(session, begun.position(session, "Open the yards")))
    at_nine(begun)
    sink.refusals[ADA] = "450 later"
    deliver()
    with begun.database.unit_of_work() as session:
        unsubscribed(begun, session, session.scalars(select(Subscription)).one())
    sink.refusals.clear()
    begun.clock.advance(hours=1)
    deliver()
    with begun.database.reading() as session:
        news = session.scalars(select(Letter).where(Letter.kind == "news")).one()
        assert (news.state, news.last_reply) == ("canceled", "The subscription has ended.")
    assert sink.to(ADA) == []


def test_a_mailbox_that_does_not_exist_is_not_written_to_again(begun: House, deliver: Deliver, sink: Sink) -> None:
    with begun.database.unit_of_work() as session:
        subscribed(begun, session, BO)
        begun.publish(session, begun.checked(session, begun.position(session, "Open the yards")))
    deliver()
    at_nine(begun)
    sink.refusals = {ADA: f"550 5.1.1 <{ADA}> unknown", BO: "550 5.7.1 blocked"}
    deliver()
    with begun.database.reading() as session:
        ends = dict(session.execute(select(Subscription.id, Subscription.ended_as)).all())
        assert list(ends.values()) == ["bounced", None]
        replies = [ADA in letter.last_reply for letter in session.scalars(select(Letter))]
        assert not any(replies)


def test_the_first_round_looks_back_a_day(house: House, deliver: Deliver, sink: Sink) -> None:
    house.clock.now = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    with house.database.unit_of_work() as session:
        subscribed(house, session, ADA)
        house.publish(session, house.checked(session, house.position(session, "Open the yards")))
    at_nine(house, days=3)
    deliver()
    assert [letter["Subject"] for letter in sink.to(ADA)][1:] == []
