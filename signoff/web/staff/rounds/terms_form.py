"""The terms of a round as a staff form holds them: its deadline, message, reminders and minimum."""

from datetime import datetime

from flask import request

from signoff.domain.errors import Invalid
from signoff.domain.rounds.reminders import DEFAULT_DAYS, parse_days
from signoff.domain.time import parse_local
from signoff.services.rounds.rounds import RoundTerms
from signoff.web.installation import installation
from signoff.web.request_parsing import whole_number


def terms_typed() -> RoundTerms:
    """The terms that were typed; Invalid with a sentence for a field that says nothing usable."""
    form = request.form
    return RoundTerms(
        deadline_typed(),
        form.get("message", ""),
        _minimum(),
        parse_days(form["reminder_days"]) if "reminder_days" in form else DEFAULT_DAYS,
    )


def deadline_typed() -> datetime:
    """The deadline of a staff form, in the installation's zone; Invalid when it is none, or comes twice."""
    return parse_local(
        request.form.get("deadline", ""), installation().settings.timezone, fold=request.form.get("deadline_fold", "")
    )


def _minimum() -> int:
    number = whole_number(request.form.get("minimum", "").strip() or "0")
    if number is None:
        raise Invalid({"minimum": "Enter a number, or leave this empty."})
    return number


def local_minute(moment: datetime) -> str:
    """A moment as a date and time field holds it, in the installation's zone."""
    return moment.astimezone(installation().settings.timezone).strftime("%Y-%m-%dT%H:%M")
