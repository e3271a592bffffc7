"""Staff users: added with roles, found, changed, deactivated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountNews
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.partners.email_addresses import clean_email, email_problem, without_tag
from signoff.domain.permissions import Act, Role, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Contact, StaffRole, StaffUser
from signoff.models.accounts import holders
from signoff.services.accounts.api_tokens import drop_tokens
from signoff.services.accounts.mailed_links import end_account_links
from signoff.services.accounts.passwords import NO_PASSWORD, new_password_problem
from signoff.services.accounts.sessions import drop_sessions
from signoff.services.accounts.written_rows import is_way_in_as_written
from signoff.services.act import ActContext
from signoff.services.locks import hold_accounts, hold_addresses, hold_user
from signoff.services.locks.order import Rank, hold_new
from signoff.services.outbox.letter_queue import queue_account_news
from signoff.services.record.record import record


@dataclass(frozen=True)
class FirstPassword:
    """The password that an account begins with, hashed before the database was held.

    `is_own` says that the new user typed it; with one that someone else set, its user cannot confirm contacts.
    """

    text: str
    hashed: str
    is_own: bool = False


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


def names_of_role(session: Session, role: Role) -> list[str]:
    """The names of the active users who have this role, in alphabetical order."""
    having = select(StaffUser.name).where(StaffUser.id.in_(holders(role)), StaffUser.deactivated_at.is_(None))
    return list(session.scalars(having.order_by(StaffUser.name)))


def add_user(
    act: ActContext,
    *,
    email: str,
    name: str,
    roles: Collection[str],
    job_title: str = "",
    password: FirstPassword | None = None,
) -> StaffUser:
    """Add someone who works for the Coalition; Invalid for an unusable address, name, job title, role or password.

    Without a password they cannot sign in until they chose one through a mailed link.
    """
    ensure_may(act.by, Act.MANAGE_USERS)
    email, name, job_title = clean_email(email), clean_line(name), clean_line(job_title)
    hold_addresses(act.session, [email])
    errors = _user_problems(act.session, email, name, roles, password) | _job_title_problem(job_title)
    if errors:
        raise Invalid(errors)
    at = act.at()
    user = StaffUser(
        email=email,
        name=name,
        job_title=job_title,
        password_hash=NO_PASSWORD if password is None else password.hashed,
        password_chosen_at=at if password is not None and password.is_own else None,
        added_at=at,
        roles=[StaffRole(role=role) for role in sorted(set(roles))],
    )
    act.session.add(user)
    act.session.flush()
    hold_new(act.session, Rank.USER, user.id)
    record(act.session, "user_added", by=act.by, at=at, facts={"user": user.id, "roles": sorted(set(roles))})
    return user


def _user_problems(
    session: Session, email: str, name: str, roles: Collection[str], password: FirstPassword | None
) -> dict[str, str]:
    errors = {
        "email": address_problem(session, email),
        "name": line_problem(name, longest=200),
        "roles": roles_problem(roles),
        "password": "" if password is None else new_password_problem(password.text, email=email, name=name),
    }
    return {field: sentence for field, sentence in errors.items() if sentence}


def _job_title_problem(job_title: str) -> dict[str, str]:
    problem = line_problem(job_title, longest=200, needed=False)
    return {"job_title": problem} if problem else {}


def address_problem(session: Session, email: str, *, besides: StaffUser | None = None) -> str:
    """Why a cleaned address cannot be a user's; empty when it can. `besides` is the user who has it."""
    if problem := email_problem(email):
        return problem
    others = StaffUser.id != besides.id if besides else true()
    if session.scalar(select(StaffUser.id).where(StaffUser.email == email, others)):
        return "A user with this email address already exists."
    # A mailbox with another tag behind a plus sign is the same mailbox.
    mailbox, _, domain = without_tag(email).rpartition("@")
    same = or_(Contact.email == f"{mailbox}@{domain}", Contact.email.startswith(f"{mailbox}+", autoescape=True))
    contacts = session.scalars(select(Contact.email).where(same, Contact.removed_at.is_(None)))
    if any(without_tag(contact) == without_tag(email) for contact in contacts):
        return "This is the address of a partner's contact; a contact can never be staff."
    return ""


def roles_problem(roles: Collection[str]) -> str:
    """What is wrong with a choice of roles; empty when nothing is."""
    return "" if roles and set(roles) <= set(Role) else f"Please choose among {', '.join(Role)}."


