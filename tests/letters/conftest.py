"""A turn of the worker for the tests of letters: the built-in one on both databases, or four of Procrastinate's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from signoff.worker import distributed
from signoff.worker.turn import work_once
from tests.house import House

WORKERS = 4


@pytest.fixture
def deliver(house: House) -> Callable[[], list[str]]:
    """One turn of whoever works for the house; answers with the state each letter came to."""

    def turn() -> list[str]:
        states: list[str] = []
        if house.settings.worker == "built-in":
            work_once(house.worker(states.append))
            return states
        with ThreadPoolExecutor(WORKERS) as pool:
            turns = [pool.submit(distributed.work, house.worker(states.append), once=True) for _ in range(WORKERS)]
        for item in turns:
            item.result()
        return states

    return turn
