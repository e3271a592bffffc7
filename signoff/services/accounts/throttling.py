"""Failed sign-ins are counted in the database, and slow down anyone who guesses."""

import ipaddress
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import TooMany
from signoff.domain.partners.email_addresses import clean_email
from signoff.domain.time import Clock
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import SignInFailure, StaffSession
from signoff.services.locks import hold_attempts

FAILURES_COUNT_FOR = timedelta(minutes=15)
MOST_FAILURES = 8
MOST_FROM_EVERYWHERE = 80

_ONE_HOUSE = 64  # bits of an IPv6 address; the holder of one has all that begin so


class Attempt(NamedTuple):
    """What a password is tried for, as tries are counted: an address typed at the door, or a session."""

    kind: str
    name: str


def attempt_at_address(typed: str) -> Attempt:
    """A try to sign in with an address, however it was spelled."""
    return Attempt("address", clean_email(typed))


def attempt_in_session(staff_session: StaffSession) -> Attempt:
    """A try to prove again who one is; strangers cannot use these up."""
    return Attempt("session", str(staff_session.id))


def ensure_not_throttled(session: Session, whose: Attempt, source: str, *, clock: Clock) -> None:
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


def begin_attempt(session: Session, whose: Attempt, source: str, *, clock: Clock) -> list[int]:
    """Count a try as failed before it is judged, so that many at once are no way around; returns what to take back.

    TooMany when it may not be made at all.
    """
    hold_attempts(session, _lookups(whose, source)[1])
    ensure_not_throttled(session, whose, source, clock=clock)
    return record_failure(session, whose, source, clock=clock)


def record_failure(session: Session, whose: Attempt, source: str, *, clock: Clock) -> list[int]:
    """Count a try as failed, and forget those that count no more; returns what to take back."""
    at = clock()
    session.execute(delete(SignInFailure).where(SignInFailure.at <= at - FAILURES_COUNT_FOR))
    tried = [SignInFailure(lookup=lookup, at=at) for lookup in _lookups(whose, source)]
    session.add_all(tried)
    session.flush()
    return [item.id for item in tried]


def forget_attempt(session: Session, tried: Collection[int]) -> None:
    """A try was right after all."""
    session.execute(delete(SignInFailure).where(SignInFailure.id.in_(tried)))


def forget_address(session: Session, email: str) -> None:
    """Delete what is counted of tries to sign in with an address, from wherever: each was counted twice at once."""
    from_everywhere = _lookups(attempt_at_address(email), "")[1]
    moments = select(SignInFailure.at).where(SignInFailure.lookup == from_everywhere).scalar_subquery()
    session.execute(delete(SignInFailure).where(SignInFailure.at.in_(moments)))


def _lookups(whose: Attempt, source: str) -> tuple[str, str]:
    # Of named parts: nothing that is typed as an address is another address with a source.
    tried = {"kind": whose.kind, "name": whose.name}
    return sha256_hex(canonical_json({**tried, "source": network_of(source)})), sha256_hex(canonical_json(tried))


def network_of(source: str) -> str:
    """The network that an IP address belongs to, as tries are counted; whatever is none is its own."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    if address.version == 4:
        return source
    return str(ipaddress.ip_network((address.packed, _ONE_HOUSE), strict=False))
