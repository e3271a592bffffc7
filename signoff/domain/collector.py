"""Makes the garbage collector run seldom while thousands of objects are made that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_SELDOM = (50_000, 20, 20)  # new objects until it looks at them; then how many such looks until it looks at older ones

_lock = Lock()
_under_way = 0  # pieces of such work
_usual: tuple[int, int, int] = gc.get_threshold()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect seldom in the meantime: the collector would look again and again at what is still in use.

    A process has one collector, so it is never stopped: what other threads leave behind is still collected. Its usual
    pace returns when the last piece of such work has ended.
    """
    global _under_way, _usual
    with _lock:
        if not _under_way:
            _usual = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
        _under_way += 1
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
            if not _under_way:
                gc.set_threshold(*_usual)
