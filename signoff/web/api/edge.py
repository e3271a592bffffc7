"""The edge of the API: who calls, what the body holds, one commit, and the same answer to the same call."""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import g, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Response

from signoff.domain.refusals import Invalid
from signoff.models import IdempotentCall
from signoff.web.edge import refuse_unstorable_json, whole_number
from signoff.web.installation import acting_user, db, here

Answer = tuple[dict[str, Any], int]
_LONGEST_KEY = 200
_MOST_AT_ONCE = 200


def acting_call(view: Callable[..., Answer]) -> Callable[..., Response]:
    """A call that changes something: committed once, and answered from memory when its key comes again."""

    @wraps(view)
    def call(**address: Any) -> Response:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        earlier = _earlier_answer(key) if key else None
        if earlier is not None:
            return _json(earlier.answer, earlier.status)
        content, status = view(**address)
        text = json.dumps(content, ensure_ascii=False)
        if key:
            db().add(
                IdempotentCall(
                    user_id=acting_user().id,
                    key=key,
                    request_digest=_request_digest(),
                    status=status,
                    answer=text,
                    at=here().clock(),
                )
            )
        db().commit()
        return _json(text, status)

    return call


def reading_call(view: Callable[..., dict[str, Any]]) -> Callable[..., Response]:
    """A call that only reads."""

    @wraps(view)
    def call(**address: Any) -> Response:
        return _json(json.dumps(view(**address), ensure_ascii=False), 200)

    return call


def _json(text: str, status: int) -> Response:
    return Response(text, status, content_type="application/json; charset=utf-8")


def _earlier_answer(key: str) -> IdempotentCall | None:
    if len(key) > _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid({"Idempotency-Key": f"Please use at most {_LONGEST_KEY} plain characters."})
    found = db().scalar(
        select(IdempotentCall).where(IdempotentCall.user_id == acting_user().id, IdempotentCall.key == key)
    )
    if found is not None and found.request_digest != _request_digest():
        raise Invalid({"Idempotency-Key": "This key was used for another call; please make a new one."})
    return found


def _request_digest() -> str:
    said = f"{request.method} {request.path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()


class Body:
    """The JSON object a call came with, read field by field; what is wrong is said for each field at once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._errors: dict[str, str] = {}

    @staticmethod
    def read() -> "Body":
        """The body of this request; an HTTP error when it is not JSON, Invalid when it is not an object."""
        if request.mimetype not in ("", "application/json") and not request.is_json:
            raise UnsupportedMediaType
        if not request.get_data():
            return Body({})
        try:
            content = request.get_json(force=True)
        except RecursionError:
            raise BadRequest from None
        if not isinstance(content, dict):
            raise Invalid({"body": "Please send a JSON object."})
        refuse_unstorable_json(content)
        return Body(content)

    def has(self, name: str) -> bool:
        """Whether the field was given."""
        return self._content.get(name) is not None

    def text(self, name: str, *, default: str = "") -> str:
        """A text; `default` when it was not given."""
        value = self._content.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self._errors[name] = "Please give a text."
            return default
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when it was not given."""
        value = self._content.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._errors[name] = "Please give a list of texts."
            return ()
        return tuple(value)

    def number(self, name: str, *, default: int | None = None) -> int:
        """A whole number that fits the database; `default` when it was not given."""
        value = self._content.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
            self._errors[name] = "Please give a whole number."
            return default or 0
        return value

    def numbers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when it was not given."""
        value = self._content.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(item) is int and 0 <= item < 2**31 for item in value):
            self._errors[name] = "Please give a list of whole numbers."
            return ()
        return tuple(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._content.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._errors[name] = "Please give true or false."
            return default
        return value

    def objects(self, name: str) -> "list[Body]":
        """A list of objects; empty when it was not given."""
        value = self._content.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._errors[name] = "Please give a list of objects."
            return []
        return [Body(item) for item in value]

    def raw(self, name: str) -> Any:
        """The value as it came."""
        return self._content.get(name)

    def ensure_sound(self, *parts: "Body") -> None:
        """Refuse with Invalid everything that was found wrong so far, here and in the parts."""
        errors = dict(self._errors)
        for part in parts:
            errors |= part._errors
        if errors:
            raise Invalid(errors)


def page_asked() -> tuple[int, int]:
    """`?after=` and `?limit=`: the last id seen, and how many to give (1 to 200, 50 by default)."""
    errors: dict[str, str] = {}
    values: dict[str, int] = {}
    for name, default, least, most in (("after", 0, 0, 2**31 - 1), ("limit", 50, 1, _MOST_AT_ONCE)):
        text = request.args.get(name, str(default))
        number = whole_number(text)
        if number is None or not least <= number <= most:
            errors[name] = f"Please give a number from {least} to {most}."
        else:
            values[name] = number
    if errors:
        raise Invalid(errors)
    return values["after"], values["limit"]


def a_page(items: list[dict[str, Any]], ids: list[int], limit: int) -> dict[str, Any]:
    """A list's answer: its items, and what to give as `after` for more; null at the end."""
    return {"items": items, "next": ids[-1] if len(ids) == limit else None}


def is_staff() -> bool:
    """Whether the call came with a token."""
    return g.get("user") is not None
