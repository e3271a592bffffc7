"""Accounts: what a mailed link is for and how long it works, what users are told, and how long passwords are."""

from datetime import datetime, timedelta
from enum import StrEnum

from zxcvbn import zxcvbn


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


# An account that someone makes on the spot is no second person.
CONFIRMS_AFTER = timedelta(hours=24)


def confirmer_problems(*, added_at: datetime, password_chosen_at: datetime | None, at: datetime) -> list[str]:
    """Why an account cannot confirm a partner's contact as the second staff member; empty when it can."""
    problems = []
    if at - added_at <= CONFIRMS_AFTER:
        problems.append("Your account is less than 24 hours old. It can confirm contacts after that.")
    if password_chosen_at is None:
        problems.append("Your password was set by someone else. Choose your own on your account page first.")
    return problems


# Grave acts ask who has not proven for this long who they are to do so again.
PROOF_LASTS = timedelta(minutes=30)


SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200
# Of 5,000 random keys of 32 hexadecimal digits, letters or figures none needs fewer than 10^27 guesses.
_FEWEST_GUESSES = 10**25
_MOST_IN_WORDS = 1 / 3  # of a key's letters and figures
_GUESSED_AT = 72  # characters; more would take seconds


def password_problem(password: str) -> str:
    """What is wrong with the length of a new password, in characters; empty when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Please use at least {SHORTEST_PASSWORD} characters; four or five unrelated words are good."
    if len(password) > LONGEST_PASSWORD:
        return f"Please use at most {LONGEST_PASSWORD} characters."
    return ""


def is_easy_to_guess(key: str) -> bool:
    """Whether a secret key is made of repeated characters, of rows such as 12345, or of words instead of by chance."""
    beginning = key[:_GUESSED_AT]
    judged = zxcvbn(beginning, max_length=_GUESSED_AT)
    words = [
        part["token"]
        for part in judged["sequence"]
        if part["pattern"] == "dictionary" and part["token"].isalpha() and len(part["token"]) > 2
    ]
    in_words = sum(map(len, words)) / max(1, sum(map(str.isalnum, beginning)))
    return bool(judged["guesses"] < _FEWEST_GUESSES) or in_words > _MOST_IN_WORDS
