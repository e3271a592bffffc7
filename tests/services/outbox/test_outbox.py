"""The outbox: trying again, keeping back, resuming; each act leaves one entry, and some letters stay."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import NotAllowed
from signoff.domain.letters import CANCELLABLE, LetterKind
from signoff.letters.undelivered import undelivered_of
from signoff.models import Entry, Letter, Version
from signoff.services.outbox.mail_state import find_pause, mail_state, note_pause, resume
from signoff.services.outbox.outbox import (
    cancel_letters,
    may_cancel,
    may_retry,
    retry_all,
    retry_letters,
    undelivered_letters,
)
from tests.house import House


def letters(session: Session, kind: str = "request") -> list[Letter]:
    session.expire_all()
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def entries(session: Session) -> int:
    return len(session.scalars(select(Entry.id)).all())


def gather_undelivered(session: Session, version: Version) -> list[str]:
    """The organizations that a letter to staff about this version would name."""
    return [item.organization for item in undelivered_of(session, [version.id]).get(version.id, ())]


def test_what_failed_is_tried_again_by_one_act(house: House, session: Session) -> None:
    house.asked(session, "Alder", "Birch", "Cedar")
    first, second, third = letters(session)
    house.leave(session, Letter.id == first.id, as_="failed")
    house.leave(session, Letter.id == second.id)
    before, by = entries(session), house.user(session, "publisher").actor
    assert retry_letters(house.act(session, by), [first.id, second.id, 9_999]) == 1
    assert [letter.state for letter in letters(session)] == ["queued", "sent", "queued"]
    newest = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert newest is not None and newest.kind == "letters_retried" and f'"letters":[{first.id}]' in newest.body
    assert entries(session) == before + 1
    assert (may_retry(second), may_retry(third)) == (False, True)


def test_nothing_chosen_is_no_act(house: House, session: Session) -> None:
    house.asked(session, "Alder")
    before, by = entries(session), house.user(session, "publisher").actor
    assert retry_letters(house.act(session, by), []) == 0
    assert cancel_letters(house.act(session, by), []) == 0
    assert entries(session) == before


def test_only_letters_that_ask_and_have_not_left_are_kept_back(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.leave(session, Letter.kind == "request", Letter.id == letters(session)[0].id)
    house.say(session, version, "Alder")
    contact = house.link(session, version, "Birch").contact
    house.correct(session, contact, email="new@birch.example")
    by = house.user(session, "publisher").actor
    everything = list(session.scalars(select(Letter.id)))
    cancel_letters(house.act(session, by), everything)
    session.expire_all()
    kept = {letter.kind for letter in session.scalars(select(Letter)) if letter.last_reply == "Held back by staff."}
    assert kept <= CANCELLABLE and kept
    assert [letter.state for letter in letters(session, "receipt")] == ["queued"]
    assert {letter.state for letter in letters(session, "contact_changed")} == {"queued"}
    assert not may_cancel(letters(session, "receipt")[0])


def test_no_letter_that_tells_what_happened_can_be_kept_back() -> None:
    tells = {LetterKind.RECEIPT, LetterKind.CONTACT_CHANGED, LetterKind.WITHDRAWN, LetterKind.CONTESTED}
    assert not tells & CANCELLABLE


@pytest.mark.parametrize("role", ["drafter", "reviewer"])
def test_who_may_not_tend_letters_is_refused(house: House, session: Session, role: str) -> None:
    house.asked(session, "Alder")
    by = house.user(session, role).actor
    for act in (retry_letters, cancel_letters):
        with pytest.raises(NotAllowed):
            act(house.act(session, by), [1])
    with pytest.raises(NotAllowed):
        resume(house.act(session, by))


def test_a_pause_is_counted_and_resumed(house: House, session: Session) -> None:
    by = house.user(session, "administrator").actor
    assert not resume(house.act(session, by))
    for _ in range(2):
        note_pause(session, "535 Wrong password", at=house.clock(), try_again_at=None)
    session.expire_all()
    pause = find_pause(session)
    assert pause is not None and (pause.tries, pause.try_again_at) == (2, None)
    before = entries(session)
    assert resume(house.act(session, by))
    assert entries(session) == before + 1
    assert mail_state(session, at=house.clock()).again_at == house.clock()


def test_everything_that_waits_or_failed_is_tried_again_at_once(house: House, session: Session) -> None:
    house.asked(session, "Alder", "Birch", "Cedar")
    failed, later, _ = letters(session)
    house.leave(session, Letter.id == failed.id, as_="failed")
    later.due_at, later.attempts = house.clock.now.replace(year=2027), 3
    session.flush()
    assert retry_all(house.act(session, house.user(session, "publisher").actor))[0] == 2
    assert {letter.due_at for letter in letters(session)} == {house.clock()}
    assert letters(session)[1].attempts == 0


def test_how_the_mail_is(house: House, session: Session) -> None:
    mail = mail_state(session, at=house.clock())
    assert mail.worker_is_missing and mail.oldest_due_at is None and not mail.waits_long
    house.asked(session, "Alder")
    queued = house.clock()
    house.clock.advance(minutes=11)
    mail = mail_state(session, at=house.clock())
    assert (mail.oldest_due_at, mail.waits_long) == (queued, True)


def test_what_failed_is_stuck_until_the_address_is_corrected(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.leave(session, as_="failed")
    assert [letter.kind for letter in undelivered_letters(session, limit=9)] == ["request"]
    assert "Alder" in gather_undelivered(session, version)
    house.clock.advance(minutes=1)
    house.correct(session, house.link(session, version, "Alder").contact, email="right@alder.example")
    assert undelivered_letters(session, limit=9) == [] and gather_undelivered(session, version) == []


def test_what_failed_is_stuck_until_a_later_letter_arrives(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.leave(session, as_="failed")
    link = house.link(session, version, "Alder")
    house.clock.advance(days=1)
    house.fresh(session, link)
    assert len(undelivered_letters(session, limit=9)) == 2
    house.leave(session)
    assert gather_undelivered(session, version) == ["Birch"]
