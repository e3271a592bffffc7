"""Accounts after they were made: roles, deactivation, passwords, addresses, sessions and tokens."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountLinkPurpose, AccountNews
from signoff.domain.moments import Clock
from signoff.domain.permissions import Act, Actor, Role, ensure_may, ensure_own, ensure_own_or_may
from signoff.domain.refusals import Conflict, Invalid, NotFound
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import AccountLink, ApiToken, StaffRole, StaffSession, StaffUser
from signoff.models.base import among
from signoff.services.account_links import end_account_links, send_account_link
from signoff.services.addresses import clean_email
from signoff.services.letter_queue import queue_account_news
from signoff.services.locks import hold_accounts, hold_addresses, hold_user
from signoff.services.record import record
from signoff.services.users import NO_PASSWORD, address_problem, new_password_problem, roles_problem


def all_users(session: Session) -> Sequence[StaffUser]:
    """Everybody who works or worked for the Coalition, by name."""
    return session.scalars(select(StaffUser).order_by(func.lower(StaffUser.name), StaffUser.id)).all()


def get_user(session: Session, number: int) -> StaffUser:
    """The user with this id; NotFound otherwise."""
    found = session.get(StaffUser, number)
    if found is None:
        raise NotFound("There is no such user.")
    return found


def change_user(
    session: Session, user: StaffUser, *, name: str, roles: Collection[str], by: Actor, clock: Clock
) -> bool:
    """Give a user another name or other roles; returns whether anything changed.

    Invalid for an unusable name or role, Conflict when no administrator would be left.
    """
    ensure_may(by, Act.MANAGE_USERS)
    hold_accounts(session)
    session.refresh(user)
    name = clean_line(name)
    errors = {"name": line_problem(name, longest=200), "roles": roles_problem(roles)}
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    before = {row.role for row in user.roles}
    if name == user.name and set(roles) == before:
        return False
    if Role.ADMINISTRATOR not in roles:
        _ensure_another_administrator(session, user)
    name_changed, user.name = name != user.name, name
    user.roles[:] = [row for row in user.roles if row.role in roles]
    user.roles.extend(StaffRole(role=role) for role in sorted(set(roles) - before))
    session.flush()
    at = clock()
    facts = {"user": user.id, "name_changed": name_changed, "roles": sorted(set(roles))}
    record(session, "user_changed", by=by, at=at, facts=facts)
    if set(roles) != before:
        queue_account_news(session, user, AccountNews.ROLES_CHANGED, at=at)
    return True


def deactivate_user(session: Session, user: StaffUser, *, by: Actor, clock: Clock) -> None:
    """End somebody's account: sessions, tokens and mailed links die at once, what they did stays. Twice is once.

    Conflict for one's own account and for the last administrator's.
    """
    ensure_may(by, Act.MANAGE_USERS)
    hold_accounts(session)
    hold_user(session, user)
    if user.deactivated_at is not None:
        return
    if by.label == user.actor.label:
        raise Conflict("You cannot deactivate your own account. Another administrator can.")
    _ensure_another_administrator(session, user)
    at = clock()
    user.deactivated_at = at
    drop_sessions(session, user, at=at)
    _drop_tokens(session, user, at=at)
    end_account_links(session, user, clock=clock)
    session.flush()
    record(session, "user_deactivated", by=by, at=at, facts={"user": user.id})


def reactivate_user(session: Session, user: StaffUser, *, by: Actor, clock: Clock) -> None:
    """Let somebody work for the Coalition again, with their roles; sessions and tokens stay dead. Twice is once."""
    ensure_may(by, Act.MANAGE_USERS)
    hold_accounts(session)
    hold_addresses(session, [user.email])
    session.refresh(user)
    if user.deactivated_at is None:
        return
    if problem := address_problem(session, user.email, besides=user):
        raise Conflict(problem)
    user.deactivated_at = None
    session.flush()
    record(session, "user_reactivated", by=by, at=clock(), facts={"user": user.id})


def _ensure_another_administrator(session: Session, user: StaffUser) -> None:
    others = (
        select(StaffUser.id)
        .join(StaffRole, StaffRole.user_id == StaffUser.id)
        .where(StaffRole.role == Role.ADMINISTRATOR, StaffUser.deactivated_at.is_(None), StaffUser.id != user.id)
        .where(StaffUser.password_hash != NO_PASSWORD)
    )
    is_one = user.deactivated_at is None and any(row.role == Role.ADMINISTRATOR for row in user.roles)
    if is_one and session.scalar(others.limit(1)) is None:
        raise Conflict("This is the only administrator. Give somebody else that role first.")


def change_password(
    session: Session, user: StaffUser, password: str, *, hashed: str, keep: str, by: Actor, clock: Clock
) -> None:
    """Give one's account another password; every other session and all API tokens end.

    `keep` is the look-up of the session that goes on.

    `hashed` is the hash of `password`, made before the database was held. Invalid for one that is easy to guess.
    """
    ensure_own(by, user.actor, "A password is its user's own matter.")
    hold_user(session, user)
    _ensure_password(user, password)
    at = clock()
    _set_password(session, user, hashed, keep=keep, at=at)
    record(session, "password_changed", by=by, at=at, facts={"user": user.id, "by_link": False})


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
    _drop_tokens(session, user, at=at)
    session.flush()
    queue_account_news(session, user, AccountNews.PASSWORD_CHANGED, at=at)


def ask_for_address(session: Session, user: StaffUser, email: str, *, key: str, by: Actor, clock: Clock) -> AccountLink:
    """Send the way to a new address for one's account to that address; it counts once it was opened and confirmed.

    Invalid for an unusable address, or one that a user or a partner's contact has.
    """
    ensure_own(by, user.actor, "An address is its user's own matter.")
    email = clean_email(email)
    if email == user.email:
        raise Invalid({"email": "This is your address already."})
    if problem := address_problem(session, email, besides=user):
        raise Invalid({"email": problem})
    return send_account_link(session, user, AccountLinkPurpose.ADDRESS, key=key, by=by, clock=clock, address=email)


def confirm_address(session: Session, link: AccountLink, *, clock: Clock) -> StaffUser:
    """Take a new address for an account, proven by the link that went there; the old address is told.

    Conflict when somebody else has the address meanwhile, NotFound for a link of another purpose.
    """
    if link.purpose != AccountLinkPurpose.ADDRESS or link.address is None:
        raise NotFound("There is no such page.")
    hold_addresses(session, [link.address])
    if problem := address_problem(session, link.address, besides=link.user):
        raise Conflict(problem)
    user, old, at = link.user, link.user.email, clock()
    end_account_links(session, user, clock=clock)
    user.email = link.address
    session.flush()
    record(session, "user_address_changed", by=user.actor, at=at, facts={"user": user.id})
    queue_account_news(session, user, AccountNews.ADDRESS_CHANGED, at=at, address=old)
    return user


def live_sessions(session: Session, user: StaffUser, *, clock: Clock) -> Sequence[StaffSession]:
    """Where a user is signed in at present, newest first."""
    return session.scalars(
        select(StaffSession)
        .where(StaffSession.user_id == user.id, StaffSession.ended_at.is_(None), StaffSession.expires_at > clock())
        .order_by(StaffSession.id.desc())
    ).all()


def end_sessions(session: Session, user: StaffUser, ids: Collection[int], *, by: Actor, clock: Clock) -> int:
    """End some of one's own sessions; returns how many. None is no act."""
    ensure_own(by, user.actor, "Sessions are their user's own matter.")
    at = clock()
    ended = drop_sessions(session, user, only=ids, at=at)
    if ended:
        record(session, "sessions_ended", by=by, at=at, facts={"user": user.id, "sessions": ended})
    return len(ended)


