"""API tokens: made once, found by their digest, revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, ensure_own_or_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.evidence.canonical import sha256_hex
from signoff.models import ApiToken, StaffUser
from signoff.models.base import Base
from signoff.services.act import ActContext
from signoff.services.locks import hold_user
from signoff.services.outbox.letter_queue import queue_staff_letter
from signoff.services.record.record import record
from signoff.services.record.row_codes import not_as_written


def live_tokens(session: Session, user: StaffUser) -> Sequence[ApiToken]:
    """A user's API tokens that work, newest first."""
    return session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    ).all()


def drop_tokens(session: Session, user: StaffUser, *, at: datetime) -> None:
    """Revoke every API token of a user."""
    tokens = update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    session.execute(tokens.values(revoked_at=at))


def revoke_token(act: ActContext, token: ApiToken) -> None:
    """Let an API token work no more: one's own, or an administrator's act for others. Twice is once."""
    ensure_own_or_may(act.by, token.user.actor, Act.MANAGE_TOKENS)
    if token.revoked_at is not None:
        return
    token.revoked_at = at = act.at()
    act.session.flush()
    record(act.session, "token_revoked", by=act.by, at=at, facts={"user": token.user_id, "token": token.id})


def get_token(session: Session, number: int) -> ApiToken:
    """The API token with this id; NotFound otherwise."""
    token = session.get(ApiToken, number)
    if token is None:
        raise NotFound("There is no such token.")
    return token


def make_token(act: ActContext, user: StaffUser, *, name: str) -> str:
    """Make an API token for a user: one's own, or an administrator's for others; the secret is shown once.

    Invalid for an unusable name, Conflict for a user who was deactivated meanwhile.
    """
    ensure_own_or_may(act.by, user.actor, Act.MANAGE_TOKENS)
    name = clean_line(name) or "API"
    if problem := line_problem(name, longest=100):
        raise Invalid({"name": problem})
    hold_user(act.session, user)
    if user.deactivated_at is not None:
        raise Conflict("This account is deactivated. No token was made.")
    secret, at = f"signoff_{secrets.token_urlsafe(32)}", act.at()
    token = ApiToken(user_id=user.id, name=name, lookup=sha256_hex(secret), made_at=at)
    act.session.add(token)
    act.session.flush()
    queue_staff_letter(act.session, LetterKind.ACCOUNT, None, user, at=at, token_id=token.id)
    record(act.session, "token_added", by=act.by, at=at, facts={"user": user.id, "token": token.id})
    return secret


def _access(token: ApiToken) -> Sequence[Base]:
    return [token, token.user, *token.user.roles]


def find_token_user(session: Session, secret: str) -> StaffUser | None:
    """The active user whose token this is; no one's, when it, the account or a role was written past the program."""
    token = session.scalar(select(ApiToken).where(ApiToken.lookup == sha256_hex(secret), ApiToken.revoked_at.is_(None)))
    if token is None or token.user.deactivated_at is not None or not_as_written(session, _access(token)):
        return None
    return token.user
