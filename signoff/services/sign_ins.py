"""Signing in and out: server-side sessions, counted failures, and API tokens."""

import ipaddress
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from signoff.domain.accounts import PROOF_LASTS
from signoff.domain.letters import LetterKind
from signoff.domain.moments import Clock
from signoff.domain.permissions import Act, Actor, ensure_own_or_may
from signoff.domain.refusals import Conflict, Invalid, NotSignedIn, TooMany
from signoff.domain.text_input import clean_line, line_problem
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import ApiToken, SignInFailure, StaffSession, StaffUser
from signoff.services.addresses import clean_email
from signoff.services.letter_queue import queue_staff_letter
from signoff.services.locks import hold_tries, hold_user
from signoff.services.record import record

SESSION_LASTS = timedelta(hours=12)
FAILURES_COUNT_FOR = timedelta(minutes=15)
MOST_FAILURES = 8
MOST_FROM_EVERYWHERE = 80
_LONGEST_BROWSER = 300
_ONE_HOUSE = 64  # bits of an IPv6 address; whoever has one has all that begin so


class Tried(NamedTuple):
    """What a password is tried for, as tries are counted: an address typed at the door, or a session."""

    kind: str
    name: str


def at_address(typed: str) -> Tried:
    """A try to sign in with an address, however it was spelled."""
    return Tried("address", clean_email(typed))


def in_session(found: StaffSession) -> Tried:
    """A try to prove again who one is; strangers cannot use these up."""
    return Tried("session", str(found.id))


def ensure_not_slowed(session: Session, whose: Tried, source: str, *, clock: Clock) -> None:
    """Refuse with TooMany after too many failures in the last quarter of an hour.

    Counted are those for an address from one source, and, so that a stranger cannot keep its user out by a few wrong
    tries, only ten times as many from everywhere.
    """
    for lookup, most in zip(_lookups(whose, source), (MOST_FAILURES, MOST_FROM_EVERYWHERE), strict=True):
        failures = session.scalar(
            select(func.count())
            .select_from(SignInFailure)
            .where(SignInFailure.lookup == lookup, SignInFailure.at > clock() - FAILURES_COUNT_FOR)
        )
        if (failures or 0) >= most:
            raise TooMany


def begin_try(session: Session, whose: Tried, source: str, *, clock: Clock) -> list[int]:
    """Count a try as failed before it is judged, so that many at once are no way around; returns what to take back.

    TooMany when it may not be made at all.
    """
    hold_tries(session, _lookups(whose, source)[1])
    ensure_not_slowed(session, whose, source, clock=clock)
    return note_try(session, whose, source, clock=clock)


def note_try(session: Session, whose: Tried, source: str, *, clock: Clock) -> list[int]:
    """Count a try as failed, and forget those that count no more; returns what to take back."""
    at = clock()
    session.execute(delete(SignInFailure).where(SignInFailure.at <= at - FAILURES_COUNT_FOR))
    tried = [SignInFailure(lookup=lookup, at=at) for lookup in _lookups(whose, source)]
    session.add_all(tried)
    session.flush()
    return [one.id for one in tried]


def forget_try(session: Session, tried: Collection[int]) -> None:
    """A try was right after all."""
    session.execute(delete(SignInFailure).where(SignInFailure.id.in_(tried)))


def _lookups(whose: Tried, source: str) -> tuple[str, str]:
    # Of named parts: nothing that is typed as an address is another address with a source.
    tried = {"kind": whose.kind, "name": whose.name}
    return sha256_hex(canonical_json({**tried, "source": _house_of(source)})), sha256_hex(canonical_json(tried))


def _house_of(source: str) -> str:
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    if address.version == 4:
        return source
    return str(ipaddress.ip_network((address.packed, _ONE_HOUSE), strict=False))


def start_session(session: Session, user: StaffUser, *, clock: Clock, browser: str = "") -> str:
    """Begin a session for a user who signed in; returns the secret for the cookie, stored nowhere."""
    secret, at = secrets.token_urlsafe(32), clock()
    begun = StaffSession(
        user_id=user.id,
        lookup=sha256_hex(secret),
        started_at=at,
        expires_at=at + SESSION_LASTS,
        proven_at=at,
        browser=clean_line(browser).replace("\0", "")[:_LONGEST_BROWSER],
    )
    session.add(begun)
    return secret


def ensure_live(found: StaffSession) -> None:
    """Refuse with NotSignedIn a session that has ended meanwhile."""
    if found.ended_at is not None:
        raise NotSignedIn


def is_proven(found: StaffSession, *, clock: Clock) -> bool:
    """Whether the user of a session proved lately enough who they are for a grave act."""
    return clock() - found.proven_at < PROOF_LASTS


def prove_again(found: StaffSession, *, clock: Clock) -> None:
    """Note that the user of a session has just given the password again."""
    found.proven_at = clock()


def find_session(session: Session, secret: str, *, clock: Clock) -> StaffSession | None:
    """The session behind a cookie's secret, while it lasts and its user is active."""
    found = session.scalar(
        select(StaffSession).where(
            StaffSession.lookup == sha256_hex(secret),
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > clock(),
        )
    )
    return found if found and found.user.deactivated_at is None else None


def end_session(session: Session, secret: str, *, clock: Clock) -> None:
    """End a session for good: a copy of its cookie opens nothing any more."""
    found = find_session(session, secret, clock=clock)
    if found:
        found.ended_at = clock()


def make_token(session: Session, user: StaffUser, *, name: str, by: Actor, clock: Clock) -> str:
    """Make an API token for a user: one's own, or an administrator's for others; the secret is shown once.

    Invalid for an unusable name, Conflict for a user who was deactivated meanwhile.
    """
    ensure_own_or_may(by, user.actor, Act.MANAGE_TOKENS)
    name = clean_line(name) or "API"
    if problem := line_problem(name, longest=100):
        raise Invalid({"name": problem})
    hold_user(session, user)
    if user.deactivated_at is not None:
        raise Conflict("This account is deactivated. No token was made.")
    secret, at = f"signoff_{secrets.token_urlsafe(32)}", clock()
    token = ApiToken(user_id=user.id, name=name, lookup=sha256_hex(secret), made_at=at)
    session.add(token)
    session.flush()
    queue_staff_letter(session, LetterKind.ACCOUNT, None, user, at=at, token_id=token.id)
    record(session, "token_added", by=by, at=at, facts={"user": user.id, "token": token.id})
    return secret


def find_token_user(session: Session, secret: str) -> StaffUser | None:
    """The active user whose token this is."""
    token = session.scalar(select(ApiToken).where(ApiToken.lookup == sha256_hex(secret), ApiToken.revoked_at.is_(None)))
    return token.user if token and token.user.deactivated_at is None else None
