"""What a version says: its fields, their canonical form, and the digest every approval is bound to."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from signoff.domain.phrasing import enumerated
from signoff.domain.positions.fields import FIELD_NAMES, FIELDS, READING_ORDER, Field, Kind, Place, Shape, field_named
from signoff.domain.positions.markdown import keep_hard_breaks, plain_text
from signoff.domain.positions.markdown_rules import markdown_problem
from signoff.domain.positions.placeholders import computed_problem, has_computed, marked_computed_problem
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem, without_noise

FORMAT = "signoff-text/1"


@dataclass(frozen=True)
class Wording:
    """One wording of a position, in the fixed order of its canonical form; a new field comes last and may be empty."""

    language: str = "en"
    kind: str = Kind.POSITION.value
    title: str = ""
    addressed_to: str = ""
    reference: str = ""
    summary: str = ""
    body: str = ""
    date_line: str = ""
    salutation: str = ""
    closing: str = ""
    copies: str = ""
    enclosures: str = ""
    press_contact: str = ""
    docket: str = ""
    hearing: str = ""


def ensure_decided(names: Iterable[str], where: str) -> None:
    """Refuse to start when the fields given somewhere are not those that FIELDS describes, in the same order."""
    given = tuple(names)
    if given != FIELD_NAMES:
        about = ", ".join(sorted(set(given) ^ set(FIELD_NAMES))) or "their order"
        raise TypeError(f"{where} and FIELDS in domain/positions/fields.py differ: {about}.")


ensure_decided((field.name for field in fields(Wording)), "Wording in domain/positions/text.py")


for _kind in Kind:
    ensure_decided(
        sorted(READING_ORDER[_kind], key=FIELD_NAMES.index), f"The order in which a {_kind} shows its fields"
    )


def shown_fields(wording: Wording, place: Place) -> list[tuple[Field, str]]:
    """The fields of a wording that stand in one place of a page, with their values, in the order of its kind."""
    ordered = (field_named(name) for name in READING_ORDER.get(wording.kind, READING_ORDER[Kind.POSITION]))
    return [(field, value) for field in ordered if field.place == place and (value := getattr(wording, field.name))]


def clean(wording: Wording) -> Wording:
    """The wording as it will be stored and approved: NFC, LF, no trailing space."""
    return replace(wording, **{field.name: _cleaned(field, getattr(wording, field.name)) for field in FIELDS})


def _cleaned(field: Field, value: str) -> str:
    if field.shape == Shape.MARKDOWN and len(value) <= field.longest:
        value = keep_hard_breaks(without_noise(value))
    return clean_text(value) if field.lines else clean_line(value)


def problems(wording: Wording) -> dict[str, str]:
    """What is wrong with a cleaned wording: one sentence for each field concerned."""
    result = {field.name: _problem(field, getattr(wording, field.name)) for field in FIELDS}
    return {name: sentence for name, sentence in result.items() if sentence}


def _problem(field: Field, value: str) -> str:
    match field.shape:
        case Shape.CHOICE:
            return "" if value in (field.choices or ()) else "Please choose one of those listed."
        case Shape.LINE:
            problem = line_problem(value, longest=field.longest, needed=field.needed)
        case Shape.PLAIN:
            problem = text_problem(value, longest=field.longest, needed=field.needed)
        case Shape.MARKDOWN:
            problem = text_problem(value, longest=field.longest, needed=field.needed, markdown=True)
    problem = problem or _computed_problem(field, value)
    if problem or field.shape != Shape.MARKDOWN:
        return problem
    return markdown_problem(value) or marked_computed_problem(value, plain_text(value))


def _computed_problem(field: Field, value: str) -> str:
    if field.may_be_computed:
        return computed_problem(value)
    return f"Computed words can be used in {_COMPUTED} only." if has_computed(value) else ""


_COMPUTED = enumerated([f"the {field.label.lower()}" for field in FIELDS if field.may_be_computed])


def leaves_open(wording: Wording) -> bool:
    """Whether a text has computed words, which are filled in when it is read."""
    return any(has_computed(getattr(wording, field.name)) for field in FIELDS if field.may_be_computed)


def texts_of(wording: Wording) -> list[str]:
    """All that people wrote in a wording, field by field: as it was typed, and Markdown also as its readers see it."""
    return [text for readings in readings_of(wording) for text in readings]


def readings_of(wording: Wording) -> list[tuple[str, ...]]:
    """The same, each field by itself: one reading of a plain field, two of Markdown."""
    values = [(field, getattr(wording, field.name)) for field in FIELDS if field.is_written]
    return [(value, plain_text(value)) if field.shape == Shape.MARKDOWN else (value,) for field, value in values]


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
