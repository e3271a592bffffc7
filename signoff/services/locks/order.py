"""The order in which acts take locks, and the one way to take one.

On SQLite a writing session holds the whole database from its first statement, and only the order is kept.
"""

import logging
from collections.abc import Hashable, Iterable, Sequence
from enum import IntEnum, auto
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


class Rank(IntEnum):
    """The kinds of locks in the order in which an act takes them."""

    IMPORTS = auto()
    ATTEMPTS = auto()
    ACCOUNTS = auto()
    USER = auto()
    AUTHENTICATOR = auto()
    SCHEDULE = auto()
    FIRST_DRAFT = auto()
    EDITIONS = auto()
    ADDRESSES = auto()
    NAMES = auto()
    PEOPLE = auto()
    POSITION = auto()
    VERSION = auto()
    PARTNER = auto()
    REQUEST = auto()
    CONTACT = auto()
    POSTING = auto()
    PUBLICATION = auto()
    DIGEST = auto()
    LETTER = auto()
    SEALING = auto()


class WrongOrder(RuntimeError):
    """A lock was taken after one that comes later in the order: two acts could wait for each other."""


_ONE_ACT, _HELD = "one_act", "held"
_Held = dict[tuple[Rank, Hashable], bool]  # what is held, and whether only for reading
_strict = False


def expect_one_act(session: Session) -> Session:
    """Watch the order of locks in a session whose transactions hold one act each, as those of a request do."""
    session.info[_ONE_ACT] = True
    return session


def be_strict() -> None:
    """Raise WrongOrder from here on; for tests.

    An installation logs it instead. A wrong order costs something only when two acts meet; then PostgreSQL ends one of
    them, and its user is asked to try again. To refuse every such act would be worse.
    """
    global _strict
    _strict = True


def hold(
    session: Session, rank: Rank, keys: Iterable[Hashable], lock: Executable | None, *, only_reading: bool = False
) -> Sequence[Any]:
    """Take a lock until the transaction ends, and return the rows it gives; every lock that an act waits for is here.

    `keys` name what is held, and `lock` is the statement, None where the dialect needs none. What is held already may
    be taken again, but not more firmly: two that read could each wait for the other to stop.
    """
    if session.info.get(_ONE_ACT):
        _note(_held_by(session), rank, keys, only_reading)
    return [] if lock is None else session.execute(lock).all()


def hold_new(session: Session, rank: Rank, key: Hashable) -> None:
    """What this transaction has made itself is held already: no one else sees it, so holding it waits for no one."""
    if session.info.get(_ONE_ACT):
        _held_by(session)[rank, key] = False


def _held_by(session: Session) -> _Held:
    transaction = session.get_transaction() or session.begin()
    of, held = session.info.get(_HELD, (None, {}))
    if of is not transaction:
        held = {}
        session.info[_HELD] = (transaction, held)
    return held  # type: ignore[no-any-return]


def _note(held: _Held, rank: Rank, keys: Iterable[Hashable], only_reading: bool) -> None:
    last = max((other for other, _ in held), default=rank)
    for wanted in [(rank, key) for key in keys]:
        if held.get(wanted, False) and not only_reading:
            _refuse(f"{rank.name} is held for reading, and taken for more")
        elif wanted not in held and rank < last:
            _refuse(f"{rank.name} is taken after {last.name}")
        held[wanted] = held.get(wanted, True) and only_reading


def _refuse(sentence: str) -> None:
    if _strict:
        raise WrongOrder(sentence)
    logging.getLogger("signoff").warning("locks in the wrong order: %s", sentence)
