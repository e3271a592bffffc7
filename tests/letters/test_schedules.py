"""What is scheduled is done once, as it was shown and with the rights of who scheduled it, or its reasons are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotAsShown
from signoff.domain.permissions import WORKER
from signoff.models import Entry, Letter, Partner, Publication, Round, ScheduledAct, Version
from signoff.services.accounts.users import change_user, deactivate_user
from signoff.services.publications.schedules import cancel_scheduled, perform, schedule_asking
from signoff.services.record.record import facts_of
from signoff.services.rounds.recipient_preview import to_be_asked
from signoff.services.rounds.rounds import RoundTerms
from signoff.worker.tending import tend
from tests.house import House
from tests.letters.sink import Sink, text_of
from tests.promise.owner import guards_off, guards_on

Turn = Callable[[], list[str]]
PUBLISHER = "publisher@coalition.example"


def ready(house: House, session: Session, title: str = "Open the gates", **fields: str) -> Version:
    return house.checked(session, house.position(session, title, **fields))


def ended(session: Session) -> list[tuple[str, list[str]]]:
    rows = session.execute(select(ScheduledAct.ended_as, ScheduledAct.reasons).order_by(ScheduledAct.id))
    return [(str(state), reasons) for state, reasons in rows]


def test_a_round_is_sent_at_its_time_exactly_as_shown(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        alder, birch = (house.partner(session, name) for name in ("Alder", "Birch"))
        scheduled = house.schedule_asking(session, ready(house, session), alder, birch)
        deadline = scheduled.deadline
    house.clock.advance(minutes=59)
    deliver()
    assert not any("alder" in address for address in sink.recipients)
    house.clock.advance(minutes=1)
    deliver()
    deliver()
    assert [address for address in sink.recipients if "@coalition" not in address] == [
        "ana@alder.example", "ana@birch.example",
    ]  # fmt: skip
    assert "Please read it." in text_of(sink.to("ana@alder.example")[0])
    with house.database.reading() as session:
        opened = session.scalars(select(Round)).one()
        assert (opened.deadline, opened.opener.email, opened.message) == (deadline, PUBLISHER, "Please read it.")
        entry = session.scalars(select(Entry).where(Entry.kind == "round_opened")).one()
        assert entry.actor == f"user:{opened.opened_by}" and ended(session) == [("done", [])]


def test_a_version_is_published_at_its_time_with_who_approved_until_then(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.schedule_publishing(session, version, grouping="state")
    house.clock.advance(hours=1)
    with house.database.unit_of_work() as session:
        house.say(session, session.merge(version), "Birch")
    house.clock.advance(hours=1)
    deliver()
    with house.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        assert (publication.published_by, publication.grouping) == (house.user(session, "publisher").id, "state")
        assert ended(session) == [("done", [])]
    assert [str(letter["Subject"]) for letter in sink.to("ana@birch.example")][-1].startswith("Published")


@pytest.mark.parametrize("what", ["contact", "version", "round", "partner left", "deactivated", "demoted", "missing"])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_moved_or_may_not_be_done_is_not_done_and_its_reasons_are_told(
    house: House, sink: Sink, deliver: Turn, what: str
) -> None:
    with house.database.unit_of_work() as session:
        alder = house.partner(session, "Alder", "Ana Alder", "Ben Alder")
        house.add_user(session, "second", ["publisher"])
        version = ready(house, session)
        house.schedule_asking(session, version, alder, by="second")
        _move(house, session, version, what)
    house.clock.advance(hours=1)
    deliver()
    deliver()
    expected = {
        "contact": "a contact, a name or an earlier answer changed",
        "version": "a newer version was saved",
        "round": "partners were asked",
        "partner left": "can no longer be asked",
        "deactivated": "The account of Second Person, who scheduled it, was deactivated.",
        "demoted": "Second Person, who scheduled it, is no longer a publisher.",
        "missing": "The check of version 1 is not completed.",
    }[what]
    with house.database.reading() as session:
        ((state, reasons),) = ended(session)
        assert state == "failed" and expected in " ".join(reasons)
        assert session.scalar(select(func.count()).select_from(Round)) == (what == "round")
        failure = session.scalars(select(Entry).where(Entry.kind == "schedule_failed")).one()
        assert failure.actor == "worker" and facts_of(failure)["reasons"] == reasons
    reader = PUBLISHER if what in ("deactivated", "demoted") else "second@coalition.example"
    (told,) = (letter for letter in sink.to(reader) if "not asked" in letter["Subject"])
    assert expected in " ".join(text_of(told).replace("\n> ", " ").split())
    if what == "deactivated":
        assert not sink.to("second@coalition.example")


def _move(house: House, session: Session, version: Version, what: str) -> None:
    admin = house.act(session, house.user(session, "administrator").actor)
    match what:
        case "contact":
            house.correct(session, session.scalars(select(Partner)).one().contacts[1], name="Bea Alder")
        case "version":
            house.revised(session, version)
        case "round":
            house.ask(session, version, [house.partner(session, "Birch")])
        case "partner left":
            house.leaves(session, "Alder")
        case "deactivated":
            deactivate_user(admin, house.user(session, "second"))
        case "demoted":
            change_user(admin, house.user(session, "second"), name="Second Person", roles=["drafter"], job_title="")
        case "missing":
            house.moved(session, house.adopted(session, source="Second edition"), version)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_publishing_is_judged_again_when_it_is_due(house: House, sink: Sink, deliver: Turn) -> None:
    """A name agreed meanwhile stands in the text: every reason is told, and nothing becomes public."""
    with house.database.unit_of_work() as session:
        house.schedule_publishing(session, ready(house, session, body="The Kauri Trust agrees. So does Lime Works."))
    house.clock.advance(hours=1)
    with house.database.unit_of_work() as session:
        for name in ("Kauri Trust", "Lime Works"):
            house.partner(session, name)
    house.clock.advance(hours=2)
    deliver()
    with house.database.reading() as session:
        ((state, reasons),) = ended(session)
        assert state == "failed" and session.scalar(select(Publication.id)) is None
        assert len(reasons) == 2 and "Kauri Trust" in reasons[0] and "Lime Works" in reasons[1]
    (told,) = (letter for letter in sink.to(PUBLISHER) if "Not published" in letter["Subject"])
    assert all(name in text_of(told) for name in ("Kauri Trust", "Lime Works"))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_cannot_be_scheduled_is_refused(house: House, session: Session) -> None:
    version, alder = ready(house, session), house.partner(session, "Alder")
    with pytest.raises(NotAllowed):
        house.schedule_asking(session, version, alder, by="drafter")
    for hours in (0, -1, 24 * 7):
        with pytest.raises(Invalid):
            house.schedule_asking(session, version, alder, hours=hours)
    with pytest.raises(Missing):
        house.schedule_publishing(session, house.position(session, "Unchecked"))
    terms = RoundTerms(house.clock() + timedelta(days=7))
    act, due = house.act(session, house.user(session, "publisher").actor), house.clock() + timedelta(hours=1)
    shown = to_be_asked(session, version, [alder], terms).digest
    house.correct(session, alder.contacts[0], name="Anna Alder")
    with pytest.raises(NotAsShown):
        schedule_asking(act, version, [alder.id], terms, due=due, shown=shown, is_warned=True)
    late, shown = terms.deadline - timedelta(hours=2), to_be_asked(session, version, [alder], terms).digest
    with pytest.raises(Invalid) as near:
        schedule_asking(act, version, [alder.id], terms, due=late, shown=shown, is_warned=False)
    assert near.value.errors.keys() == {"seen"}
    counted = ready(house, session, "Count us", body="We are 153 signatories.")
    shown = to_be_asked(session, counted, [alder], terms).digest
    with pytest.raises(Invalid):
        schedule_asking(act, counted, [alder.id], terms, due=due, shown=shown, is_warned=False)
    scheduled = house.schedule_asking(session, version, alder)
    with pytest.raises(Conflict):
        house.schedule_asking(session, version, alder)
    cancel_scheduled(act, scheduled)
    with pytest.raises(Conflict):
        cancel_scheduled(act, scheduled)
    house.clock.advance(hours=2)
    assert not perform(house.act(session, WORKER), scheduled) and session.scalar(select(Round.id)) is None


def test_what_was_written_past_the_program_is_not_done(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Cedar", title="Light the paths")
        house.schedule_publishing(session, version, hours=9)
    with house.database.migrating.begin() as connection:
        guards_off(connection)
        connection.execute(update(ScheduledAct).values(due_at=house.clock() + timedelta(hours=1)))
        guards_on(connection)
    house.clock.advance(hours=2)
    tend(house.worker())
    with house.database.reading() as session:
        ((state, reasons),) = ended(session)
        assert state == "failed" and "not as it was recorded" in reasons[0]
        assert session.scalar(select(Publication.id)) is None


def test_two_workers_do_it_once(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.schedule_asking(session, ready(house, session), *(house.partner(session, n) for n in ("Alder", "Birch")))
        version = house.asked(session, "Cedar", title="Light the paths")
        house.schedule_publishing(session, version, hours=1)
        other = ready(house, session, "Widen the doors")
        house.schedule_publishing(session, other, hours=1)
        house.revised(session, other)
    house.clock.advance(hours=1)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tend, [house.worker(), house.worker()]))
    with house.database.reading() as session:
        assert [state for state, _ in ended(session)] == ["done", "done", "failed"]
        kinds = dict(session.execute(select(Entry.kind, func.count()).group_by(Entry.kind)).all())
        assert (kinds["round_opened"], kinds["position_published"], kinds["schedule_failed"]) == (2, 1, 1)
        letters = dict(session.execute(select(Letter.kind, func.count()).group_by(Letter.kind)).all())
        assert (letters["request"], letters["not_done"]) == (3, 1)


def test_canceling_while_a_worker_begins_leaves_one_of_the_two(house: House) -> None:
    with house.database.unit_of_work() as session:
        number = house.schedule_asking(session, ready(house, session), house.partner(session, "Alder")).id
    house.clock.advance(hours=1)

    def cancel(_: object) -> None:
        with house.database.unit_of_work() as session:
            act = house.act(session, house.user(session, "publisher").actor)
            try:
                cancel_scheduled(act, session.get_one(ScheduledAct, number))
            except Conflict:
                session.rollback()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(tend, house.worker()), pool.submit(cancel, None)]
    for each in running:
        each.result()
    with house.database.reading() as session:
        ((state, _),) = ended(session)
        assert (session.scalar(select(Round.id)) is not None) == (state == "done")