def drop_sessions(
    session: Session, user: StaffUser, *, at: datetime, only: Collection[int] | None = None, keep: str = ""
) -> list[int]:
    """End a user's sessions, `only` some or all but the one whose look-up is `keep`; part of an act with its entry."""
    which = [StaffSession.user_id == user.id, StaffSession.ended_at.is_(None), StaffSession.lookup != keep]
    if only is not None:
        which.append(among(StaffSession.id, only))
    ended = update(StaffSession).where(*which).values(ended_at=at).returning(StaffSession.id)
    return sorted(session.scalars(ended.execution_options(synchronize_session=False)))


def live_tokens(session: Session, user: StaffUser) -> Sequence[ApiToken]:
    """A user's API tokens that work, newest first."""
    return session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    ).all()


def _drop_tokens(session: Session, user: StaffUser, *, at: datetime) -> None:
    tokens = update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    session.execute(tokens.values(revoked_at=at))


def revoke_token(session: Session, token: ApiToken, *, by: Actor, clock: Clock) -> None:
    """Let an API token work no more: one's own, or an administrator's act for others. Twice is once."""
    ensure_own_or_may(by, token.user.actor, Act.MANAGE_TOKENS)
    if token.revoked_at is not None:
        return
    token.revoked_at = at = clock()
    session.flush()
    record(session, "token_revoked", by=by, at=at, facts={"user": token.user_id, "token": token.id})


def get_token(session: Session, number: int) -> ApiToken:
    """The API token with this id; NotFound otherwise."""
    found = session.get(ApiToken, number)
    if found is None:
        raise NotFound("There is no such token.")
    return found
