"""Locks are taken in one order, and an act that takes them otherwise is found."""

import logging

import pytest
from sqlalchemy.orm import Session

from signoff.services import locks
from signoff.services.locks import order
from signoff.services.locks.order import Rank, WrongOrder, expect_one_act, hold, hold_new
from tests.house import House


@pytest.fixture
def watched(session: Session) -> Session:
    return expect_one_act(session)


def test_a_lock_of_a_lower_rank_is_refused_after_a_higher_one(watched: Session, house: House) -> None:
    partner = house.partner(watched, "Alder")
    watched.commit()
    locks.hold_partner(watched, partner)
    with pytest.raises(WrongOrder, match="NAMES is taken after PARTNER"):
        locks.hold_names(watched)


def test_the_same_two_are_taken_in_their_order(watched: Session, house: House) -> None:
    partner = house.partner(watched, "Alder")
    watched.commit()
    locks.hold_names(watched)
    locks.hold_partner(watched, partner)


def test_what_is_held_may_be_taken_again_but_not_more_firmly(watched: Session) -> None:
    locks.hold_names(watched, only_reading=True)
    hold(watched, Rank.VERSION, [1], None)
    locks.hold_names(watched, only_reading=True)
    with pytest.raises(WrongOrder, match="held for reading"):
        locks.hold_names(watched)


def test_what_was_made_in_the_transaction_is_held_already(watched: Session) -> None:
    hold(watched, Rank.ADDRESSES, ["ana@alder.example"], None)
    hold_new(watched, Rank.USER, 1)
    hold(watched, Rank.USER, [1], None)
    with pytest.raises(WrongOrder, match="USER is taken after ADDRESSES"):
        hold(watched, Rank.USER, [2], None)


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_nothing_is_held_after_the_transaction(watched: Session, end) -> None:  # type: ignore[no-untyped-def]
    hold(watched, Rank.VERSION, [1], None)
    end(watched)
    locks.hold_names(watched)


def test_an_installation_logs_a_wrong_order_and_goes_on(
    watched: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(order, "_strict", False)
    hold(watched, Rank.VERSION, [1], None)
    with caplog.at_level(logging.WARNING, "signoff"):
        locks.hold_names(watched)
    assert "NAMES is taken after VERSION" in caplog.text


def test_ranks_stand_in_the_order_of_the_decision() -> None:
    order = ["ADDRESSES", "NAMES", "PEOPLE", "POSITION", "VERSION", "PARTNER", "REQUEST", "CONTACT"]
    assert [rank.name for rank in Rank if rank.name in order] == order
