"""The deadline as a calendar entry: one for each partner and position, which moves, and is canceled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlalchemy import select

from signoff.domain.formats import Formats
from signoff.letters.calendar import DeadlineCalendar
from signoff.letters.context import LetterSettings
from signoff.models import Coalition, Partner, Position, Round, Version
from tests.house import House
from tests.letters.sink import Sink

Turn = Callable[[], list[str]]


def event_of(letter: EmailMessage) -> Any:
    (part,) = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "PUBLISH"
    return read(part.get_payload(decode=True))  # type: ignore[arg-type]


def read(content: bytes) -> Any:
    """The one event of a file; its lines are as RFC 5545 wants them."""
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar["method"] == "PUBLISH" and not calendar.errors
    (event,) = calendar.walk("VEVENT")
    assert not event.errors and "dtend" not in event and "attendee" not in event
    return event


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_one_entry_moves_with_the_deadline_to_the_next_round_and_is_cancelled(
    house: House, sink: Sink, deliver: Turn
) -> None:
    """Without a tick of the clock between the acts: it is the acts that count."""
    acts: list[Callable[[Any, Version], object]] = [
        lambda session, version: house.move(session, version, house.clock() + timedelta(days=9)),
        lambda session, version: house.move(session, version, house.clock() + timedelta(days=5)),
        lambda session, version: house.ask(
            session,
            house.checked(session, house.revised(session, version)),
            session.scalars(select(Partner).where(Partner.name == "Alder")).all(),
        ),
        lambda session, version: house.recall(
            session, session.scalars(select(Version).where(Version.number == 2)).one()
        ),
    ]
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    deliver()
    for act in acts:
        with house.database.unit_of_work() as session:
            act(session, session.get_one(Version, 1))
        deliver()
    events = [event_of(letter) for letter in sink.to("ana@alder.example")]
    assert len(events) == 5
    assert len({str(event["uid"]) for event in events}) == 1
    sequences = [int(event["sequence"]) for event in events]
    assert sequences == sorted(set(sequences))
    assert [str(event["status"]) for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED"]
    assert str(events[0]["organizer"]) == "mailto:help@coalition.example"
    assert [(event["dtstart"].dt - house.clock()).days for event in events[1:3]] == [9, 5]
    (other,) = {str(event_of(letter)["uid"]) for letter in sink.to("ana@birch.example")}
    assert other != str(events[0]["uid"])


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_is_dropped_has_the_entry_cancelled(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    deliver()
    with house.database.unit_of_work() as session:
        house.drop(session, session.get_one(Version, 1), "Alder")
    deliver()
    asked, dropped = (event_of(letter) for letter in sink.to("ana@alder.example"))
    assert dropped["uid"] == asked["uid"] and int(dropped["sequence"]) > int(asked["sequence"])
    assert dropped["status"] == "CANCELLED" and not dropped.walk("VALARM")
    assert str(dropped["description"]).startswith("The Coalition for Community Schools no longer asks Alder")


ODD = 'Ω;, "x" \\n: 学校' + "学" * 60 + "\N{GRINNING FACE}" * 30


@pytest.mark.parametrize("length", range(0, 160, 3))
def test_any_words_come_through_whole(length: int) -> None:
    words = ODD[length:] + "a" * length
    post = LetterSettings("https://a.example/base", Formats("en_US", ZoneInfo("America/New_York")), ())
    calendar = DeadlineCalendar(post, Coalition(name=f'The "{words}"', reply_to="help@a.example"), datetime.now(UTC))
    version = Version(title=words, position=Position())
    asked = Round(position_id=1, version=version, deadline=datetime(2026, 12, 1, tzinfo=UTC))
    event = read(calendar.entry(asked, Partner(id=7, name=words), acts=3))
    assert event["summary"] == f"Answer due for {words}: {words}"
    assert event["uid"] == "answer-1-7@a.example" and event["sequence"] == 6
