"""Accounts: what a mailed link is for and how long it works, and what a user is told of their account."""

from datetime import datetime, timedelta
from enum import StrEnum


class AccountLinkPurpose(StrEnum):
    """What a mailed link to an account is for."""

    INVITE = "invite"
    RESET = "reset"
    ADDRESS = "address"


LINK_LASTS = {
    AccountLinkPurpose.INVITE: timedelta(days=7),
    AccountLinkPurpose.RESET: timedelta(hours=1),
    AccountLinkPurpose.ADDRESS: timedelta(hours=24),
}


class AccountNews(StrEnum):
    """Something that happened to an account, of which its user is told."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no password
    ADDRESS_CHANGED = "address_changed"
    AUTHENTICATOR_ADDED = "authenticator_added"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    ROLES_CHANGED = "roles_changed"


# An account that somebody makes on the spot is no second person.
CONFIRMS_AFTER = timedelta(hours=24)


def confirmer_problems(*, added_at: datetime, password_chosen_at: datetime | None, at: datetime) -> list[str]:
    """Why an account cannot confirm a partner's contact as the second staff member; empty when it can."""
    problems = []
    if at - added_at <= CONFIRMS_AFTER:
        problems.append("Your account is less than 24 hours old. It can confirm contacts after that.")
    if password_chosen_at is None:
        problems.append("Your password was set by somebody else. Choose your own on your account page first.")
    return problems


# Grave acts ask who has not proven for this long who they are to do so again.
PROOF_LASTS = timedelta(minutes=30)
