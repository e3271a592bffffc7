"""Mail addresses: read with email-validator, kept in one lower-case form."""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from signoff.domain.text_input import clean_line, line_problem

_LONGEST = 254


def clean_email(value: str) -> str:
    """The one form in which an address is stored and compared: lower case, its domain as mail servers write it."""
    line = clean_line(value).replace("\0", "").lower()
    try:
        return (_read(line).ascii_email or line).lower()
    except EmailNotValidError:
        return line


def without_tag(cleaned: str) -> str:
    """The mailbox behind a cleaned address: what follows a plus sign is a tag, and reaches the same person."""
    mailbox, at, domain = cleaned.rpartition("@")
    return f"{mailbox.split('+')[0]}{at}{domain}"


def email_problem(cleaned: str) -> str:
    """What is wrong with a cleaned address; empty when nothing is."""
    if problem := line_problem(cleaned, longest=_LONGEST):
        return problem
    try:
        _read(cleaned)
    except EmailNotValidError:
        return "Please give a mail address such as name@organisation.example."
    return ""


def _read(line: str) -> ValidatedEmail:
    # Reserved domains such as .test and .example are for demonstrations and trials.
    return validate_email(line, check_deliverability=False, allow_smtputf8=False, test_environment=True)
