"""Deliveries: the exact file with the names of that moment; what becomes of them afterwards; who may, and when."""

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotAsShown
from signoff.domain.letters import LetterState
from signoff.domain.permissions import OPERATOR
from signoff.domain.publications.deliveries import DeliveryForm
from signoff.models import Delivery, Entry, Letter, PublicRevision, Version
from signoff.services.partners.erasure import erase_person, preview_erasure
from signoff.services.publications.delivered_names import (
    DeliveryStatus,
    deliveries_of,
    joined_since,
    public_deliveries,
    status_of,
)
from signoff.services.publications.deliveries import deliver, take_back
from signoff.services.publications.publications import find_live_publication
from signoff.services.record.record import facts_of
from signoff.worker.turn import work_once
from tests.house import House
from tests.letters.sink import Sink, text_of

SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
CLERK = "clerk@committee.example"


def published(house: House, session: Session, *approved: str) -> Version:
    version = house.asked(session, "Alder House", "Birch House", "Cedar House")
    for name in approved:
        house.say(session, version, name)
    house.publish(session, version)
    house.clock.advance(minutes=1)
    return version


def status(session: Session) -> DeliveryStatus:
    return status_of(session, session.scalars(select(Delivery)).one())


def test_the_file_is_kept_with_the_names_of_that_moment(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House", "Birch House")
        made = house.deliver(session, version, note="Left with the clerk.")
        assert made.delivered_on == house.clock().date()
        assert {name.answer.public_name for name in made.names} == {"Alder House", "Birch House"}
        assert made.file_sha256 == hashlib.sha256(made.file).hexdigest()
    with house.database.reading() as session:
        (entry,) = session.scalars(select(Entry).where(Entry.kind == "position_delivered"))
        assert facts_of(entry) == {
            "position": "fund-the-coordinator", "version": 1, "delivery": 1, "way": "by_hand",
            "file": hashlib.sha256(b"%PDF of 1").hexdigest(), "signatories": 2, "supplements": None,
        }  # fmt: skip
        now = status(session)
        assert (now.names, now.gone, now.joined, now.is_whole, now.is_delivered) == (2, 0, 0, True, True)


Act = Callable[[House, Session, Version], object]
AFTERWARDS: list[tuple[Act, tuple[int, int, bool]]] = [
    (lambda house, session, version: house.say(session, version, "Cedar House"), (0, 1, True)),
    (lambda house, session, version: house.withdraw(session, version, "Alder House"), (1, 1, False)),
    (lambda house, session, version: house.remove(session, version, "Birch House"), (2, 1, False)),
    (lambda house, session, version: house.say(session, version, "Alder House"), (1, 1, False)),
    (lambda house, session, version: house.say(session, version, "Birch House"), (0, 1, True)),
    (
        lambda house, session, version: house.say(session, version, "Birch House", public_note="In part."),
        (0, 1, False),
    ),
    (lambda house, session, version: house.say(session, version, "Birch House"), (0, 1, True)),
    (lambda house, session, version: house.retire(session, version), (2, 0, False)),
]


def test_what_became_of_the_names_is_counted_at_every_moment(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.deliver(session, published(house, session, "Alder House", "Birch House"))
    for number, (act, expected) in enumerate(AFTERWARDS):
        house.clock.advance(minutes=1)
        with house.database.unit_of_work() as session:
            act(house, session, session.get_one(Version, 1))
        with house.database.reading() as session:
            now = status(session)
            assert (now.gone, now.joined, now.is_whole) == expected, number
            assert now.names == 2


@SQLITE
def test_only_what_is_public_is_delivered_and_only_by_a_publisher(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder House")
        form = DeliveryForm("The Committee", "by_hand", day=f"{house.clock():%Y-%m-%d}")

        def act_as(role: str, shown: str = "") -> None:
            act = house.act(session, house.user(session, role).actor)
            zone = house.settings.timezone
            deliver(act, version.position, form, shown=shown, zone=zone, set_file=lambda _: b"%PDF")

        with pytest.raises(Conflict, match="not published"):
            act_as("publisher")
        house.publish(session, version)
        for role in ("drafter", "reviewer", "administrator"):
            with pytest.raises(NotAllowed):
                act_as(role)
        with pytest.raises(NotAsShown, match="The listed names have changed"):
            act_as("publisher", "0" * 64)
        assert deliveries_of(session, version.position) == []


@SQLITE
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"day": "2026-11-25"}, "day", "This date is in the future."),
        ({"day": "2026-11-23"}, "day", "The position was not public yet on that day."),
        ({"day": "yesterday"}, "day", "Please give the date as 2026-12-04."),
        ({"recipient": ""}, "recipient", "Please fill this in."),
        ({"recipient": "Friends of Birch House"}, "recipient", "This names Birch House"),
        ({"way": "email", "address": "nobody"}, "address", "Please give an email address"),
        ({"way": "pigeon"}, "way", "Please choose one of those listed."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(house: House, typed: dict[str, str], field: str, sentence: str) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        with pytest.raises(Invalid) as refused:
            house.deliver(session, version, **typed)
        assert list(refused.value.errors) == [field] and sentence in refused.value.errors[field]


@SQLITE
def test_a_day_that_is_past_counts_only_while_the_list_has_not_changed_since(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        first = f"{house.clock():%Y-%m-%d}"
        house.clock.advance(days=2)
        house.deliver(session, version, day=first)
        house.say(session, version, "Birch House")
        house.clock.advance(minutes=1)
        with pytest.raises(Invalid) as refused:
            house.deliver(session, version, day=first)
        assert "Names were added or removed since that day" in refused.value.errors["day"]
        house.deliver(session, version)
        before, later = reversed(deliveries_of(session, version.position))
        assert (before.joined, later.joined, later.names) == (1, 0, 2)


@SQLITE
def test_an_email_brings_the_file_and_counts_once_it_was_taken(
    house: House, sink: Sink, deliver_all: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House", "Birch House")
        house.deliver(session, version, recipient="The Committee on Schools", way="email", address=CLERK)
        live = find_live_publication(session, version.position)
        assert live is not None and public_deliveries(session, live) == []
    deliver_all()
    (letter,) = sink.to(CLERK)
    assert letter["Subject"] == "Coalition for Community Schools: Fund the coordinator"
    assert letter["Reply-To"] == "help@coalition.example"
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "fund-the-coordinator.pdf" and file.get_content() == b"%PDF of 1"
    words = " ".join(text_of(letter).split())
    assert "is sending you the position “Fund the coordinator”. It is attached as a PDF." in words
    assert "Delivered to: The Committee on Schools" in words
    assert "The file names 2 organizations. Each approved exactly this text." in words
    assert "http://127.0.0.1:8000/positions/fund-the-coordinator" in words
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, 1)
        live = find_live_publication(session, version.position)
        assert live is not None
        (shown,) = public_deliveries(session, live)
        house.say(session, version, "Cedar House")
        house.clock.advance(minutes=1)
        house.deliver(session, version, supplements=shown.delivery, way="email", address=CLERK)
    deliver_all()
    words = " ".join(text_of(sink.to(CLERK)[1]).split())
    assert "We delivered it before on November 24, 2026. One organization has been added since then." in words
    with house.database.unit_of_work() as session:
        (first,) = session.scalars(select(Letter).where(Letter.kind == "delivered").limit(1))
        first.state = "bounced"
        session.flush()
        live = find_live_publication(session, session.get_one(Version, 1).position)
        assert live is not None and [one.delivery.id for one in public_deliveries(session, live)] == [2]


def test_pages_are_made_again_once_an_email_arrived_or_came_back(house: House) -> None:
    def token() -> str:
        with house.database.reading() as session:
            return session.scalars(select(PublicRevision.token).where(PublicRevision.scope == 1)).one()

    def moved(kind: str, state: LetterState, **more: object) -> bool:
        before = token()
        with house.database.unit_of_work() as session:
            session.execute(update(Letter).where(Letter.kind == kind).values(state=state, **more))
        return token() != before

    def sent(kind: str) -> list[bool]:
        now = house.clock()
        return [
            moved(kind, LetterState.SENDING, claimed_until=now, fence=1, attempts=1),
            moved(kind, LetterState.SENT, claimed_until=None, sent_at=now),
            moved(kind, LetterState.BOUNCED),
        ]

    with house.database.unit_of_work() as session:
        house.deliver(session, published(house, session, "Alder House"), way="email", address=CLERK)
    assert sent("delivered")[1:] == [True, True]
    assert sent("receipt") == [False, False, False], "no one reads of other email"


@SQLITE
def test_what_was_recorded_by_mistake_is_taken_back_once_and_stays_for_staff(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        mistaken = house.deliver(session, version)
        for role in ("drafter", "reviewer", "administrator"):
            with pytest.raises(NotAllowed):
                take_back(house.act(session, house.user(session, role).actor), mistaken, reason="A slip.")
        with pytest.raises(Invalid) as refused:
            house.take_back(session, mistaken, reason=" ")
        assert list(refused.value.errors) == ["reason"]
        house.clock.advance(minutes=1)
        house.take_back(session, mistaken)
        with pytest.raises(Conflict, match="taken back already"):
            house.take_back(session, mistaken)
        with pytest.raises(Conflict, match="The earlier delivery was taken back"):
            house.deliver(session, version, supplements=mistaken)
    with house.database.reading() as session:
        live = find_live_publication(session, session.get_one(Version, 1).position)
        assert live is not None and public_deliveries(session, live) == []
        now = status(session)
        assert now.delivery.file == b"%PDF of 1" and now.delivery.taken_back_reason == "It was recorded twice."
        assert now.delivery.taken_back_at == house.clock() and not now.is_delivered
        (entry,) = session.scalars(select(Entry).where(Entry.kind == "delivery_taken_back"))
        assert facts_of(entry) == {"position": "fund-the-coordinator", "version": 1, "delivery": 1}


@SQLITE
def test_an_email_that_was_taken_back_never_leaves_and_none_refers_to_it(
    house: House, sink: Sink, deliver_all: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        first = house.deliver(session, version)
        house.deliver(session, version, supplements=first, way="email", address=CLERK)
        house.take_back(session, first)
        house.take_back(session, house.deliver(session, version, way="email", address="slip@committee.example"))
    deliver_all()
    assert sink.to("slip@committee.example") == []
    (letter,) = sink.to(CLERK)
    assert "We delivered it before" not in " ".join(text_of(letter).split())


@SQLITE
def test_the_names_that_came_since_are_those_that_are_counted(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House", "Birch House")
        delivery = house.deliver(session, version)
        house.clock.advance(minutes=1)
        house.say(session, version, "Cedar House")
        house.withdraw(session, version, "Birch House")
        house.say(session, version, "Alder House", public_note="In part.")
        assert [row["public_name"] for row in joined_since(session, delivery)] == ["Cedar House"]
        house.say(session, version, "Birch House")
        assert status(session).joined == len(joined_since(session, delivery)) == 1
        house.retire(session, version)
        assert joined_since(session, delivery) == []


@SQLITE
def test_a_name_that_was_withdrawn_before_the_email_left_never_leaves(
    house: House, sink: Sink, deliver_all: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House", "Birch House")
        house.deliver(session, version, way="email", address=CLERK)
        house.withdraw(session, version, "Birch House")
    deliver_all()
    assert sink.to(CLERK) == []
    with house.database.reading() as session:
        now = status(session)
        assert now.letter is not None and now.letter.state == "canceled" and not now.is_delivered
        assert "was withdrawn" in now.letter.last_reply


@SQLITE
def test_an_address_and_a_note_are_erased_and_no_email_that_waits_leaves(
    house: House, sink: Sink, deliver_all: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        house.deliver(session, version, way="email", address=CLERK, note="Met at the hearing.")
    deliver_all()
    with house.database.unit_of_work() as session:
        house.deliver(session, session.get_one(Version, 1), way="email", address=CLERK)
        assert (
            "Two deliveries: the note, and the email address if it is this person’s."
            in preview_erasure(session, CLERK).erased
        )
        erase_person(house.act(session, OPERATOR), CLERK)
    deliver_all()
    assert len(sink.to(CLERK)) == 1
    with house.database.reading() as session:
        for delivery in session.scalars(select(Delivery)):
            assert (delivery.address, delivery.note) == (None, None)
            assert delivery.recipient and len(delivery.names) == 1
        letters = session.scalars(select(Letter).where(Letter.kind == "delivered").order_by(Letter.id)).unique().all()
        assert [letter.state for letter in letters] == ["sent", "canceled"]
        assert all(letter.sent_text is None for letter in letters)


@SQLITE
def test_who_is_named_in_a_note_takes_no_address_of_others_along(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = published(house, session, "Alder House")
        house.deliver(session, version, way="email", address=CLERK, note="Met with eve@senate.example.")
        erase_person(house.act(session, OPERATOR), "eve@senate.example")
    with house.database.reading() as session:
        delivery = session.scalars(select(Delivery)).one()
        assert (delivery.address, delivery.note) == (CLERK, None)
        assert session.scalars(select(Letter.state).where(Letter.kind == "delivered")).one() == "queued"


@pytest.fixture
def deliver_all(house: House) -> Callable[[], list[str]]:
    """One turn of the worker, which sends what is due."""

    def turn() -> list[str]:
        states: list[str] = []
        house.clock.advance(minutes=11)
        work_once(house.worker(states.append))
        return states

    return turn
