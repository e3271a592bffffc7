"""What a call of the API takes and answers; its description is made from this, and so is what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signoff.web.schemas.base import Body


@dataclass(frozen=True)
class Call:
    """What a call takes and answers."""

    view: Callable[..., Any]
    answer: Any  # a class of answers, or a union of them
    statuses: tuple[int, ...] = (200,)
    body: type[Body] | None = None  # None for a call that only reads
    shown: tuple[str, ...] = ()  # the reading calls whose ETag `If-Match` may carry
    is_paged: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)  # query parameters that a list takes, and what they mean
    refusals: tuple[int, ...] = ()  # besides those that follow from its mark and its address


def call_of(view: Callable[..., Any]) -> Call:
    """What a view of the API takes and answers."""
    call: Call = view.call  # type: ignore[attr-defined]
    return call
