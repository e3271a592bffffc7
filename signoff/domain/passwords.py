"""How long a staff member's password must be; how easy it is to guess, services/users.py asks a library."""

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200


def password_problem(password: str) -> str:
    """What is wrong with the length of a new password, in characters; empty when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Please use at least {SHORTEST_PASSWORD} characters; four or five unrelated words are good."
    if len(password) > LONGEST_PASSWORD:
        return f"Please use at most {LONGEST_PASSWORD} characters."
    return ""
