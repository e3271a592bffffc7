"""Texts that come in: a file chosen in the editor fills its form, and what is pasted comes back in the dialect."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from flask import jsonify, request
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act
from signoff.domain.positions.fields import FIELDS, LETTERS, Kind
from signoff.domain.positions.files.content import FileText
from signoff.domain.positions.files.reading import LARGEST_FILE, read_file, read_pasted
from signoff.domain.positions.text import Wording, clean
from signoff.domain.text_input import clean_text
from signoff.models import Position, Version
from signoff.paper.word.rereading import with_source_of
from signoff.services.coalition import find_coalition
from signoff.services.positions.positions import latest_version, version_of_digest
from signoff.web.access import staff
from signoff.web.installation import db, read_first
from signoff.web.staff.blueprint import pages

_PARTS = ("title", "date_line", "addressed_to", "salutation", "closing", "copies", "enclosures", "press_contact")
LARGEST_FORM = 2 * LARGEST_FILE  # a file that is somewhat too large gets a sentence, not an error page
_LARGEST_PASTED = 4_000_000  # bytes


@dataclass(frozen=True)
class Arrived:
    """A file whose text is in the form: its name, its text, what of the form it took the place of, and its version.

    The version is the one that says the same to the letter; None where there is none.
    """

    name: str
    text: FileText
    replaced: str
    kept_title: str
    version: Version | None = None

    @property
    def parts(self) -> list[str]:
        """What of a letter was put into fields of its own, as the form calls them."""
        return [field.label for field in FIELDS if field.name in self.text.parts]

    @property
    def other_title(self) -> str:
        """The file's title, where the form keeps another."""
        is_another = self.text.title and self.kept_title and self.kept_title.casefold() != self.text.title.casefold()
        return self.text.title if is_another else ""


def wants_file() -> bool:
    """Whether a file is to be read: one was chosen, whichever button was pressed, or its button was."""
    return bool(_file_name()) or request.form.get("act") == "file"


def take_file(typed: Mapping[str, str], position: Position | None) -> tuple[dict[str, str], Arrived]:
    """What was typed, with the text of the file that was chosen; Invalid with a sentence where it cannot be read.

    A file that Signoff made has all parts of its text, so they take the place of all that was typed.
    """
    name = _file_name()
    if not name:
        raise Invalid({"file": "Please choose a file first."})
    with closing(request.files["file"]) as file:
        raw = file.read()
    text = read_file(name, raw, has_title=typed["title"], wanted=_wanted(typed), sender=_sender())
    version = _made_from(text, position) if text.is_own else None
    text = with_source_of(text, version.wording) if version else text
    replaced = typed["body"] if clean_text(typed["body"]) not in ("", clean_text(text.body)) else ""
    if text.is_own:
        wording = Wording(**{**text.parts, "body": text.body})
        is_same = version is not None and clean(wording) == version.wording
        return {**typed, **vars(wording)}, Arrived(name, text, replaced, "", version if is_same else None)
    typed_title = typed["title"].strip()
    filled = {**typed, "title": typed_title or text.title, "body": text.body, **text.parts}
    if text.parts and typed["kind"] not in LETTERS:
        filled["kind"] = Kind.LETTER
    return filled, Arrived(name, text, replaced, typed_title)


def _made_from(text: FileText, position: Position | None) -> Version | None:
    """The version that a file of Signoff's own was made from; the newest of the position where it does not say."""
    told = version_of_digest(db(), text.digest) if text.digest else None
    return told or (latest_version(db(), position) if position else None)


def _wanted(typed: Mapping[str, str]) -> list[str]:
    """The fields for parts of a letter that are still empty, where a letter is written or nothing is yet."""
    is_new = not typed["body"].strip() and typed["kind"] == Wording().kind
    return [name for name in _PARTS if _is_free(name, typed[name])] if is_new or typed["kind"] in LETTERS else []


def _is_free(name: str, typed: str) -> bool:
    # No one typed the press contact that new positions begin with, so the one in a file replaces it.
    coalition = find_coalition(db()) if name == "press_contact" else None
    return clean_text(typed) in ("", clean_text(coalition.press_contact) if coalition else "")


def _sender() -> str:
    coalition = find_coalition(db())
    return " ".join([coalition.name, *coalition.letterhead.lines]) if coalition else ""


def _file_name() -> str:
    file = request.files.get("file")
    return (file.filename or "") if file else ""


@pages.post("/staff/positions/pasted")
@staff(Act.DRAFT, largest=_LARGEST_PASTED)
def pasted() -> Response | tuple[Response, int]:
    """What was pasted as HTML, in the dialect of texts, for the editor's own script; nothing is saved."""
    read_first()
    try:
        text = read_pasted(request.form.get("html", ""))
    except Invalid as refusal:
        return jsonify({"refused": refusal.errors["file"]}), 422
    return jsonify({"text": text.body, "left_out": text.left_out})
