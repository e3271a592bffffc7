"""Staff users: added with roles, found by address, their passwords hashed with Argon2."""

import threading
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.characters import clean_line, line_problem
from signoff.domain.moments import Clock
from signoff.domain.passwords import password_problem
from signoff.domain.permissions import Act, Actor, Role, ensure_may
from signoff.domain.refusals import Invalid
from signoff.models import Contact, StaffRole, StaffUser
from signoff.services.addresses import clean_email, email_problem
from signoff.services.locks import hold_addresses
from signoff.services.record import record


class Passwords:
    """Hashes and verifies passwords, two at a time: each hash takes 64 MiB and most of a second."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(2)
        # A hash nobody's password has, so that an unknown address costs the same time as a known one.
        self._nobody = self._hasher.hash("a password that nobody has chosen")

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one behind the stored hash; None is nobody's."""
        with self._turns:
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False


def find_user(session: Session, email: str) -> StaffUser | None:
    """The active user with this address."""
    return session.scalar(
        select(StaffUser).where(StaffUser.email == clean_email(email), StaffUser.deactivated_at.is_(None))
    )


def user_names(session: Session) -> dict[int, str]:
    """Every user's name by id, those of deactivated users too."""
    return dict(session.execute(select(StaffUser.id, StaffUser.name)).all())


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Collection[str],
    password: str,
    passwords: Passwords,
    by: Actor,
    clock: Clock,
) -> StaffUser:
    """Add somebody who works for the Coalition; Invalid for an unusable address, name, role or password."""
    ensure_may(by, Act.MANAGE_USERS)
    email, name = clean_email(email), clean_line(name)
    hold_addresses(session, [email])
    errors = _user_problems(session, email, name, roles, password)
    if errors:
        raise Invalid(errors)
    at = clock()
    user = StaffUser(
        email=email,
        name=name,
        password_hash=passwords.hash(password),
        added_at=at,
        roles=[StaffRole(role=role) for role in sorted(set(roles))],
    )
    session.add(user)
    session.flush()
    record(session, "user_added", by=by, at=at, facts={"user": user.id, "roles": sorted(set(roles))})
    return user


def _user_problems(session: Session, email: str, name: str, roles: Collection[str], password: str) -> dict[str, str]:
    errors = {
        "email": email_problem(email),
        "name": line_problem(name, longest=200),
        "roles": "" if roles and set(roles) <= set(Role) else f"Please choose among {', '.join(Role)}.",
        "password": password_problem(password, email=email),
    }
    if not errors["email"]:
        if session.scalar(select(StaffUser.id).where(StaffUser.email == email)):
            errors["email"] = "A user with this address exists already."
        elif session.scalar(select(Contact.id).where(Contact.email == email, Contact.removed_at.is_(None))):
            errors["email"] = "This is the address of a partner's contact; a contact can never be staff."
    return {field: sentence for field, sentence in errors.items() if sentence}
