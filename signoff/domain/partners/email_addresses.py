"""email addresses: read with email-validator, kept in one lower-case form."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from signoff.domain.text_input import clean_line, line_problem

_LONGEST = 254


def clean_email(value: str) -> str:
    """The one form in which an address is stored and compared: lower case, its domain as mail servers write it."""
    line = clean_line(value).replace("\0", "").lower()
    return _as_written_by_servers(line) or line


def without_tag(cleaned: str) -> str:
    """The mailbox behind a cleaned address: what follows a plus sign is a tag, and reaches the same person."""
    mailbox, at, domain = cleaned.rpartition("@")
    return f"{mailbox.split('+')[0]}{at}{domain}"


def email_problem(cleaned: str) -> str:
    """What is wrong with a cleaned address; empty when nothing is."""
    if problem := line_problem(cleaned, longest=_LONGEST):
        return problem
    if _as_written_by_servers(cleaned) is None:
        return "Please give an email address such as name@organization.example."
    return ""


@lru_cache(maxsize=131_072)  # a large import cleans all its addresses and then judges them
def _as_written_by_servers(line: str) -> str | None:
    # Reserved domains such as .test and .example are for demonstrations and trials.
    try:
        read = validate_email(line, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    return (read.ascii_email or line).lower()
