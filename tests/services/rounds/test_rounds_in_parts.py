"""A round that asks many is asked in parts: others act in between, and nothing that they did is passed over."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from signoff.db.write_queue import Busy
from signoff.domain.errors import AskedInPart
from signoff.domain.permissions import Actor
from signoff.models import Contact, Entry, Letter, Link, Partner, Request, Round, ScheduledAct, Version
from signoff.services.accounts.api_tokens import drop_tokens, make_token
from signoff.services.accounts.users import change_user, deactivate_user
from signoff.services.partners.contacts import remove_contact
from signoff.services.publications.schedules import cancel_scheduled
from signoff.services.record.record import facts_of
from signoff.services.record.verification import verify_record
from signoff.services.rounds import large_rounds
from signoff.services.rounds.large_rounds import LargeRound, Part, ask_part, plan_as_shown, plan_round
from signoff.services.rounds.recipient_preview import to_be_asked
from signoff.services.rounds.rounds import AskResult, RoundTerms, ask
from signoff.web import round_parts
from signoff.worker import asking
from signoff.worker.asking import ask_in_parts
from signoff.worker.only_one import only_one
from signoff.worker.tending import tend
from tests.house import House
from tests.inspection import InspectingClient
from tests.meanwhile import coming_between
from tests.web.test_as_shown import shown_form

TREES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm")
ROUNDS = "/api/v1/positions/fund-the-coordinator/rounds"
ASK = "/staff/positions/fund-the-coordinator/versions/1/ask"
ASKING = {"version": 1, "partners": "all", "deadline": "2026-12-20T17:00:00-05:00"}
on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_rounds, "_AT_ONCE", 2)
    monkeypatch.setattr(asking, "_PAUSE", 0.01)


@pytest.fixture
def checked(house: House) -> House:
    """A house with a checked version and five partners."""
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        for name in TREES:
            house.partner(session, name)
    return house


@pytest.fixture
def head(checked: House) -> dict[str, str]:
    """What a publisher's program sends along."""
    with checked.database.unit_of_work() as session:
        publisher = checked.user(session, "publisher")
        secret = make_token(checked.act(session, publisher.actor), publisher, name="t")
    return {"Authorization": f"Bearer {secret}"}


def asked(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Partner.name).join(Request).order_by(Request.id)))


def said(house: House, *kinds: str) -> list[tuple[str, list[str]]]:
    """The entries about a round, each with whom it names."""
    with house.database.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.kind.in_(kinds)).order_by(Entry.id))
        return [(entry.kind, facts_of(entry).get("partners", [])) for entry in entries]


IN_PARTS = [("round_opened", ["alder", "birch"]), ("round_extended", ["cedar", "dogwood"]), ("round_extended", ["elm"])]


def test_all_are_asked_once_however_often_it_is_called(
    checked: House, client: InspectingClient, head: dict[str, str]
) -> None:
    first = client.post(ROUNDS, json=ASKING, headers=head)
    assert (first.status_code, first.json["requests"], first.json["letters_queued"]) == (201, 5, 5)
    again = client.post(ROUNDS, json=ASKING, headers=head)
    assert (again.status_code, again.json["requests"], again.json["letters_queued"]) == (200, 5, 0)
    assert first.json["id"] == again.json["id"] and asked(checked) == list(TREES)
    assert said(checked, "round_opened", "round_extended") == IN_PARTS
    with checked.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Link)) == 5
        people = select(Contact.full_name).join(Letter, Letter.contact_id == Contact.id)
        assert sorted(session.scalars(people.where(Letter.kind == "request"))) == [f"Ana {name}" for name in TREES]
        assert verify_record(session, checked.keys).wrong == ()


@on_sqlite
def test_what_is_missing_in_the_last_part_keeps_the_first_from_being_asked(
    checked: House, client: InspectingClient, head: dict[str, str]
) -> None:
    with checked.database.unit_of_work() as session:
        elm = session.scalars(select(Contact).where(Contact.full_name == "Ana Elm")).one()
        remove_contact(checked.act(session, checked.user(session, "administrator").actor), elm)
    refused = client.post(ROUNDS, json=ASKING, headers=head)
    assert refused.status_code == 409 and "Elm" in refused.json["reasons"][0]
    assert asked(checked) == [] and said(checked, "round_opened") == []


