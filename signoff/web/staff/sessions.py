"""Flask-Login over server-side sessions: the cookie holds a secret that the database can end."""

from flask import Flask, g
from flask_login import LoginManager, UserMixin, login_user, logout_user

from signoff.models import StaffUser
from signoff.services.sign_ins import end_session, find_session, start_session
from signoff.web.installation import db, here


class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in browser: its session's secret, and whose it is."""

    def __init__(self, secret: str, user: StaffUser) -> None:
        self.secret = secret
        self.user = user

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
    found = find_session(db(), secret, clock=here().clock)
    return SignedIn(secret, found.user) if found else None


def begin(user: StaffUser) -> None:
    """Sign this browser in, under a new session."""
    secret = start_session(db(), user, clock=here().clock)
    login_user(SignedIn(secret, user))
    g.user = user


def end(signed_in: SignedIn) -> None:
    """Sign this browser out, and end its session for good."""
    end_session(db(), signed_in.secret, clock=here().clock)
    logout_user()
    g.pop("user", None)
