"""What a person typed into a form that could not be served: given back to be sent again or copied, without secrets."""

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

# Never given back: passwords and codes are typed again. Tests compare these with the forms that are served.
SECRET_FIELDS = frozenset({"password", "present", "again", "prove_password", "code"})
_SECRET = re.compile(r"password|secret|(?<!csrf_)token$|code$", re.IGNORECASE)
# What forms carry unseen; it goes back with the form and is no word of the person's.
_UNSEEN = frozenset(
    {
        "csrf_token",
        "form_key",
        "form",
        "digest",
        "shown",
        "asked",
        "act",
        "next",
        "began_from",
        "revision",
        "partner",
        "position",
        "question",
        "letter",
        "round",
        "state",
        "status",
        "version",
        "settle",
        "choice",
        "from",
        "different",
        "deadline_fold",
        "session",
        "with",
        "whom",
        "confirmed",
        "group",
        "from_group",
        "in",
        "show",
        "sort",
        "csv",
        "carried",
        "link",
    }
)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class TypedWords:
    """One form as it was sent: where to, what it carried, what of it a person typed, and what has to be given again."""

    action: str
    carried: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    secret: tuple[str, ...]
    files: tuple[str, ...]


def typed_words() -> TypedWords | None:
    """The form of this request; None when there is none, when it cannot be read, or when another site sent it."""
    if request.method != "POST" or request.mimetype not in _FORMS or request.path.startswith("/api/"):
        return None
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return None
    try:
        fields = [(name, value) for name, values in request.form.lists() for value in values]
        files = tuple(name for name, file in request.files.items() if file.filename)
    except (HTTPException, ValueError, OSError):
        return None
    secret = tuple(dict.fromkeys(name for name, _ in fields if is_secret(name)))
    carried = tuple((name, value) for name, value in fields if name not in secret)
    words = tuple((_label(name), value) for name, value in carried if name not in _UNSEEN and value.strip())
    path = request.script_root + (request.full_path if request.query_string else request.path)
    return TypedWords(path, carried, words, secret, files)


def is_secret(name: str) -> bool:
    """Whether a field holds what is never shown again."""
    return name in SECRET_FIELDS or bool(_SECRET.search(name))


def _label(name: str) -> str:
    words = re.sub(r"[._]+", " ", name).strip()
    return words[:1].upper() + words[1:]
