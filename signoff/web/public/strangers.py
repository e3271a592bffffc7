"""What forms for strangers share: a trap for programs, answers that all take the same time, mailed secrets."""

import re
import time
from collections.abc import Callable

from flask import request

from signoff.web.installation import close_session

TRAP = "leave_empty"  # a field that people do not see: only programs fill it in
_ANSWERS_AFTER = 0.15  # seconds, whatever there was to do: the time an answer takes tells no one what is known


def is_trapped() -> bool:
    """Whether a program filled in this form."""
    return bool(request.form.get(TRAP))


def answer_alike(began: float, make_page: Callable[[], str]) -> str:
    """The page, at the same time after `began` (of the monotonic clock) whatever there was to do."""
    page = make_page()
    close_session()
    time.sleep(max(0.0, began + _ANSWERS_AFTER - time.monotonic()))
    return page


def shaped(secret: str) -> str:
    """The secret of a mailed link; one of the wrong shape is as unknown as any other."""
    return secret if re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) else "-" * 43
