"""A turn of the worker for the tests of letters."""

from collections.abc import Callable

import pytest

from signoff.worker import work_once
from tests.house import House


@pytest.fixture
def deliver(house: House) -> Callable[[], list[str]]:
    """One turn of the worker; answers with the state each letter came to."""

    def turn() -> list[str]:
        states: list[str] = []
        work_once(house.database, house.settings, house.clock, states.append)
        return states

    return turn
