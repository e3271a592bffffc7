"""Which characters single lines and texts may hold; alike on every database and safe in every header."""

import re
import unicodedata

# Control characters, halves of characters, and marks that let a text show itself in another order than it is.
_NEVER = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_ENCODED_WORD = re.compile(r"=\?")


def clean_line(value: str) -> str:
    """One line in its canonical form: NFC, no space at either end."""
    return unicodedata.normalize("NFC", value).strip()


def clean_text(value: str) -> str:
    """Several lines in their canonical form: NFC, LF, no trailing space on a line, no empty lines at either end."""
    unix = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in unix.split("\n")).strip("\n")


# Invisible characters have no place in a single line, but for the joiners that some scripts need.
_INVISIBLE = re.compile(
    r"[\u00ad\u115f\u1160\u200b\u2060-\u2064\u2800\u3164\uffa0]|^[\u200c\u200d]|[\u200c\u200d]$|[A-Za-z][\u200c\u200d]"
)


def line_problem(value: str, *, longest: int, needed: bool = True) -> str:
    """What is wrong with a cleaned single line, as a sentence; empty when nothing is. `longest` in characters."""
    if needed and not value:
        return "Please fill this in."
    if len(value) > longest:
        return f"Please use at most {longest} characters; this has {len(value)}."
    if _NEVER.search(value) or _INVISIBLE.search(value) or "\n" in value or "\t" in value:
        return "This holds a line break or a character that cannot be shown. Please type it anew."
    if _ENCODED_WORD.search(value):
        return "The two characters “=?” cannot stand in a name or title, since mail programs read them as code."
    return ""


def text_problem(value: str, *, longest: int, needed: bool = True) -> str:
    """What is wrong with a cleaned text of several lines; empty when nothing is. `longest` in UTF-8 bytes."""
    if needed and not value:
        return "Please fill this in."
    if _NEVER.search(value):
        return "This holds a character that cannot be shown. Please type that place anew."
    if len(value.encode()) > longest:
        return f"Please shorten this to {longest // 1000} kB; it has {len(value.encode()) // 1000 + 1} kB."
    return ""


def web_address_problem(value: str) -> str:
    """What is wrong with an optional website address; empty when nothing is."""
    if not value:
        return ""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}(:\d{1,5})?(/[^\s\"'<>\\^`{|}]*)?", value):
        return "Please give a whole web address that begins with https:// or http://."
    return line_problem(value, longest=500)
