"""Lists of signatories as bundles carry them, kept while the list is the same: found by what the list says now."""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from signoff.evidence.file_writing import PreparedList

_MOST_BYTES = 32 * 1024 * 1024  # of text; with what is squeezed, some 40 MB in each process


@dataclass(frozen=True)
class WrittenList:
    """A prepared list, and the time of its latest approval (empty without any)."""

    listed: PreparedList
    latest: str

    @cached_property
    def deflated(self) -> bytes:
        """Its text as a piece of a gzip file, squeezed once."""
        return deflated(self.listed.json.encode())


def deflated(content: bytes, *, is_last: bool = False) -> bytes:
    """A piece of a deflate stream that refers to no other piece."""
    squeezer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezer.compress(content) + squeezer.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)


class ListCache:
    """The lists that were asked for last, up to so many bytes of text."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lists: OrderedDict[bytes, WrittenList] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: bytes, make: Callable[[], WrittenList]) -> WrittenList:
        """The list under a key that is made of all that is in it; made where it is not kept."""
        with self._lock:
            if key in self._lists:
                self._lists.move_to_end(key)
                return self._lists[key]
        made = make()
        with self._lock:
            if key not in self._lists and len(made.listed.json) <= self._most_bytes:
                self._lists[key] = made
                self._bytes += len(made.listed.json)
            while self._bytes > self._most_bytes:
                _, gone = self._lists.popitem(last=False)
                self._bytes -= len(gone.listed.json)
        return made


_CACHES: WeakKeyDictionary[Engine, ListCache] = WeakKeyDictionary()


def cache_of(session: Session) -> ListCache:
    """The lists that this process keeps of a database."""
    bound = session.get_bind()
    return _CACHES.setdefault(bound if isinstance(bound, Engine) else bound.engine, ListCache())
