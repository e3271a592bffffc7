"""What the web application of an installation consists of, and how a request reaches its database."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from signoff.domain.errors import NotSignedIn
from signoff.domain.permissions import Actor
from signoff.models import StaffUser
from signoff.services.accounts.passwords import Passwords
from signoff.services.act import ActContext
from signoff.services.coalition import find_coalition
from signoff.services.locks.order import expect_one_act
from signoff.web.metrics import Metrics
from signoff.web.one_time_address import SetUp
from signoff.worker.installation import Installation

READING_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class WebInstallation(Installation):
    """An installation with what its web application has besides."""

    passwords: Passwords = field(default_factory=Passwords)
    demo_inbox: Callable[[], list[Any]] | None = None
    set_up: SetUp | None = None
    remembered: dict[str, str] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def coalition_name(self) -> str:
        """The Coalition's name as this process last read it; the program's before it has read any."""
        return self.remembered.get("coalition", "Signoff")


def installation() -> WebInstallation:
    """The installation this request runs in."""
    result: WebInstallation = current_app.extensions["signoff"]
    return result


def db() -> Session:
    """This request's session: one that cannot write for GET and HEAD, one that begins as a writer otherwise."""
    if "session" not in g:
        database = installation().database
        reads = request.method in READING_METHODS
        g.session = database.reader() if reads else expect_one_act(database.writer())
    session: Session = g.session
    return session


def coalition_name() -> str:
    """The Coalition's name as this request reads it; before `signoff init` was run, the program's."""
    coalition = find_coalition(db())
    return coalition.name if coalition else installation().coalition_name


def read_first() -> None:
    """Let this request read without holding the database, until `write_now`; for slow work such as hashing."""
    close_session()
    g.session = installation().database.reader()


def write_now() -> Session:
    """End what `read_first` began: from here on this request's session is a writer."""
    close_session()
    return db()


def note_committed(sentence: str) -> None:
    """Remember what this request has committed already: a page about a later failure says it."""
    g.committed = sentence


def close_session(_problem: BaseException | None = None) -> None:
    """Give the session back; whatever was not committed is undone."""
    session = g.pop("session", None)
    if session is not None:
        with suppress(SQLAlchemyError):  # there may be no connection left to undo it on
            session.close()


def current_act(by: Actor | None = None) -> ActContext:
    """The context of what this request does, in the name of who is signed in unless someone else is given."""
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
