"""A mail server for the tests of letters."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from signoff.worker import work_once
from tests.house import House
from tests.letters.sink import Sink, free_port, listening


@pytest.fixture
def sink(house: House) -> Iterator[Sink]:
    """A mail server that the house's settings point to."""
    port = free_port()
    house.settings = replace(house.settings, mail=replace(house.settings.mail, port=port))
    with listening(Sink(), port) as sink:
        yield sink


@pytest.fixture
def deliver(house: House) -> Callable[[], list[str]]:
    """One turn of the worker; answers with the state each letter came to."""

    def turn() -> list[str]:
        states: list[str] = []
        work_once(house.database, house.settings, house.clock, states.append)
        return states

    return turn
