"""Lets the garbage collector look seldom while thousands of objects are made that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_SELDOM = (50_000, 20, 20)  # new objects until it looks at them, and how often until it looks at older ones again

_changing = Lock()
_resting = 0  # pieces of work under way
_usual: tuple[int, int, int] = gc.get_threshold()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Collect seldom meanwhile: the collector would look again and again at what is still in use.

    It is one for the whole process, so it never stops: what other threads leave behind is still collected. It is back
    at its usual pace when the last piece of such work has ended.
    """
    global _resting, _usual
    with _changing:
        if not _resting:
            _usual = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
        _resting += 1
    try:
        yield
    finally:
        with _changing:
            _resting -= 1
            if not _resting:
                gc.set_threshold(*_usual)
