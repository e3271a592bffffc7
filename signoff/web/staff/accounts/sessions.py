"""Flask-Login over server-side sessions: the cookie holds a secret that the database can end."""

from flask import Flask, g, request
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy.orm import Session

from signoff.models import StaffSession, StaffUser
from signoff.services.accounts.sessions import end_session, find_session, start_session
from signoff.web.installation import db, installation


class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in browser: its session's secret, the session, and whose it is."""

    def __init__(self, secret: str, staff_session: StaffSession) -> None:
        self.secret = secret
        self.found = staff_session

    @property
    def user(self) -> StaffUser:
        """Who is signed in."""
        return self.found.user

    def reload(self, session: Session) -> StaffUser:
        """Read session and user through another database session; the user who acts is then that one's."""
        self.found = session.get_one(StaffSession, self.found.id)
        g.user = self.found.user
        return self.found.user

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.secret


def install_sign_in(app: Flask) -> None:
    """Let Flask-Login find sessions in the database."""
    manager = LoginManager(app, add_context_processor=False)
    # Its own protection trusts the first X-Forwarded-For value; ours is that a session can be ended.
    manager.session_protection = None
    manager.user_loader(_load)


def _load(secret: str) -> SignedIn | None:
    staff_session = find_session(db(), secret, clock=installation().clock)
    return SignedIn(secret, staff_session) if staff_session else None


def begin(user: StaffUser) -> None:
    """Sign this browser in, under a new session."""
    secret = start_session(db(), user, clock=installation().clock, browser=request.headers.get("User-Agent", ""))
    db().flush()
    staff_session = find_session(db(), secret, clock=installation().clock)
    assert staff_session is not None
    login_user(SignedIn(secret, staff_session))
    g.user = user


def end(signed_in: SignedIn) -> None:
    """Sign this browser out, and end its session for good."""
    end_session(db(), signed_in.secret, clock=installation().clock)
    logout_user()
    g.pop("user", None)
