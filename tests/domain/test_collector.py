"""The garbage collector looks seldom while it is told to, never stops, and goes on afterwards."""

import gc
import weakref
from threading import Event, Thread

import pytest

from signoff.domain.collector import collecting_seldom


class Circle:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.own = self


def test_the_collector_rests_and_goes_on_however_the_work_ends() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError), collecting_seldom():
        with collecting_seldom():
            resting = gc.get_threshold()
        assert gc.get_threshold() == resting != usual, "the outer work has not ended"
        raise ValueError
    assert gc.get_threshold() == usual


def test_what_others_leave_behind_meanwhile_is_collected() -> None:
    with collecting_seldom():
        assert gc.isenabled()
        left = [weakref.ref(Circle()) for _ in range(200_000)]
        assert sum(one() is not None for one in left) < 110_000


def test_it_rests_until_the_last_of_several_threads_has_ended() -> None:
    usual, begun, may_end = gc.get_threshold(), Event(), Event()

    def work() -> None:
        with collecting_seldom():
            begun.set()
            may_end.wait(10)

    thread = Thread(target=work)
    with collecting_seldom():
        resting = gc.get_threshold()
        thread.start()
        assert begun.wait(10)
    assert gc.get_threshold() == resting
    may_end.set()
    thread.join()
    assert gc.get_threshold() == usual