@on_postgresql
def test_a_contact_is_added_between_two_parts_and_asked(
    app: Flask, checked: House, client: InspectingClient, head: dict[str, str]
) -> None:
    def correct() -> None:
        with checked.database.unit_of_work() as session:
            contact = session.scalars(select(Contact).where(Contact.full_name == "Ana Elm")).one()
            checked.correct(session, contact, name="Ada Elm")

    with coming_between(checked, app, "INSERT INTO round", correct) as correcting:
        assert client.post(ROUNDS, json=ASKING, headers=head).status_code == 201
    correcting.result()
    kinds = ("round_opened", "contact_corrected", "round_extended")
    assert [kind for kind, _ in said(checked, *kinds)] == [*kinds, "round_extended"]
    assert asked(checked) == list(TREES)


@on_postgresql
def test_with_if_match_nothing_is_asked_once_the_position_reads_another_way(
    app: Flask, checked: House, client: InspectingClient, head: dict[str, str]
) -> None:
    etag = client.get("/api/v1/positions/fund-the-coordinator", headers=head).headers["ETag"]

    def revise() -> None:
        with checked.database.unit_of_work() as session:
            checked.revised(session, session.get_one(Version, 1))

    # The position is held for comparing, and let go for planning.
    with coming_between(checked, app, "SELECT version.id", revise) as revising:
        refused = client.post(ROUNDS, json=ASKING, headers={**head, "If-Match": etag})
    revising.result()
    assert refused.status_code == 412 and asked(checked) == []


@on_sqlite
def test_with_an_if_match_that_holds_all_parts_are_asked(
    checked: House, client: InspectingClient, head: dict[str, str]
) -> None:
    etag = client.get("/api/v1/positions/fund-the-coordinator", headers=head).headers["ETag"]
    sent = client.post(ROUNDS, json=ASKING, headers={**head, "If-Match": etag})
    assert (sent.status_code, sent.json["requests"]) == (201, 5) and asked(checked) == list(TREES)
    again = client.post(ROUNDS, json=ASKING, headers={**head, "If-Match": etag})
    assert again.status_code == 412  # the position reads another way since


@on_sqlite
def test_only_partners_that_are_asked_now_are_counted(checked: House) -> None:
    with checked.database.unit_of_work() as session:
        early = session.scalars(select(Partner).where(Partner.name.in_(("Alder", "Birch")))).all()
        deadline = checked.clock() + timedelta(days=7)
        publisher = checked.user(session, "publisher").actor
        ask(checked.act(session, publisher), session.get_one(Version, 1), early, RoundTerms(deadline))
    with pytest.raises(AskedInPart, match="^None of the 5 partners was asked now\\. The round has ended"):
        ask_all(checked, lambda session, version: checked.recall(session, version))
    assert asked(checked) == ["Alder", "Birch"]


def after_first_commit(house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[Session], object]) -> None:
    """Let something happen once the web has committed its first part."""
    note, noted = round_parts.note_committed, list[str]()

    def happens(sentence: str) -> None:
        note(sentence)
        if not noted:
            noted.append(sentence)
            with house.database.unit_of_work() as session:
                act(session)

    monkeypatch.setattr(round_parts, "note_committed", happens)


def _deactivated(house: House, session: Session) -> None:
    deactivate_user(house.act(session, house.user(session, "administrator").actor), house.user(session, "publisher"))


def _without_role(house: House, session: Session) -> None:
    user = house.user(session, "publisher")
    change_user(
        house.act(session, house.user(session, "administrator").actor),
        user,
        name=user.name,
        roles=["drafter"],
        job_title="",
    )


def _without_token(house: House, session: Session) -> None:
    drop_tokens(session, house.user(session, "publisher"), at=house.clock())


NO_MORE = {"deactivated": _deactivated, "without role": _without_role, "without token": _without_token}


