"""What a running installation consists of, and how a request reaches its database."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.errors import NotSignedIn
from signoff.domain.permissions import Actor
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.models import StaffUser
from signoff.services.accounts.passwords import Passwords
from signoff.services.act import ActContext
from signoff.services.locks import expect_one_act
from signoff.settings import Settings

READING_METHODS = ("GET", "HEAD", "OPTIONS")


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Installation:
    """The settings, database, keys and clock that one application runs with."""

    settings: Settings
    database: Database
    keys: SealingKeys
    passwords: Passwords
    clock: Clock
    demo_inbox: Callable[[], list[Any]] | None = None
    remembered: dict[str, str] = field(default_factory=dict)

    def act(self, session: Session, by: Actor) -> ActContext:
        """The context of what somebody does in this installation."""
        return ActContext(session, by, self.clock, self.keys, self.settings.secret_key)

    @property
    def coalition_name(self) -> str:
        """The Coalition's name as this process last read it; the program's before it has read any."""
        return self.remembered.get("coalition", "Signoff")


def installation() -> Installation:
    """The installation this request runs in."""
    result: Installation = current_app.extensions["signoff"]
    return result


def db() -> Session:
    """This request's session: one that cannot write for GET and HEAD, one that begins as a writer otherwise."""
    if "session" not in g:
        database = installation().database
        reads = request.method in READING_METHODS
        g.session = database.reader() if reads else expect_one_act(database.writer())
    session: Session = g.session
    return session


def read_first() -> None:
    """Let this request read without holding the database, until `write_now`; for slow work such as hashing."""
    close_session()
    g.session = installation().database.reader()


def write_now() -> Session:
    """End what `read_first` began: from here on this request's session is a writer."""
    close_session()
    return db()


def close_session(_problem: BaseException | None = None) -> None:
    """Give the session back; whatever was not committed is undone."""
    session = g.pop("session", None)
    if session is not None:
        with suppress(SQLAlchemyError):  # there may be no connection left to undo it on
            session.close()


def current_act(by: Actor | None = None) -> ActContext:
    """The context of what this request does, in the name of who is signed in unless somebody else is given."""
    return installation().act(db(), by or acting())


def acting_user() -> StaffUser:
    """The signed-in user or the token's user; NotSignedIn without one."""
    user: StaffUser | None = g.get("user")
    if user is None:
        raise NotSignedIn("This call needs a token.")
    return user


def acting() -> Actor:
    """Who acts in this request."""
    return acting_user().actor
