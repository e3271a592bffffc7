"""The approved text in its canonical form, read field by field with nothing left over."""

import re
from collections.abc import Iterator

from signoff.evidence.strict_json import Refused, has_unseen

TEXT_FORMAT = "signoff-text/1"
# A field that a later edition of the format adds comes after these.
KNOWN_FIELDS = (
    *("language", "kind", "title", "addressed_to", "reference", "summary", "body"),
    *("date_line", "salutation", "closing", "copies", "enclosures", "press_contact", "docket", "hearing"),
)

_HEADING = re.compile(r"([a-z][a-z_]{0,39}) ([1-9][0-9]{0,8})")


def read_text(text: str) -> dict[str, str]:
    """The fields of a text in their order; Refused unless it is exactly their canonical form, with a title.

    Fields of unknown names are accepted after the known ones: partners approved the digest over every byte, so they
    approved these too, and a reader gets them with the others. Nothing of a text can hide behind a name.
    """
    fields = dict[str, str]()
    for name, value in _fields(text.encode()):
        if name in fields:
            raise Refused(f"The text has the field “{name}” twice.")
        if value.endswith(("\n", " ")) or has_unseen(value):
            raise Refused(f"The field “{name}” of the text is not in its canonical form.")
        fields[name] = value
    known = [name for name in KNOWN_FIELDS if name in fields]
    if list(fields)[: len(known)] != known:
        raise Refused("The fields of the text are not in their order.")
    if "\n" in fields.get("title", "\n"):
        raise Refused("The text has no title of one line.")
    return fields


def _fields(content: bytes) -> Iterator[tuple[str, str]]:
    start = f"{TEXT_FORMAT}\n".encode()
    if not content.startswith(start):
        raise Refused(f"The text does not begin with “{TEXT_FORMAT}”.")
    at = len(start)
    while at < len(content):
        end = content.find(b"\n", at, at + 60)
        heading = _HEADING.fullmatch(content[at : max(end, at)].decode(errors="replace"))
        if not heading:
            raise Refused(f"The text has something other than a field at byte {at + 1}.")
        at = end + 1 + int(heading[2])
        if content[at : at + 1] != b"\n":
            raise Refused(f"The field “{heading[1]}” of the text does not have the length that it says.")
        yield heading[1], content[end + 1 : at].decode(errors="replace")
        at += 1
