"""Acts at the same time, on real connections: only what the rules allow comes of it, whoever is first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from signoff.db.database import Database
from signoff.domain.errors import Refusal
from signoff.models import Answer, Entry, Publication, Version
from signoff.models.publications import signatory
from signoff.services.locks.order import expect_one_act
from signoff.services.record.record import facts_of
from signoff.services.record.verification import verify_record
from tests.house import House


def at_once(house: House, *acts: Callable) -> list[str]:  # type: ignore[type-arg]
    """Do all acts at the same moment, each in a transaction of its own; what became of each."""
    barrier = Barrier(len(acts))

    def run(act: Callable) -> str:  # type: ignore[type-arg]
        database = Database(house.settings.database_url, watch=house.database.watch)
        barrier.wait()
        try:
            with database.unit_of_work() as session:
                act(expect_one_act(session), session.get_one(Version, 1))
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            database.engine.dispose()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def begun(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")


def test_one_answer_pressed_eight_times_is_one_answer(house: House) -> None:
    begun(house)
    outcomes = at_once(house, *[lambda session, version: house.say(session, version, "Birch")] * 8)
    assert outcomes == ["done"] * 8
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 2
        assert verify_record(session, house.keys).wrong == ()


def test_one_publication_pressed_eight_times_is_one_publication(house: House) -> None:
    begun(house)
    outcomes = at_once(house, *[lambda session, version: house.publish(session, version)] * 8)
    assert outcomes == ["done"] * 8
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Publication)) == 1


@pytest.mark.parametrize("turn", range(3))
def test_withdrawing_while_publishing_leaves_no_name_and_a_true_record(house: House, turn: int) -> None:
    _race(house)


@pytest.mark.torture
@pytest.mark.parametrize("turn", range(100))
def test_withdrawing_while_publishing_a_hundred_times(house: House, turn: int) -> None:
    _race(house)


def _race(house: House) -> None:
    # The publication's entry counts the names that stood when it happened, whichever came first.
    begun(house)
    outcomes = at_once(
        house,
        lambda session, version: house.publish(session, version),
        lambda session, version: house.withdraw(session, version, "Alder"),
        lambda session, version: house.say(session, version, "Birch"),
    )
    assert outcomes == ["done", "done", "done"]
    with house.database.reading() as session:
        assert list(session.scalars(select(signatory.c.public_name))) == ["Birch"]
        _assert_counts_are_true(session)


def _assert_counts_are_true(session) -> None:  # type: ignore[no-untyped-def]
    standing: set[str] = set()
    for entry in session.scalars(select(Entry).order_by(Entry.id)):
        facts = facts_of(entry)
        if entry.kind == "partner_answered":
            (standing.add if facts["verdict"] == "approve" else standing.discard)(facts["partner"])
        elif entry.kind == "position_published":
            assert facts["signatories"] == len(standing)


def test_answering_at_the_very_end_is_either_counted_or_refused(house: House) -> None:
    begun(house)
    with house.database.unit_of_work() as session:
        later = house.checked(session, house.revised(session, session.get_one(Version, 1)))
        partner = house.link(session, session.get_one(Version, 1), "Birch").contact.partner
        later_id, partner_id = later.id, partner.id
    outcomes = at_once(
        house,
        lambda session, version: house.say(session, version, "Birch"),
        lambda session, version: house.ask(
            session, session.get_one(Version, later_id), [session.get_one(type(partner), partner_id)]
        ),
    )
    assert outcomes[1] == "done"
    assert outcomes[0] in ("done", "RoundClosed")
    with house.database.reading() as session:
        answers = session.scalar(select(func.count()).select_from(Answer))
        assert answers == (2 if outcomes[0] == "done" else 1)
        assert verify_record(session, house.keys).wrong == ()
