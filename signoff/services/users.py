"""Staff users: added with roles, found by address, their passwords hashed with Argon2."""

import re
import threading
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from signoff.domain.moments import Clock
from signoff.domain.passwords import password_problem
from signoff.domain.permissions import Act, Actor, Role, ensure_may
from signoff.domain.refusals import Invalid
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Contact, StaffRole, StaffUser
from signoff.services.addresses import clean_email, email_problem, without_tag
from signoff.services.locks import hold_addresses
from signoff.services.record import record

NO_PASSWORD = "none"  # noqa: S105 - no hash looks like this
_HARD_ENOUGH = 3  # of 4, where 3 takes some hundred million guesses
_LEAST_OF_ONES_OWN = 8  # characters besides one's name, address and the Coalition
_GUESSED_AT = 72  # characters; longer ones are not looked at further, which would take seconds


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
                known = stored if stored not in (None, NO_PASSWORD) else None
                return self._hasher.verify(known or self._nobody, password) and known is not None
            except (VerificationError, InvalidHashError):
                return False


def find_user(session: Session, email: str) -> StaffUser | None:
    """The active user with this address."""
    return session.scalar(
        select(StaffUser).where(StaffUser.email == clean_email(email), StaffUser.deactivated_at.is_(None))
    )


def find_active_user(session: Session, number: int) -> StaffUser | None:
    """The active user with this id."""
    return session.scalar(select(StaffUser).where(StaffUser.id == number, StaffUser.deactivated_at.is_(None)))


def user_names(session: Session) -> dict[int, str]:
    """Every user's name by id, those of deactivated users too."""
    return dict(session.execute(select(StaffUser.id, StaffUser.name)).all())


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Collection[str],
    password: str | None,
    passwords: Passwords,
    by: Actor,
    clock: Clock,
    is_own_password: bool = False,
) -> StaffUser:
    """Add somebody who works for the Coalition; Invalid for an unusable address, name, role or password.

    Without a password they cannot sign in until they chose one through a mailed link. `is_own_password` says that the
    new user typed it; a password that somebody else set does not let its user confirm contacts.
    """
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
        password_hash=NO_PASSWORD if password is None else passwords.hash(password),
        password_chosen_at=at if is_own_password else None,
        added_at=at,
        roles=[StaffRole(role=role) for role in sorted(set(roles))],
    )
    session.add(user)
    session.flush()
    record(session, "user_added", by=by, at=at, facts={"user": user.id, "roles": sorted(set(roles))})
    return user


def _user_problems(
    session: Session, email: str, name: str, roles: Collection[str], password: str | None
) -> dict[str, str]:
    errors = {
        "email": address_problem(session, email),
        "name": line_problem(name, longest=200),
        "roles": roles_problem(roles),
        "password": "" if password is None else new_password_problem(password, email=email, name=name),
    }
    return {field: sentence for field, sentence in errors.items() if sentence}


def address_problem(session: Session, email: str, *, besides: StaffUser | None = None) -> str:
    """Why a cleaned address cannot be a user's; empty when it can. `besides` is the user who has it."""
    if problem := email_problem(email):
        return problem
    others = StaffUser.id != besides.id if besides else true()
    if session.scalar(select(StaffUser.id).where(StaffUser.email == email, others)):
        return "A user with this address exists already."
    # A mailbox with another tag behind a plus sign is the same mailbox.
    mailbox, _, domain = without_tag(email).rpartition("@")
    same = or_(Contact.email == f"{mailbox}@{domain}", Contact.email.startswith(f"{mailbox}+", autoescape=True))
    contacts = session.scalars(select(Contact.email).where(same, Contact.removed_at.is_(None)))
    if any(without_tag(one) == without_tag(email) for one in contacts):
        return "This is the address of a partner's contact; a contact can never be staff."
    return ""


def roles_problem(roles: Collection[str]) -> str:
    """What is wrong with a choice of roles; empty when nothing is."""
    return "" if roles and set(roles) <= set(Role) else f"Please choose among {', '.join(Role)}."


def new_password_problem(password: str, *, email: str, name: str) -> str:
    """What is wrong with a new password: too short, too long, or too easy to guess; empty when nothing is."""
    if problem := password_problem(password):
        return problem
    known = [word for word in (*re.split(r"\W+", f"{email} {name}".lower()), "coalition", "signoff") if len(word) > 2]
    beside_known = re.sub("|".join(map(re.escape, known)), "", password.lower())
    score = zxcvbn(password[:_GUESSED_AT], user_inputs=known, max_length=_GUESSED_AT)["score"]
    if score < _HARD_ENOUGH or len(beside_known.replace(" ", "")) < _LEAST_OF_ONES_OWN:
        return "This is easy to guess. Please choose four or five words that have nothing to do with you or each other."
    return ""
