"""Mailed links into an account: sent, found by the digest of their secret, used once; the secret is stored nowhere."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import LINK_LASTS, AccountLinkPurpose
from signoff.domain.errors import LinkDead, NotFound, TooMany
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import NOBODY
from signoff.domain.rounds.links import NONCE_BYTES, link_lookup, link_secret
from signoff.domain.time import Clock
from signoff.models import AccountLink, StaffUser
from signoff.services.act import ActContext
from signoff.services.locks import hold_user
from signoff.services.outbox.letter_queue import queue_staff_letter
from signoff.services.record.record import record
from signoff.services.record.row_codes import has_right_code

_MOST_AN_HOUR = 5
# Both lead to a password: the newer one ends the older.
_TO_A_PASSWORD = (AccountLinkPurpose.INVITE, AccountLinkPurpose.RESET)


def send_account_link(
    act: ActContext, user: StaffUser, purpose: AccountLinkPurpose, *, address: str | None = None
) -> AccountLink:
    """Mail a user a way to choose a password, or to prove that `address` is theirs; earlier ones of its kind end.

    `NOBODY` acts when the one who asked did not sign in: that is no act, leaves no entry, and ends no invitation.
    TooMany when several were sent within an hour; strangers cannot use up what staff may send.
    """
    hold_user(act.session, user)
    at = act.at()
    alike = _TO_A_PASSWORD if purpose in _TO_A_PASSWORD else (purpose,)
    own = (AccountLink.user_id == user.id, AccountLink.purpose.in_(alike))
    by_staff = act.by != NOBODY and purpose in _TO_A_PASSWORD
    _ensure_few(act.session, own, 2 * _MOST_AN_HOUR if by_staff else _MOST_AN_HOUR, at=at)
    ends = AccountLink.purpose.in_((purpose,) if act.by == NOBODY else alike)
    act.session.execute(update(AccountLink).where(*own, ends, AccountLink.ended_at.is_(None)).values(ended_at=at))
    nonce = secrets.token_bytes(NONCE_BYTES)
    link = AccountLink(
        user_id=user.id,
        purpose=purpose.value,
        address=address,
        nonce=nonce,
        lookup=link_lookup(link_secret(act.link_key, nonce, purpose="account")),
        issued_at=at,
        expires_at=at + LINK_LASTS[purpose],
    )
    act.session.add(link)
    act.session.flush()
    queue_staff_letter(act.session, LetterKind.ACCOUNT, None, user, at=at, account_link_id=link.id, address=address)
    if act.by != NOBODY:
        record(act.session, "account_link_sent", by=act.by, at=at, facts={"user": user.id, "purpose": purpose.value})
    return link


def _ensure_few(session: Session, own: Sequence[ColumnElement[bool]], most: int, *, at: datetime) -> None:
    recent = select(func.count()).select_from(AccountLink).where(*own, AccountLink.issued_at > at - timedelta(hours=1))
    if (session.scalar(recent) or 0) >= most:
        raise TooMany


def get_account_link(session: Session, secret: str, *, clock: Clock, hold: bool = False) -> AccountLink:
    """The way behind a secret while it works; NotFound for one that is none, LinkDead once it was used or is over.

    `hold` is for who uses it: no one else does meanwhile, and its user is not deactivated.
    """
    link = session.scalar(select(AccountLink).where(AccountLink.lookup == link_lookup(secret)))
    if link is None or not has_right_code(session, link):
        raise NotFound("There is no such page.")
    if hold:
        hold_user(session, link.user)
        session.refresh(link)
    if link.ended_at is not None or link.expires_at <= clock() or link.user.deactivated_at is not None:
        raise LinkDead("This link was already used, has expired, or was replaced by a newer one.")
    return link


def find_asked_address(session: Session, user: StaffUser, *, clock: Clock) -> AccountLink | None:
    """The way to a new address that a user asked for and has not confirmed yet."""
    asked = (AccountLink.user_id == user.id, AccountLink.purpose == AccountLinkPurpose.ADDRESS)
    lives = (AccountLink.ended_at.is_(None), AccountLink.expires_at > clock())
    return session.scalar(select(AccountLink).where(*asked, *lives).order_by(AccountLink.id.desc()).limit(1))


def end_account_links(session: Session, user: StaffUser, *, clock: Clock) -> None:
    """Let no mailed way to this account work anymore."""
    session.execute(
        update(AccountLink)
        .where(AccountLink.user_id == user.id, AccountLink.ended_at.is_(None))
        .values(ended_at=clock())
    )
