"""What a staff member's password must be."""

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200


def password_problem(password: str, *, email: str) -> str:
    """What is wrong with a new password; empty when nothing is. Length counts, not kinds of characters."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Please use at least {SHORTEST_PASSWORD} characters; four or five unrelated words are good."
    if len(password) > LONGEST_PASSWORD:
        return f"Please use at most {LONGEST_PASSWORD} characters."
    beside_address = password.casefold().replace(email.casefold().split("@")[0], "")
    if len(set(password.casefold())) < 5 or len(beside_address) < 8:
        return "This is easy to guess. Please choose words that have nothing to do with your address."
    return ""
