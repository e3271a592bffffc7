"""How far a round has come, what its pages offer first, and when they may say that everyone approved."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.positions.next_step import Step, StepFacts, next_step
from signoff.models import Letter, Partner, Round
from signoff.services.rounds.board import BoardFilter, board
from signoff.services.rounds.progress import (
    count_to_remind,
    days_left,
    next_reminder,
    progress_in_short,
    progress_of,
)
from signoff.services.rounds.reminders import who_is_reminded
from tests.house import House

CHECKED = {"is_checked": True, "may_be_sent": True, "may_be_published": True}
OPEN = {**CHECKED, "has_round": True, "round_is_open": True}


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({"is_checked": False, "may_be_sent": False, "may_be_published": False}, Step.CHECK),
        ({**CHECKED, "may_be_sent": False}, Step.FIX),
        (CHECKED, Step.ASK),
        ({**OPEN, "waiting": 56, "to_remind": 56}, Step.REMIND),
        ({**OPEN, "waiting": 56}, Step.WAIT),
        ({**OPEN, "unreached": 2}, Step.REACH),
        (OPEN, Step.PUBLISH),
        ({**OPEN, "may_be_published": False}, Step.ADD),
        ({**CHECKED, "has_round": True, "waiting": 0}, Step.PUBLISH),
        ({**OPEN, "round_is_open": False, "round_is_void": True}, Step.REWRITE),
        ({**OPEN, "is_public": True, "waiting": 3, "to_remind": 3}, Step.REMIND),
        ({**OPEN, "is_public": True}, Step.DONE),
        ({**OPEN, "was_public": True}, Step.REWRITE),
    ],
)
def test_the_button_that_is_filled_follows_the_state(facts: dict[str, int], step: Step) -> None:
    assert next_step(StepFacts(**facts)) == step  # type: ignore[arg-type]


def test_everybody_approved_is_said_only_of_all_that_were_ever_asked(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar")
    for name in ("Alder", "Birch"):
        house.say(session, version, name)
    assert not progress_of(session, version).everybody_approved
    house.say(session, version, "Cedar")
    assert progress_of(session, version).everybody_approved
    assert progress_in_short(session, {version.id})[version.id].everybody_approved
    house.drop(session, version, "Cedar")
    progress = progress_of(session, version)
    assert progress.named == 2 and not progress.everybody_approved


def test_no_one_claims_that_all_approved_once_one_was_dropped_without_an_answer(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    house.drop(session, version, "Birch")
    progress = progress_of(session, version)
    assert progress.everybody_answered and not progress.everybody_approved
    assert not progress_in_short(session, {version.id})[version.id].everybody_approved


def test_whom_a_reminder_would_reach_is_counted_as_it_is_found(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm")
    round_ = session.scalars(select(Round)).one()
    delta = session.scalars(select(Partner).where(Partner.name == "Delta")).one()
    house.leave(session, Letter.contact_id == delta.contacts[0].id, as_="failed")
    house.leave(session)
    house.say(session, version, "Alder")
    house.drop(session, version, "Elm")
    for days, names in ((0, {"Birch", "Cedar"}), (0.5, set()), (1.5, {"Birch", "Cedar"})):
        at = house.clock() + timedelta(days=days)
        found = who_is_reminded(session, round_, at=at)
        assert {item.partner.name for item in found} == names and count_to_remind(session, version, at=at) == len(names)
        if days == 0:
            house.remind(session, version)


def test_an_approval_with_a_note_is_found_by_it(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.say(session, version, "Alder")
    house.say(session, version, "Birch", public_note="For tests one to three.")
    house.say(session, version, "Cedar", note="Our board meets again in May.")
    assert progress_of(session, version).with_note == 2
    rows = board(session, version, BoardFilter(status="noted"))
    assert [row.partner.name for row in rows] == ["Birch", "Cedar"]


def test_days_are_counted_in_the_zone_and_the_next_reminder_is_the_plans(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    round_ = session.scalars(select(Round).where(Round.version_id == version.id)).one()
    zone = house.settings.timezone
    assert days_left(round_, zone=zone, at=round_.deadline - timedelta(days=8)) == 8
    assert days_left(round_, zone=zone, at=round_.deadline + timedelta(days=1)) == 0
    due = next_reminder(round_, zone=zone, at=round_.deadline - timedelta(days=2))
    day_before = (round_.deadline - timedelta(days=1)).astimezone(zone).date()
    assert due is not None and due.astimezone(zone).date() == day_before
    assert next_reminder(round_, zone=zone, at=round_.deadline) is None
