"""Mail addresses: read with email-validator, kept in one lower-case form."""

from email_validator import EmailNotValidError, validate_email

from signoff.domain.characters import clean_line, line_problem

_LONGEST = 254


def clean_email(value: str) -> str:
    """The one form in which an address is stored and compared."""
    return clean_line(value).replace("\0", "").lower()


def email_problem(cleaned: str) -> str:
    """What is wrong with a cleaned address; empty when nothing is."""
    if problem := line_problem(cleaned, longest=_LONGEST):
        return problem
    try:
        # Reserved domains such as .test and .example are for demonstrations and trials.
        validate_email(cleaned, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return "Please give a mail address such as name@organisation.example."
    return ""
