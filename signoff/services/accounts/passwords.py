"""Passwords: hashed with Argon2, chosen, changed, and refused when they are easy to guess."""

import re
import threading
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from signoff.domain.accounts import AccountLinkPurpose, AccountNews, password_problem
from signoff.domain.errors import Invalid, NotFound
from signoff.domain.permissions import ensure_own
from signoff.domain.time import Clock
from signoff.models import AccountLink, StaffUser
from signoff.services.accounts.api_tokens import drop_tokens
from signoff.services.accounts.mailed_links import end_account_links
from signoff.services.accounts.sessions import drop_sessions
from signoff.services.act import ActContext
from signoff.services.locks import hold_user
from signoff.services.outbox.letter_queue import queue_account_news
from signoff.services.record.record import record


def change_password(act: ActContext, user: StaffUser, password: str, *, hashed: str, keep: str) -> None:
    """Give one's account another password; every other session and all API tokens end.

    `keep` is the look-up of the session that goes on.

    `hashed` is the hash of `password`, made before the database was held. Invalid for one that is easy to guess.
    """
    ensure_own(act.by, user.actor, "Only the user can change their own password.")
    hold_user(act.session, user)
    _ensure_password(user, password)
    at = act.at()
    _set_password(act.session, user, hashed, keep=keep, at=at)
    record(act.session, "password_changed", by=act.by, at=at, facts={"user": user.id, "by_link": False})


def choose_password(session: Session, link: AccountLink, password: str, *, hashed: str, clock: Clock) -> StaffUser:
    """Choose a password through a mailed link, which ends with all sessions, tokens and other links of the account.

    Invalid for a password that is easy to guess. NotFound for a link of another purpose.
    """
    if link.purpose == AccountLinkPurpose.ADDRESS:
        raise NotFound("There is no such page.")
    user = link.user
    _ensure_password(user, password)
    at = clock()
    end_account_links(session, user, clock=clock)
    _set_password(session, user, hashed, keep="", at=at)
    record(session, "password_changed", by=user.actor, at=at, facts={"user": user.id, "by_link": True})
    return user


def _ensure_password(user: StaffUser, password: str) -> None:
    if problem := new_password_problem(password, email=user.email, name=user.name):
        raise Invalid({"password": problem})


def _set_password(session: Session, user: StaffUser, hashed: str, *, keep: str, at: datetime) -> None:
    user.password_hash, user.password_chosen_at = hashed, at
    drop_sessions(session, user, keep=keep, at=at)
    drop_tokens(session, user, at=at)
    session.flush()
    queue_account_news(session, user, AccountNews.PASSWORD_CHANGED, at=at)


NO_PASSWORD = "none"  # noqa: S105 - no hash looks like this
_HARD_ENOUGH = 3  # of 4, where 3 takes some hundred million guesses
_LEAST_OF_ONES_OWN = 8  # characters besides one's name, address and the Coalition
_GUESSED_AT = 72  # characters; longer ones are not looked at further, which would take seconds


class Passwords:
    """Hashes and verifies passwords, two at a time: each hash takes 64 MiB and most of a second."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(2)
        # A hash no one's password has, so that an unknown address costs the same time as a known one.
        self._nobody = self._hasher.hash("a password that no one has chosen")

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one behind the stored hash; None is no one's."""
        with self._turns:
            try:
                known = stored if stored not in (None, NO_PASSWORD) else None
                return self._hasher.verify(known or self._nobody, password) and known is not None
            except (VerificationError, InvalidHashError):
                return False


def new_password_problem(password: str, *, email: str, name: str) -> str:
    """What is wrong with a new password: too short, too long, or too easy to guess; empty when nothing is."""
    if problem := password_problem(password):
        return problem
    known = [word for word in (*re.split(r"\W+", f"{email} {name}".lower()), "coalition", "signoff") if len(word) > 2]
    beside_known = re.sub("|".join(map(re.escape, known)), "", password.lower())
    score = zxcvbn(password[:_GUESSED_AT], user_inputs=known, max_length=_GUESSED_AT)["score"]
    if score < _HARD_ENOUGH or len(beside_known.replace(" ", "")) < _LEAST_OF_ONES_OWN:
        return "This is easy to guess. Please choose four or five unrelated words that have nothing to do with you."
    return ""
