"""Whether the rows by which a user gets in and may act are as this program wrote them.

Who owns the database can write such rows and not their codes. They let no one in; `signoff verify` names them.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.permissions import Actor
from signoff.models import Authenticator, StaffUser
from signoff.services.record.row_codes import not_as_written


def is_way_in_as_written(session: Session, user: StaffUser) -> bool:
    """Whether a user may sign in: by the account, its roles, and its authenticators, those that were removed too."""
    authenticators = session.scalars(select(Authenticator).where(Authenticator.user_id == user.id))
    return not not_as_written(session, [user, *user.roles, *authenticators])


def are_roles_as_written(session: Session, user: StaffUser) -> bool:
    """Whether a user who is signed in goes on to be, with these roles."""
    return not not_as_written(session, user.roles)


def acting_later(session: Session, user: StaffUser) -> Actor:
    """A user in whose name something is done that was arranged before; without roles when those are not as written."""
    own = user.actor
    return own if are_roles_as_written(session, user) else Actor("user", user.id, frozenset())
