"""Second factors: an authenticator app with time-based codes (RFC 6238), and recovery codes for when it is lost."""

import secrets
from base64 import b32encode, urlsafe_b64decode
from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountNews
from signoff.domain.errors import Conflict, Invalid
from signoff.domain.permissions import NEEDS_SECOND_FACTOR, Act, ensure_own, ensure_own_or_may
from signoff.domain.rounds.links import link_lookup, link_secret, secret_of
from signoff.domain.time import Clock
from signoff.models import Authenticator, RecoveryCode, StaffUser
from signoff.services.accounts.sessions import drop_sessions
from signoff.services.act import ActContext
from signoff.services.locks import hold_authenticator, hold_user
from signoff.services.outbox.letter_queue import queue_account_news
from signoff.services.record.record import record
from signoff.services.record.row_codes import has_right_code

STEP = 30  # seconds
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_WRONG = "This code is incorrect or was already used. The app shows a new one every 30 seconds."


def find_authenticator(session: Session, user: StaffUser) -> Authenticator | None:
    """The authenticator a user signs in with, if there is one."""
    return session.scalar(
        select(Authenticator).where(Authenticator.user_id == user.id, Authenticator.removed_at.is_(None))
    )


def lacks_second_factor(session: Session, user: StaffUser) -> bool:
    """Whether a user has a role that needs a second factor, and has none that this program wrote."""
    if not user.actor.roles & NEEDS_SECOND_FACTOR:
        return False
    authenticator = find_authenticator(session, user)
    return authenticator is None or not has_right_code(session, authenticator)


def shared_secret(key: str, nonce: bytes) -> str:
    """What an authenticator app is told, in base32; made of the key and the nonce, stored nowhere."""
    return _base32(link_secret(key, nonce, purpose="authenticator"))


def enrolment_address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth address that an authenticator app reads off a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def add_authenticator(act: ActContext, user: StaffUser, nonce: bytes, code: str, *, keep: str) -> list[str]:
    """Let a user sign in with an authenticator app from now on; returns the recovery codes, shown this once.

    `code` is what the app shows, which proves that it was set up; sessions that the password alone began end, but for
    the one whose look-up is `keep`. Invalid for another code, Conflict when there is one.
    """
    ensure_own(act.by, user.actor, "Only the user can set up their own authenticator.")
    hold_user(act.session, user)
    if find_authenticator(act.session, user) is not None:
        raise Conflict("This account already has an authenticator. Remove it first.")
    at = act.at()
    secret = link_secret(act.link_key, nonce, purpose="authenticator")
    step = _fitting_step(_base32(secret), code, after=0, at=at)
    if step is None:
        raise Invalid({"code": _WRONG})
    authenticator = Authenticator(user_id=user.id, nonce=nonce, lookup=link_lookup(secret), added_at=at, last_step=step)
    act.session.add(authenticator)
    act.session.flush()
    codes = _new_codes(act.session, authenticator)
    drop_sessions(act.session, user, keep=keep, at=at)
    record(act.session, "authenticator_added", by=act.by, at=at, facts={"user": user.id})
    queue_account_news(act.session, user, AccountNews.AUTHENTICATOR_ADDED, at=at)
    return codes


def remove_authenticator(act: ActContext, user: StaffUser) -> None:
    """Let a user sign in with the password alone: one's own act, or an administrator's for who lost everything."""
    ensure_own_or_may(act.by, user.actor, Act.MANAGE_USERS)
    hold_user(act.session, user)
    authenticator = find_authenticator(act.session, user)
    if authenticator is None:
        return
    authenticator.removed_at = at = act.at()
    act.session.flush()
    record(act.session, "authenticator_removed", by=act.by, at=at, facts={"user": user.id})
    queue_account_news(act.session, user, AccountNews.AUTHENTICATOR_REMOVED, at=at)


def renew_recovery_codes(act: ActContext, user: StaffUser) -> list[str]:
    """Give a user new recovery codes, shown this once; the earlier ones end. Conflict without authenticator."""
    ensure_own(act.by, user.actor, "Only the user can renew their own recovery codes.")
    hold_user(act.session, user)
    authenticator = find_authenticator(act.session, user)
    if authenticator is None:
        raise Conflict("There is no authenticator to recover.")
    at = act.at()
    unused = update(RecoveryCode).where(
        RecoveryCode.authenticator_id == authenticator.id, RecoveryCode.used_at.is_(None)
    )
    act.session.execute(unused.values(used_at=at))
    codes = _new_codes(act.session, authenticator)
    record(act.session, "recovery_codes_renewed", by=act.by, at=at, facts={"user": user.id})
    queue_account_news(act.session, user, AccountNews.RECOVERY_CODES_RENEWED, at=at)
    return codes


def takes_code(session: Session, user: StaffUser, code: str, *, keys: tuple[str, ...], clock: Clock) -> bool:
    """Whether a code of the app or a recovery code lets this user in; whichever it is, it is used up.

    None does whose row, or the authenticator's, was written past the program.
    """
    authenticator = find_authenticator(session, user)
    if authenticator is None:
        return False
    hold_authenticator(session, authenticator)
    if not has_right_code(session, authenticator):
        return False
    secret = secret_of(keys, authenticator.nonce, authenticator.lookup, purpose="authenticator")
    step = _fitting_step(_base32(secret), code, after=authenticator.last_step, at=clock()) if secret else None
    if step is not None:
        authenticator.last_step = step
        return True
    return _uses_up(session, authenticator, link_lookup(_plain(code)), clock=clock)


def _uses_up(session: Session, authenticator: Authenticator, lookup: str, *, clock: Clock) -> bool:
    own = (RecoveryCode.authenticator_id == authenticator.id, RecoveryCode.lookup == lookup)
    unused = (*own, RecoveryCode.used_at.is_(None))
    given = session.scalar(select(RecoveryCode).where(*unused))
    if given is None or not has_right_code(session, given):
        return False
    used = update(RecoveryCode).where(*unused).values(used_at=clock()).returning(RecoveryCode.id)
    return session.scalar(used) is not None


def unused_recovery_codes(session: Session, authenticator: Authenticator) -> int:
    """How many recovery codes of an authenticator are left."""
    return sum(code.used_at is None for code in authenticator.recovery_codes)


def _fitting_step(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    # A clock may be a step off; no step counts twice.
    now = int(at.timestamp()) // STEP
    typed, app = _plain(code), pyotp.TOTP(secret)
    fits = (step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(app.generate_otp(step), typed))
    return next((step for step in fits if step > after), None)


def _new_codes(session: Session, authenticator: Authenticator) -> list[str]:
    codes = ["-".join(_drawn(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(authenticator_id=authenticator.id, lookup=link_lookup(_plain(code))) for code in codes)
    session.flush()
    return codes


def _drawn(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _plain(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())


def _base32(secret: str) -> str:
    # 160 bits, as RFC 4226 recommends.
    return b32encode(urlsafe_b64decode(f"{secret}=")[:20]).decode()