def all_users(session: Session) -> Sequence[StaffUser]:
    """Everyone who works or worked for the Coalition, by name."""
    return session.scalars(select(StaffUser).order_by(func.lower(StaffUser.name), StaffUser.id)).all()


def get_user(session: Session, number: int) -> StaffUser:
    """The user with this id; NotFound otherwise."""
    user = session.get(StaffUser, number)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def find_unchanged_user(session: Session, number: int, *, password_hash: str) -> StaffUser | None:
    """The active user with this id whose password is still this one; nothing about the account changes meanwhile."""
    user = find_active_user(session, number)
    if user is None:
        return None
    hold_user(session, user)
    is_unchanged = user.deactivated_at is None and user.password_hash == password_hash
    return user if is_unchanged and is_way_in_as_written(session, user) else None


def change_user(act: ActContext, user: StaffUser, *, name: str, roles: Collection[str], job_title: str) -> bool:
    """Give a user another name, job title or other roles; returns whether anything changed.

    Invalid for an unusable name, job title or role, Conflict when no administrator would be left.
    """
    ensure_may(act.by, Act.MANAGE_USERS)
    hold_accounts(act.session)
    act.session.refresh(user)
    name, job_title = clean_line(name), clean_line(job_title)
    errors = {"name": line_problem(name, longest=200), "roles": roles_problem(roles), **_job_title_problem(job_title)}
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    before = {row.role for row in user.roles}
    changes = {"name_changed": name != user.name, "job_title_changed": job_title != user.job_title}
    if not any(changes.values()) and set(roles) == before:
        return False
    if Role.ADMINISTRATOR not in roles:
        _ensure_another_administrator(act.session, user)
    user.name, user.job_title = name, job_title
    at = act.at()
    for row in user.roles:
        row.ended_at = None if row.role in roles else at
    user.roles.extend(StaffRole(role=role) for role in sorted(set(roles) - before))
    act.session.flush()
    act.session.refresh(user, ["roles"])
    facts = {"user": user.id, "roles": sorted(set(roles)), **changes}
    record(act.session, "user_changed", by=act.by, at=at, facts=facts)
    if set(roles) != before:
        queue_account_news(act.session, user, AccountNews.ROLES_CHANGED, at=at)
    return True


def deactivate_user(act: ActContext, user: StaffUser) -> None:
    """End someone's account: sessions, tokens and mailed links die at once, what they did stays. Twice is once.

    Conflict for one's own account and for the last administrator's.
    """
    ensure_may(act.by, Act.MANAGE_USERS)
    hold_accounts(act.session)
    hold_user(act.session, user)
    if user.deactivated_at is not None:
        return
    if act.by.label == user.actor.label:
        raise Conflict("You cannot deactivate your own account. Another administrator can.")
    _ensure_another_administrator(act.session, user)
    at = act.at()
    user.deactivated_at = at
    drop_sessions(act.session, user, at=at)
    drop_tokens(act.session, user, at=at)
    end_account_links(act.session, user, clock=act.clock)
    act.session.flush()
    record(act.session, "user_deactivated", by=act.by, at=at, facts={"user": user.id})


def reactivate_user(act: ActContext, user: StaffUser) -> None:
    """Let someone work for the Coalition again, with their roles; sessions and tokens stay dead. Twice is once."""
    ensure_may(act.by, Act.MANAGE_USERS)
    hold_accounts(act.session)
    hold_addresses(act.session, [user.email])
    act.session.refresh(user)
    if user.deactivated_at is None:
        return
    if problem := address_problem(act.session, user.email, besides=user):
        raise Conflict(problem)
    user.deactivated_at = None
    act.session.flush()
    record(act.session, "user_reactivated", by=act.by, at=act.at(), facts={"user": user.id})


def _ensure_another_administrator(session: Session, user: StaffUser) -> None:
    others = (
        select(StaffUser.id)
        .where(StaffUser.id.in_(holders(Role.ADMINISTRATOR)), StaffUser.deactivated_at.is_(None))
        .where(StaffUser.id != user.id)
        .where(StaffUser.password_hash != NO_PASSWORD)
    )
    is_one = user.deactivated_at is None and any(row.role == Role.ADMINISTRATOR for row in user.roles)
    if is_one and session.scalar(others.limit(1)) is None:
        raise Conflict("This is the only administrator. Give someone else that role first.")
