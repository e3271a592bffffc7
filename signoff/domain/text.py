"""What a version says: its fields, their canonical form, and the digest every approval is bound to."""

import hashlib
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from signoff.domain.computed import computed_problem, has_computed
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

FORMAT = "signoff-text/1"
LONGEST_TITLE = 300
LONGEST_SUMMARY = 4_000
LONGEST_BODY = 100_000
MOST_BRACKETS = 2_000


class Kind(StrEnum):
    """What form a position takes in the world."""

    POSITION = "position"
    LETTER = "letter"
    STATEMENT = "statement"
    TESTIMONY = "testimony"
    COMMENT = "comment"


LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "zh": "Chinese", "vi": "Vietnamese", "ar": "Arabic"}


@dataclass(frozen=True)
class Wording:
    """One wording of a position, in the fixed order of its canonical form; the body is Markdown."""

    language: str = "en"
    kind: str = Kind.POSITION.value
    title: str = ""
    addressed_to: str = ""
    reference: str = ""
    summary: str = ""
    body: str = ""


def clean(wording: Wording) -> Wording:
    """The wording as it will be stored and approved: NFC, LF, no trailing space."""
    multi_line = {"summary", "body"}
    return replace(
        wording,
        **{
            field.name: (clean_text if field.name in multi_line else clean_line)(getattr(wording, field.name))
            for field in fields(wording)
        },
    )


def problems(wording: Wording) -> dict[str, str]:
    """What is wrong with a cleaned wording: one sentence for each field concerned."""
    found = {
        "language": "" if wording.language in LANGUAGES else "Please choose one of the languages listed.",
        "kind": "" if wording.kind in set(Kind) else "Please choose one of the kinds listed.",
        "title": line_problem(wording.title, longest=LONGEST_TITLE) or _computed_problem(wording.title),
        "addressed_to": line_problem(wording.addressed_to, longest=LONGEST_TITLE, needed=False),
        "reference": line_problem(wording.reference, longest=LONGEST_TITLE, needed=False),
        "summary": text_problem(wording.summary, longest=LONGEST_SUMMARY) or computed_problem(wording.summary),
        "body": text_problem(wording.body, longest=LONGEST_BODY)
        or _bracket_problem(wording.body)
        or computed_problem(wording.body),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _computed_problem(title: str) -> str:
    return "Computed words can stand in the summary and the text, not in the title." if has_computed(title) else ""


def _bracket_problem(body: str) -> str:
    # Markdown reads each opening bracket as the possible beginning of a link, which takes time by their number.
    return f"Please use at most {MOST_BRACKETS:,} opening brackets." if body.count("[") > MOST_BRACKETS else ""


def canonical(wording: Wording) -> bytes:
    """The bytes that are approved: the format tag, then each non-empty field as `name length`, LF, value, LF.

    The length counts UTF-8 bytes, so no text can pass for the beginning of another field.
    """
    parts = [FORMAT.encode() + b"\n"]
    for field in fields(wording):
        value = getattr(wording, field.name).encode()
        if value:
            parts.append(f"{field.name} {len(value)}\n".encode() + value + b"\n")
    return b"".join(parts)


def digest(wording: Wording) -> str:
    """The SHA-256 over the canonical form, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(wording)).hexdigest()
