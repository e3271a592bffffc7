"""Readers and a writer in processes of their own: who begins to read after a withdrawal never meets the name."""

import multiprocessing
import time
from ctypes import c_int
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import TypeAlias

import pytest
from flask import Flask

from signoff.models import Version
from signoff.web.app import create_app
from tests.house import House

PAGE = "/positions/fund-the-coordinator"
PAGES = (PAGE, f"{PAGE}.json", f"{PAGE}/signatories.csv")
# A number that grows by one with each step tells where the writer is: about to act, or which of the two holds now.
STANDS, GONE = 1, 3
Number: TypeAlias = "Synchronized[int]"


def _read(app: Flask, page: str, state: Number, stop: Event, right: Number, wrong: Number) -> None:
    """Read a page again and again, and count the answers by whether they are what they must be."""
    # Forked: what the parent has open is the parent's.
    app.extensions["signoff"].database.engine.dispose(close=False)
    client = app.test_client(use_cookies=False)
    while not stop.is_set():
        before = state.value
        response = client.get(page)
        if before == state.value and before % 4 in (STANDS, GONE):
            is_right = response.status_code == 200 and (b"Alder" in response.data) == (before % 4 == STANDS)
            (right if is_right else wrong).value += 1


def raced(house: House, *, readers: int, turns: int) -> tuple[list[int], list[int]]:
    """How many right and wrong answers each reader got while Alder approved and withdrew so many times."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Birch")
        house.publish(session, version)
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    parent = app.test_client(use_cookies=False)
    parent.get(PAGE), parent.get(PAGE)  # so that it has connections of both kinds when it forks
    context = multiprocessing.get_context("fork")
    state, stop = context.Value(c_int, 0), context.Event()
    right, wrong = ([context.Value(c_int, 0) for _ in range(readers)] for _ in range(2))
    processes = [
        context.Process(target=_read, args=(app, PAGES[n % 3], state, stop, right[n], wrong[n]), daemon=True)
        for n in range(readers)
    ]
    for process in processes:
        process.start()
    _write(house, state, right, turns)
    stop.set()
    for process in processes:
        process.join(20)
    assert parent.get(PAGE).status_code == 200  # no child closed what the parent has open
    app.extensions["signoff"].database.engine.dispose()
    return [each.value for each in right], [each.value for each in wrong]


def _write(house: House, state: Number, counts: list[Number], turns: int) -> None:
    for act in (house.say, house.withdraw) * turns:
        house.clock.advance(seconds=1)
        with house.database.unit_of_work() as session:
            act(session, session.get_one(Version, 1), "Alder")
        state.value += 1
        before, late = [each.value for each in counts], time.monotonic() + 5
        while time.monotonic() < late and any(one.value < was + 3 for one, was in zip(counts, before, strict=True)):
            time.sleep(0.005)
        state.value += 1


def test_no_reader_meets_a_name_that_was_withdrawn_before(house: House) -> None:
    right, wrong = raced(house, readers=3, turns=4)
    assert sum(wrong) == 0 and min(right) > 5, (right, wrong)


@pytest.mark.torture
def test_none_does_so_in_a_thousand_turns(house: House) -> None:
    right, wrong = raced(house, readers=4, turns=1000)
    assert sum(wrong) == 0 and min(right) > 500, (right, wrong)
