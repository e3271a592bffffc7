"""What is refused before any view sees it: characters no database stores alike, and forms from other sites."""

import re
from collections.abc import Iterator
from typing import Any

from flask import request

from signoff.domain.errors import FromElsewhere, Invalid
from signoff.domain.setting_values import is_loopback_address

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def whole_number(text: str) -> int | None:
    """The number that a query or form field holds, when it is one that the database can hold."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < 2**31):
        return None
    return int(text)


def chosen_ids(name: str) -> set[int]:
    """The ids that were ticked or carried in a form under this name; 0, which nothing has, for what is no number."""
    return {whole_number(text) or 0 for text in request.form.getlist(name)}


def digest_shown() -> str:
    """The digest that the page of this form carried; empty, which nothing has, without one."""
    return request.form.get("shown", "")


def refuse_unstorable() -> None:
    """Refuse with Invalid a query that holds NUL or half a character; forms are judged field by field."""
    for name, values in request.args.lists():
        if any(_UNSTORABLE.search(value) for value in values):
            raise Invalid({name: "This contains a character that cannot be stored. Please type that part again."})


def refuse_unstorable_form() -> None:
    """The same for a staff form: no keyboard makes such characters."""
    for name, values in request.form.lists():
        if any(_UNSTORABLE.search(value) for value in values):
            raise Invalid({name: "This contains a character that cannot be stored. Please type that part again."})


def refuse_unstorable_json(content: Any) -> None:
    """The same for the body of an API call."""
    if any(_UNSTORABLE.search(text) for text in _strings(content)):
        raise Invalid({"body": "The body contains a character that cannot be stored."})


def _strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from _strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value)


def refuse_cross_site() -> None:
    """Refuse with FromElsewhere a form that a browser says another site sent."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise FromElsewhere


def is_from_here() -> bool:
    """Whether a program on this machine sent this request; what a proxy here passes on comes from elsewhere."""
    passed_on = any(name in request.headers for name in _FORWARDED)
    return is_loopback_address(request.remote_addr or "") and not passed_on