@on_sqlite
@pytest.mark.parametrize("what", NO_MORE)
def test_a_program_whose_user_may_no_longer_ask_asks_no_one_else(
    checked: House, client: InspectingClient, head: dict[str, str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    after_first_commit(checked, monkeypatch, partial(NO_MORE[what], checked))
    stopped = client.post(ROUNDS, json=ASKING, headers=head)
    assert stopped.status_code == 409 and asked(checked) == ["Alder", "Birch"]
    why = "is no longer allowed to do this" if what == "without role" else "This token is not valid."
    assert "2 of 5 partners were asked now" in stopped.json["detail"] and why in stopped.json["detail"]


def ready_to_send(client: InspectingClient) -> dict[str, Any]:
    """A publisher signed in, and the form that asks all five."""
    client.sign_in("publisher")
    ids = [str(number) for number in range(1, 6)]
    page = client.submit(ASK, "/ask", act="preview", partner=ids, deadline="2026-12-20T12:00")
    return shown_form(page, "/ask") | {"act": "send"}


@on_sqlite
@pytest.mark.parametrize("what", ["deactivated", "without role"])
def test_a_publisher_who_may_no_longer_ask_asks_no_one_else(
    checked: House, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    shown = ready_to_send(client)
    after_first_commit(checked, monkeypatch, partial(NO_MORE[what], checked))
    sent = client.post(ASK, data=shown, follow_redirects=True)
    assert asked(checked) == ["Alder", "Birch"]
    assert "2 of 5 partners were asked now" in sent.text and "no longer" in sent.text


@on_sqlite
def test_a_page_about_trouble_says_that_some_were_asked(
    app: Flask, checked: House, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, begin = ready_to_send(client), app.extensions["signoff"].database.writer

    def broken() -> Session:
        away = sqlite3.OperationalError("unable to open database file")
        away.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise OperationalError("BEGIN", None, away)

    def gone(_session: Session) -> None:
        monkeypatch.setattr(app.extensions["signoff"].database, "writer", broken)

    after_first_commit(checked, monkeypatch, gone)
    sent = client.post(ASK, data=shown)
    assert sent.status_code == 503 and "Nothing was changed" not in sent.text
    assert "Some of the partners have already been asked." in sent.text
    assert asked(checked) == ["Alder", "Birch"]
    monkeypatch.setattr(app.extensions["signoff"].database, "writer", begin)
    assert client.post(ASK, data=shown).status_code == 303 and asked(checked) == list(TREES)


def ask_all(house: House, between: Callable[[Session, Version], object]) -> None:
    """Ask all five, and let something happen after the first part."""
    with house.database.reading() as session:
        publisher = house.user(session, "publisher").actor
        partners = session.scalars(select(Partner).order_by(Partner.id)).all()
        terms = RoundTerms(house.clock() + timedelta(days=7))
        planned = plan_round(house.act(session, publisher), session.get_one(Version, 1), partners, terms)

    def ask_one(part: Part) -> AskResult:
        with house.database.unit_of_work() as session:
            result = ask_part(house.act(session, publisher), planned, part)
        if part is planned.parts[0]:
            with house.database.unit_of_work() as session:
                between(session, session.get_one(Version, 1))
        return result

    ask_in_parts(planned, ask_one, house.database)


def _new_round(house: House, session: Session, version: Version) -> None:
    newer = house.checked(session, house.revised(session, version))
    house.ask(session, newer, [house.link(session, version, "Alder").request.partner])


def _ends(house: House, session: Session, version: Version) -> None:
    house.clock.advance(days=8)
    house.close_due(session)


def _moves(house: House, session: Session, version: Version) -> None:
    house.move(session, version, house.clock() + timedelta(days=5))


def _without_contact(house: House, session: Session, version: Version) -> None:
    cedar = session.scalars(select(Contact).where(Contact.full_name == "Ana Cedar")).one()
    remove_contact(house.act(session, house.user(session, "administrator").actor), cedar)


BETWEEN: dict[str, tuple[Callable[[House, Session, Version], object], str]] = {
    "recalled": (lambda house, session, version: house.recall(session, version), "has ended"),
    "replaced": (_new_round, "has ended"),
    "ended": (_ends, "has ended"),
    "moved": (_moves, "given another deadline"),
    "left": (lambda house, session, _: house.leaves(session, "Cedar"), "Cedar"),
    "merged": (lambda house, session, _: house.merge(session, "Cedar", "Alder"), "Cedar"),
    "no contact": (_without_contact, "Cedar"),
}


@on_sqlite
@pytest.mark.parametrize("what", BETWEEN)
def test_what_came_between_two_parts_stops_the_others(checked: House, what: str) -> None:
    act, told = BETWEEN[what]
    after: list[Any] = []

    def state(session: Session) -> list[Any]:
        columns = select(Round.version_id, Round.deadline, Round.ended_at, Round.ended_as).order_by(Round.id)
        return list(session.execute(columns).all())

    def between(session: Session, version: Version) -> None:
        act(checked, session, version)
        session.flush()
        after.extend(state(session))

    with pytest.raises(AskedInPart, match="^2 of 5 partners were asked now, and their emails") as stopped:
        ask_all(checked, between)
    assert told in stopped.value.text
    with checked.database.reading() as session:
        assert state(session) == after  # nothing was reopened or moved back
        query = select(Partner.name).join(Request).where(Request.version_id == 1).order_by(Request.id)
        assert list(session.scalars(query)) == ["Alder", "Birch"]
        people = select(Contact.full_name).join(Letter, Letter.contact_id == Contact.id)
        assert not {"Ana Dogwood", "Ana Elm"} & set(session.scalars(people.where(Letter.kind == "request")))
        assert verify_record(session, checked.keys).wrong == ()


PASSING = {
    "busy": Busy("others are writing"),
    "lost": OperationalError("COMMIT", None, Exception("gone"), connection_invalidated=True),
}


@dataclass
class AskingFive:
    """A round to ask, whose second part fails so many times with a trouble; `kept` when it was committed before.

    `meanwhile` is what someone else does after a part that was kept.
    """

    house: House
    by: Actor
    planned: LargeRound
    meanwhile: Callable[[Session], object] = lambda _: None
    tries: int = 0

    def run(self, *, fails: int, with_: Exception, kept: bool = False) -> AskResult:
        left = fails

        def ask_one(part: Part) -> AskResult:
            nonlocal left
            self.tries += 1
            is_to_fail = part.ids == self.planned.parts[1].ids and left > 0
            left -= is_to_fail
            if is_to_fail and not kept:
                raise with_
            with self.house.database.unit_of_work() as session:
                result = ask_part(self.house.act(session, self.by), self.planned, part)
            if is_to_fail:
                with self.house.database.unit_of_work() as session:
                    self.meanwhile(session)
                raise with_
            return result

        return ask_in_parts(self.planned, ask_one, self.house.database)


@pytest.fixture
def asking_five(checked: House) -> AskingFive:
    """A round of five partners that is asked in three parts."""
    with checked.database.reading() as session:
        publisher = checked.user(session, "publisher").actor
        partners = session.scalars(select(Partner).order_by(Partner.id)).all()
        terms = RoundTerms(checked.clock() + timedelta(days=7))
        planned = plan_round(checked.act(session, publisher), session.get_one(Version, 1), partners, terms)
    return AskingFive(checked, publisher, planned)


@on_sqlite
@pytest.mark.parametrize("trouble", PASSING)
def test_a_part_is_tried_again_and_tells_when_that_is_in_vain(asking_five: AskingFive, trouble: str) -> None:
    with pytest.raises(AskedInPart, match="^2 of 5 partners were asked now, and their emails") as stopped:
        asking_five.run(fails=3, with_=PASSING[trouble])
    assert isinstance(stopped.value.__cause__, OperationalError) and asking_five.tries == 4
    assert asked(asking_five.house) == ["Alder", "Birch"]


@on_sqlite
def test_a_part_that_succeeds_when_it_is_tried_again_counts(asking_five: AskingFive) -> None:
    done = asking_five.run(fails=2, with_=PASSING["busy"])
    assert (done.requests, done.asked_now, done.letters_queued) == (5, 5, 5)


@on_sqlite
def test_a_part_that_was_kept_although_its_connection_broke_counts(asking_five: AskingFive) -> None:
    done = asking_five.run(fails=1, with_=PASSING["lost"], kept=True)
    assert (done.requests, done.asked_now, done.letters_queued) == (5, 5, 5)
    assert asked(asking_five.house) == list(TREES)


@on_sqlite
def test_a_partner_that_was_dropped_as_soon_as_it_was_asked_is_not_asked_again(
    asking_five: AskingFive,
) -> None:
    house = asking_five.house
    asking_five.meanwhile = lambda session: house.drop(session, session.get_one(Version, 1), "Cedar")
    done = asking_five.run(fails=1, with_=PASSING["lost"], kept=True)
    assert (done.requests, done.asked_now) == (4, 5)
    with house.database.reading() as session:
        standing = select(Partner.name).join(Request).where(Request.dropped_at.is_(None)).order_by(Request.id)
        assert session.scalars(standing).all() == ["Alder", "Birch", "Dogwood", "Elm"]


@on_sqlite
def test_how_many_were_asked_is_read_from_the_database(asking_five: AskingFive) -> None:
    with pytest.raises(AskedInPart, match="^4 of 5 partners were asked now, .* The rest were not") as stopped:
        asking_five.run(fails=3, with_=PASSING["lost"], kept=True)
    assert "Nothing was" not in stopped.value.text
    assert asked(asking_five.house) == ["Alder", "Birch", "Cedar", "Dogwood"]


@on_sqlite
def test_a_partner_that_someone_else_asked_is_not_counted(checked: House) -> None:
    with checked.database.unit_of_work() as session:
        publisher, version = checked.user(session, "publisher").actor, session.get_one(Version, 1)
        partners = session.scalars(select(Partner).order_by(Partner.id)).all()
        checked.ask(session, version, partners[:1])
        terms = RoundTerms(checked.clock() + timedelta(days=9))
        shown = to_be_asked(session, version, partners, terms)
        planned = plan_as_shown(checked.act(session, publisher), shown, shown=shown.digest, is_warned=True)
    with pytest.raises(AskedInPart, match="^3 of 5 partners were asked now, .* The rest were not"):
        AskingFive(checked, publisher, planned).run(fails=3, with_=PASSING["lost"], kept=True)


@on_sqlite
def test_where_that_cannot_be_read_it_says_at_least(asking_five: AskingFive, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Session:
        raise OperationalError("BEGIN", None, Exception("away"))

    monkeypatch.setattr(asking_five.house.database, "reading", away)
    with pytest.raises(AskedInPart, match="^At least 2 of 5 partners were asked now, .* The rest may not have been"):
        asking_five.run(fails=3, with_=PASSING["lost"], kept=True)


@on_postgresql
def test_a_page_asks_no_one_by_an_email_that_it_did_not_show(
    app: Flask, checked: House, client: InspectingClient
) -> None:
    shown = ready_to_send(client)

    def correct() -> None:
        with checked.database.unit_of_work() as session:
            contact = session.scalars(select(Contact).where(Contact.full_name == "Ana Elm")).one()
            checked.correct(session, contact, email="ada@elm.example")

    with coming_between(checked, app, "INSERT INTO round", correct) as correcting:
        sent = client.post(ASK, data=shown)
    correcting.result()
    assert sent.status_code == 303
    board = client.get(sent.headers["Location"]).text
    assert "4 of 5 partners were asked" in board and "other emails would have been sent" in board
    assert asked(checked) == list(TREES[:4])


@on_sqlite
def test_a_page_asks_all_whom_it_showed(checked: House, client: InspectingClient) -> None:
    shown = ready_to_send(client)
    sent = client.post(ASK, data=shown)
    board = client.get(sent.headers["Location"]).text
    assert "You asked five partners. Emails to five contacts are on their way." in board
    assert client.post(ASK, data=shown).status_code == 303 and asked(checked) == list(TREES)
    assert said(checked, "round_opened", "round_extended") == IN_PARTS


@pytest.fixture
def due(checked: House) -> House:
    """A house with a round to all five that is due."""
    with checked.database.unit_of_work() as session:
        partners = session.scalars(select(Partner).order_by(Partner.id)).all()
        checked.schedule_asking(session, session.get_one(Version, 1), *partners)
    checked.clock.advance(hours=1)
    return checked


def ended(house: House) -> tuple[str | None, list[str]]:
    with house.database.reading() as session:
        scheduled = session.scalars(select(ScheduledAct)).one()
        return scheduled.ended_as, scheduled.reasons


def test_two_workers_ask_the_partners_of_a_scheduled_round_once(due: House) -> None:
    with ThreadPoolExecutor(2) as pool:
        for turn in [pool.submit(tend, due.worker()) for _ in range(2)]:
            turn.result()
    assert asked(due) == list(TREES) and ended(due) == ("done", [])
    assert said(due, "round_opened", "round_extended") == IN_PARTS


@on_sqlite
def test_a_scheduled_round_is_left_to_the_worker_that_asks_it(due: House) -> None:
    with only_one(due.database, asking._LOCK, "asking-lock"):
        tend(due.worker())
        assert asked(due) == [] and ended(due) == (None, [])


@pytest.fixture
def after_first_part(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Let something happen after the first part of a scheduled round."""
    ask_one, done = asking._ask_scheduled_part, list[Part]()

    def happens(act: Callable[[], None]) -> None:
        def ask(context: Any, number: int, planned: Any, part: Part) -> AskResult:
            result = ask_one(context, number, planned, part)
            if not done:
                done.append(part)
                act()
            return result

        monkeypatch.setattr(asking, "_ask_scheduled_part", ask)

    yield happens


@on_sqlite
def test_a_scheduled_round_that_is_canceled_halfway_asks_no_one_else(
    due: House, after_first_part: Callable[[Callable[[], None]], None]
) -> None:
    def cancel() -> None:
        with due.database.unit_of_work() as session:
            scheduled = session.scalars(select(ScheduledAct)).one()
            cancel_scheduled(due.act(session, due.user(session, "publisher").actor), scheduled)

    after_first_part(cancel)
    tend(due.worker())
    assert asked(due) == ["Alder", "Birch"] and ended(due) == ("canceled", [])


@on_sqlite
def test_a_scheduled_round_whose_last_part_was_kept_is_not_told_as_undone(
    due: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_one, lost = asking._ask_scheduled_part, [PASSING["lost"]]

    def breaks(context: Any, number: int, planned: LargeRound, part: Part) -> AskResult:
        result = ask_one(context, number, planned, part)
        if part is planned.parts[-1] and lost:
            raise lost.pop()
        return result

    monkeypatch.setattr(asking, "_ask_scheduled_part", breaks)
    tend(due.worker())
    assert not lost and asked(due) == list(TREES) and ended(due) == ("done", [])
    with due.database.reading() as session:
        assert session.scalars(select(Letter.id).where(Letter.kind == "not_done")).all() == []


@on_sqlite
def test_who_scheduled_a_round_is_told_when_its_worker_ended_halfway(
    due: House, after_first_part: Callable[[Callable[[], None]], None]
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    after_first_part(die)
    with pytest.raises(KeyboardInterrupt):
        tend(due.worker())
    assert asked(due) == ["Alder", "Birch"] and ended(due) == (None, [])
    tend(due.worker())
    state, reasons = ended(due)
    assert asked(due) == ["Alder", "Birch"] and state == "failed" and "partners were asked" in reasons[0]
    with due.database.reading() as session:
        assert session.scalars(select(Letter).where(Letter.kind == "not_done")).one().user is not None


@on_sqlite
def test_what_keeps_a_scheduled_round_from_its_other_parts_is_told(
    due: House, after_first_part: Callable[[Callable[[], None]], None]
) -> None:
    def leave() -> None:
        with due.database.unit_of_work() as session:
            due.leaves(session, "Elm")

    after_first_part(leave)
    tend(due.worker())
    state, reasons = ended(due)
    assert asked(due) == list(TREES[:4]) and state == "failed" and reasons[0].startswith("4 of 5 partners were asked")
