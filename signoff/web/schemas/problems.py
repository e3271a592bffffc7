"""What went wrong, as problem details (RFC 9457), and the sentences for what a body's types refuse."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from signoff.web.schemas.base import LARGEST_NUMBER, Answer, Body, Slug, described, example

_MOST_AT_ONCE = 100  # sentences in one answer
_WHOLE_NUMBER = f"Please give a whole number from 0 to {LARGEST_NUMBER:,}."
_SENTENCES = {
    "missing": "Please fill this in.",
    "string_type": "Please give text.",
    "bool_type": "Please give true or false.",
    "int_type": _WHOLE_NUMBER,
    "greater_than_equal": _WHOLE_NUMBER,
    "less_than_equal": _WHOLE_NUMBER,
    "list_type": "Please give a list.",
    "model_type": "Please give an object with named fields.",
}


class NameQuestion(Answer):
    """Whether a name belongs to a partner in the register already."""

    model_config = example(
        name="Alder Trust of Ohio",
        partner="alder-trust",
        registered="Alder Trust",
        reads_alike=False,
        answers=["same", "affiliate", "different"],
        text="“Alder Trust of Ohio” is close to “Alder Trust”.",
    )

    name: str = described("The name that was given.")
    partner: Slug = described("The partner that it may be mistaken for.")
    registered: str = described("The name of that partner.")
    reads_alike: bool = described(
        "Whether the two read alike; then answer `same`, or give the new partner another name."
    )
    answers: list[str] = described("The answers to choose from.")
    text: str = described("The question in a sentence or two that can be shown to a person.")


class Problem(Answer):
    """Why nothing was done."""

    model_config = example(
        type="about:blank",
        title="Something needs another look",
        status=422,
        detail="Something needs another look. Nothing was saved.",
        errors={"title": "Please fill this in."},
    )

    type: str = described("Always `about:blank`: the status says what kind of problem it is.")
    title: str = described("The kind of problem, in a few words.")
    status: int = described("The HTTP status, again.")
    detail: str = described("What is wrong, in a sentence or two that can be shown to a person.")
    reasons: list[str] = described("409: all that is still missing, one sentence each.", default=[])
    questions: list[NameQuestion] = described(
        "409: names that may be taken for other partners'. Send the call again with one of the `answers` to each.",
        default=[],
    )
    errors: dict[str, str] = described(
        "422: one sentence for each field. Fields inside lists are numbered from 1, such as `contacts.1.email`.",
        default={},
    )


def sentences(problem: ValidationError, body: type[Body]) -> dict[str, str]:
    """One sentence for each field whose type is wrong, that is missing, or that the body does not have."""
    errors: dict[str, str] = {}
    for error in problem.errors(include_url=False, include_context=False)[:_MOST_AT_ONCE]:
        errors.setdefault(*_said(error, body))
    return errors


def _said(error: ErrorDetails, body: type[Body]) -> tuple[str, str]:
    """The field, and its sentence; of a list of plain values the list is the field, and the sentence counts."""
    place, kind = error["loc"], error["type"]
    field, prefix = ".".join(_numbered(place)), ""
    if len(place) > 1 and isinstance(place[-1], int) and kind != "model_type":
        field, prefix = ".".join(_numbered(place[:-1])), f"Item {place[-1] + 1}: "
    if kind == "extra_forbidden":
        return field, f"There is no such field here.{_fields(body) if len(place) == 1 else ''}"
    return field or "body", prefix + _SENTENCES.get(kind, error["msg"])


def _numbered(place: tuple[int | str, ...]) -> Iterator[str]:
    return (str(part + 1) if isinstance(part, int) else part for part in place)


def _fields(body: type[Body]) -> str:
    names = ", ".join(body.model_fields)
    return f" This call takes: {names}." if names else " This call takes none."
