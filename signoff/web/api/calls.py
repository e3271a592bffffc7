"""How a call is made: its body and its page are read, it commits once, and the same key gets the same answer."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from flask import g, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.models import IdempotentCall
from signoff.web.api.preconditions import ensure_unchanged
from signoff.web.api.signatures import Call
from signoff.web.installation import acting_user, db, installation
from signoff.web.request_parsing import refuse_unstorable_json, whole_number
from signoff.web.schemas.base import LARGEST_NUMBER, Body, Nothing
from signoff.web.schemas.problems import sentences

LONGEST_KEY = 200
MOST_AT_ONCE = 200
USUAL_AT_ONCE = 50


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for: what comes after an id, and how many."""

    after: int
    limit: int

    def next(self, ids: list[int]) -> int | None:
        """What to give as `after` for more; None at the end."""
        return ids[-1] if len(ids) == self.limit else None


def acting_call(*statuses: int, shown: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """A call that changes something: committed once, and answered from memory when its key comes again.

    The view takes its body as `body`, by its class, and returns its answer; with the status, where there are several.
    `shown` are the reading calls that the act may depend on: their ETag may come as `If-Match`.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Response]:
        hints = get_type_hints(view)
        answer = hints["return"] if get_origin(hints["return"]) is not tuple else get_args(hints["return"])[0]
        described = Call(view, answer, statuses, hints.get("body", Nothing), shown)

        @wraps(view)
        def call(**address: Any) -> Response:
            return _acted(described, address)

        call.call = described  # type: ignore[attr-defined]
        return call

    return wrap


def _acted(call: Call, address: dict[str, Any]) -> Response:
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    earlier = _earlier_answer(key) if key else None
    if earlier is not None:
        return _json(earlier.answer, earlier.status)
    body = _read_body(call.body or Nothing)
    ensure_unchanged(call.shown, address)
    given = call.view(**address) if call.body is Nothing else call.view(**address, body=body)
    content, status = given if isinstance(given, tuple) else (given, call.statuses[0])
    text = content.model_dump_json()
    if key:
        _remember(key, text, status)
    db().commit()
    return _json(text, status)


def reading_call(
    *, refusals: tuple[int, ...] = (), filters: Mapping[str, str] = MappingProxyType({})
) -> Callable[[Callable[..., BaseModel]], Callable[..., Response]]:
    """A call that only reads; a view that gives a list takes its `page`. `filters` are what else may be asked for."""

    def wrap(view: Callable[..., BaseModel]) -> Callable[..., Response]:
        hints = get_type_hints(view)
        described = Call(view, hints["return"], is_paged="page" in hints, refusals=refusals, filters=filters)

        @wraps(view)
        def call(**address: Any) -> Response:
            more = {"page": page_asked()} if described.is_paged else {}
            return _json(view(**address, **more).model_dump_json(), 200)

        call.call = described  # type: ignore[attr-defined]
        return call

    return wrap


def _json(text: str, status: int) -> Response:
    return Response(text, status, content_type="application/json; charset=utf-8")


def _earlier_answer(key: str) -> IdempotentCall | None:
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid({"Idempotency-Key": f"Please use at most {LONGEST_KEY} plain characters."})
    idempotent_call = db().scalar(
        select(IdempotentCall).where(IdempotentCall.user_id == acting_user().id, IdempotentCall.key == key)
    )
    if idempotent_call is not None and idempotent_call.request_digest != _request_digest():
        raise Invalid({"Idempotency-Key": "This key was used for a different call. Please use a new one."})
    return idempotent_call


def _remember(key: str, answer: str, status: int) -> None:
    digest, at = _request_digest(), installation().clock()
    call = IdempotentCall(user_id=acting_user().id, key=key, request_digest=digest, status=status, answer=answer, at=at)
    db().add(call)


def _request_digest() -> str:
    said = f"{request.method} {request.path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()


def _read_body(kind: type[Body]) -> Body:
    """The body of this request; an HTTP error when it is not JSON, Invalid with a sentence a field otherwise."""
    content = _read_object()
    refuse_unstorable_json(content)
    try:
        return kind.model_validate(content)
    except ValidationError as problem:
        raise Invalid(sentences(problem, kind)) from None


def _read_object() -> Mapping[str, Any]:
    if request.mimetype not in ("", "application/json") and not request.is_json:
        raise UnsupportedMediaType
    if not request.get_data():
        return {}
    try:
        content = request.get_json(force=True)
    except RecursionError:
        raise BadRequest from None
    if not isinstance(content, dict):
        raise Invalid({"body": "Please send a JSON object."})
    return content


def page_asked() -> Page:
    """`?after=` and `?limit=`: the last id seen, and how many to give."""
    errors: dict[str, str] = {}
    values: dict[str, int] = {}
    for name, usual, least, most in (("after", 0, 0, LARGEST_NUMBER), ("limit", USUAL_AT_ONCE, 1, MOST_AT_ONCE)):
        number = whole_number(request.args.get(name, str(usual)))
        if number is None or not least <= number <= most:
            errors[name] = f"Please give a number from {least} to {most}."
        else:
            values[name] = number
    if errors:
        raise Invalid(errors)
    return Page(**values)


def is_staff() -> bool:
    """Whether the call came with a token."""
    return g.get("user") is not None
