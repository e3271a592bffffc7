"""How long a staff member's password must be, and whether a secret key is easy to guess."""

from zxcvbn import zxcvbn

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
