"""Staff accounts: users with roles, sessions, second factors, API tokens, failed sign-ins, idempotent calls."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.permissions import Actor, Role
from signoff.models.base import Base, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class StaffUser(Base):
    """Someone who works for the Coalition and signs in."""

    __tablename__ = "staff_user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    # Stands under the name in emails to partners.
    job_title: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    # When this user chose the present password; empty when someone else set it, or there is none.
    password_chosen_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    # Those that were taken back are not among them.
    roles: Mapped[list["StaffRole"]] = relationship(
        primaryjoin="(StaffRole.user_id == StaffUser.id) & StaffRole.ended_at.is_(None)",
        order_by="StaffRole.role",
        lazy="selectin",
    )

    @property
    def actor(self) -> Actor:
        """This user as someone who acts."""
        return Actor("user", self.id, frozenset(Role(row.role) for row in self.roles))


class StaffRole(Base):
    """One role of one user, until it is taken back; given again, it is another row."""

    __tablename__ = "staff_role"
    __table_args__ = (
        Index(
            "uq_staff_role",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id")
    role: Mapped[str] = to("role.role")
    ended_at: Mapped[datetime | None]


def holders(*roles: Role) -> Select[int]:
    """The ids of the users who have one of these roles, whether their accounts are active or not."""
    return select(StaffRole.user_id).where(StaffRole.role.in_(roles), StaffRole.ended_at.is_(None))


class StaffSession(Base):
    """One signed-in browser: the cookie holds a secret, the row its SHA-256. Ended once, never revived."""

    __tablename__ = "staff_session"
    __table_args__ = (CheckConstraint("expires_at > started_at", name="expires_later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", index=True)
    lookup: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # When its user last proved who they are; what is grave asks for a recent proof.
    proven_at: Mapped[datetime]
    # The browser's own words for itself, so that its user knows it again.
    browser: Mapped[str] = mapped_column(default="")

    user: Mapped[StaffUser] = relationship(lazy="joined")


class AccountLink(Base):
    """A mailed way to an account, used once: to choose a password, or to prove that a new address is one's own.

    The row keeps a nonce and a look-up value; the secret is in the letter alone.
    """

    __tablename__ = "account_link"
    __table_args__ = (
        one_of("purpose", AccountLinkPurpose),
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        CheckConstraint("(purpose = 'address') = (address IS NOT NULL)", name="address_when_new"),
        CheckConstraint("expires_at > issued_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", index=True)
    purpose: Mapped[str]
    address: Mapped[str | None]
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[StaffUser] = relationship(lazy="joined")


class Authenticator(Base):
    """A user's authenticator app: its secret is made of the nonce; counts once a code was given, until removed."""

    __tablename__ = "authenticator"
    __table_args__ = (
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        Index(
            "uq_authenticator_present",
            "user_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id")
    nonce: Mapped[bytes]
    lookup: Mapped[str]
    added_at: Mapped[datetime]
    # The last step of thirty seconds whose code was taken: no code counts twice.
    last_step: Mapped[int]
    removed_at: Mapped[datetime | None]

    recovery_codes: Mapped[list["RecoveryCode"]] = relationship(order_by="RecoveryCode.id")


class RecoveryCode(Base):
    """One code to sign in with when the authenticator is lost; the row keeps its SHA-256."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("authenticator_id", "lookup"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authenticator_id: Mapped[int] = to("authenticator.id")
    lookup: Mapped[str]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A token that acts with its user's roles; the row keeps its SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", index=True)
    name: Mapped[str]
    lookup: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[StaffUser] = relationship(lazy="joined")


class EmailOff(Base):
    """A kind of letter that a user has switched off; without a row they get it."""

    __tablename__ = "email_off"

    user_id: Mapped[int] = to("staff_user.id", primary_key=True)
    kind: Mapped[str] = to("letter_kind.kind", primary_key=True)


class SignInFailure(Base):
    """One failed sign-in, counted by the SHA-256 of the address that was typed."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_lookup_at", "lookup", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lookup: Mapped[str]
    at: Mapped[datetime]


class IdempotentCall(Base):
    """What an API call with an Idempotency-Key answered, so that its repeat answers the same."""

    __tablename__ = "idempotent_call"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = to("staff_user.id")
    key: Mapped[str]
    request_digest: Mapped[str]
    status: Mapped[int]
    answer: Mapped[str]
    at: Mapped[datetime]


GUARDS: tuple[Guard, ...] = (
    *guarded(StaffUser, changes="email name job_title password_hash password_chosen_at deactivated_at"),
    Guard(
        "staff_is_not_contact",
        "staff_user",
        "INSERT",
        "EXISTS (SELECT 1 FROM contact c WHERE c.email = NEW.email AND c.removed_at IS NULL)",
        "staff_user: a partner's contact can never be staff",
    ),
    Guard(
        "staff_stays_not_contact",
        "staff_user",
        "UPDATE",
        "EXISTS (SELECT 1 FROM contact c WHERE c.email = NEW.email AND c.removed_at IS NULL)",
        "staff_user: a partner's contact can never be staff",
    ),
    *guarded(StaffRole, ends=[Ending("ended_at", "a role that was taken back is given by another row")]),
    *guarded(
        StaffSession, changes="proven_at", goes=True, ends=[Ending("ended_at", "an ended session is never revived")]
    ),
    *guarded(AccountLink, ends=[Ending("ended_at", "a link that was used is never revived")]),
    *guarded(
        Authenticator,
        changes="last_step",
        ends=[Ending("removed_at", "a removed authenticator is never revived")],
    ),
    Guard(
        "authenticator_steps_forward",
        "authenticator",
        "UPDATE",
        "NEW.last_step < OLD.last_step",
        "authenticator: a code that was taken is not taken again",
    ),
    *guarded(RecoveryCode, ends=[Ending("used_at", "a recovery code is taken once")]),
    *guarded(ApiToken, ends=[Ending("revoked_at", "a revoked token is never revived")]),
    *guarded(EmailOff, goes=True),
    *guarded(SignInFailure, goes=True),
    *guarded(IdempotentCall, goes=True),
)
