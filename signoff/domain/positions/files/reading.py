"""Reads a text from a file of any kind that people have, and says what the file is when it cannot be read."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Collection
from typing import TypeVar

from signoff.domain.errors import Invalid
from signoff.domain.file_input import DAMAGED, OLD_OFFICE, TooLarge, decoded, opened, other_kind, unpacked
from signoff.domain.positions.files.content import FileText, Reading, TooManyElements
from signoff.domain.positions.files.html import read_html
from signoff.domain.positions.files.markdown_file import read_markdown
from signoff.domain.positions.files.opendocument import read_opendocument
from signoff.domain.positions.files.word import read_word
from signoff.domain.positions.files.writing import file_text
from signoff.domain.positions.files.xml_parts import NOT_READABLE, Unreadable

_Raw = TypeVar("_Raw", str, dict[str, bytes])  # a text, or the parts of an archive
LARGEST_FILE = 10_000_000  # bytes
_MOST_UNPACKED = 12_000_000  # bytes of the parts that are read together
LONGEST_TEXT = 100_000  # bytes, as of a position's text
_KINDS = {
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "html": "an HTML page",
    "md": "a text",
}
_ENDINGS = {
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), "docx"),
    **dict.fromkeys(("odt", "ott"), "odt"),
    **dict.fromkeys(("html", "htm", "xhtml"), "html"),
    **dict.fromkeys(("md", "markdown", "txt", "text"), "md"),
}
ACCEPTED = ".docx,.docm,.odt,.html,.htm,.md,.markdown,.txt"
# What staff call the parts of a file in which something can be wrong.
_PARTS = {
    "document": "its text",
    "content": "its text",
    "styles": "its styles",
    "numbering": "its lists",
    "footnotes": "its footnotes",
    "endnotes": "its endnotes",
    "comments": "its comments",
    "header": "a page header",
    "footer": "a page footer",
    "rels": "its list of parts",
}
_CHOOSE = "Please choose a Word document (.docx), an OpenDocument text (.odt), an HTML page, or Markdown."
_READ_OF_WORD = re.compile(r"(?:.*/)?_rels/[^/]*\.rels|(?!.*/(?:media|embeddings|fonts|theme|charts)/).*\.xml")
_HTML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL)


def read_file(
    name: str, raw: bytes, *, has_title: str = "", wanted: Collection[str] = (), sender: str = ""
) -> FileText:
    """A file's text in the dialect of texts, with a list of what it does not hold; nothing is stored or fetched.

    `has_title` is the title that was typed already, `wanted` the fields that the parts of a letter go to, and
    `sender` what the Coalition's letterhead says, which stays out. Raises Invalid with a sentence that names the file.
    """
    called = f"“{posixpath.basename(name.replace(chr(92), '/'))[-100:]}”"
    if not raw.strip():
        raise _refused(f"{called} is empty.")
    if len(raw) > LARGEST_FILE:
        raise _refused(
            f"{called} is larger than {LARGEST_FILE // 1_000_000} MB. Please take out pictures and try again."
        )
    kind = _kind(called, raw)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    expected = _ENDINGS.get(ending, "")
    if not expected:
        raise _refused(f"{called} is not a kind of file that Signoff can read. {_CHOOSE}")
    if kind != expected and (kind, expected) != ("md", "html"):
        raise _refused(f"{called} ends in .{ending}, but it is {_KINDS[kind]}. Please save it again as .{expected}.")
    reading = _short(called, _READERS[expected](called, raw))
    return _bounded(called, file_text(reading, has_title=has_title, wanted=wanted, sender=sender))


def read_pasted(html: str) -> FileText:
    """What was pasted from a page or a word processor as HTML, in the dialect; Invalid for what cannot be read."""
    try:
        return _bounded("What was pasted", file_text(_short("What was pasted", read_html(html)), has_title=None))
    except TooManyElements:
        raise _too_large("What was pasted") from None
    except NOT_READABLE:
        raise _refused("What was pasted cannot be read. Please paste it as plain text.") from None


def _short(called: str, reading: Reading) -> Reading:
    # Writing a text takes longer than reading it, so what is far too long is refused before.
    size = sum(len(words) + 2 for block in reading.blocks if (words := block.words))
    if size > 2 * LONGEST_TEXT:
        raise _too_long(called, size)
    return reading


def _bounded(called: str, text: FileText) -> FileText:
    size = len(text.body.encode())
    if size > LONGEST_TEXT:
        raise _too_long(called, size)
    if not text.body.strip() and not text.title:
        left_out = f" It has only what a text cannot contain: {'; '.join(text.left_out)}." if text.left_out else ""
        raise _refused(f"{called} has no words.{left_out}")
    return text


def _too_long(called: str, size: int) -> Invalid:
    limit = LONGEST_TEXT // 1000
    return _refused(f"{called} holds {size // 1000 + 1} kB of text. A position's text can have up to {limit} kB.")


def _too_large(called: str) -> Invalid:
    return _refused(f"{called} holds far more than a text can have. Please take out what does not belong to it.")


def _refused(sentence: str) -> Invalid:
    return Invalid({"file": f"{sentence} Nothing was taken from it."})


def _kind(called: str, raw: bytes) -> str:
    if kind := other_kind(raw):
        raise _refused(f"{called} is {kind}. {_CHOOSE}")
    if raw.startswith(OLD_OFFICE):
        raise _refused(
            f"{called} is protected by a password, or comes from an old program (.doc). "
            "Please save it as .docx without a password."
        )
    if raw.startswith(b"PK"):
        return _kind_of_archive(called, raw)
    return "html" if _HTML.match(raw[:5000]) else "md"


def _kind_of_archive(called: str, raw: bytes) -> str:
    try:
        with opened(raw) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100].decode("latin-1") if _is_short(archive, "mimetype") else ""
    except DAMAGED:
        raise _damaged(called) from None
    if mimetype.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    other = "an Excel workbook" if "xl/workbook.xml" in names else "a presentation" if _slides(names) else "an archive"
    raise _refused(f"{called} is {other}. {_CHOOSE}")


def _is_short(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1000


def _slides(names: set[str]) -> bool:
    return any(name.startswith("ppt/") for name in names)


def _damaged(called: str) -> Invalid:
    return _refused(f"{called} is damaged or protected by a password. Please open it, save it again, and try again.")


def _damaged_part(called: str, part: str, place: str) -> Invalid:
    """The refusal of a file for one part, with the words before the damage; fields nested too deep name no part."""
    kind = "rels" if part.endswith(".rels") else re.sub(r"\d*\.xml$", "", posixpath.basename(part))
    where = f"{_PARTS.get(kind, 'one of its parts')} ({part})" if part else "its text"
    after = f", {place}" if place else ""
    return _refused(f"{called} is damaged in {where}{after}. Please open it, save it again, and try again.")


def _parts(called: str, raw: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The parts of an archive that are read; of all others the names."""
    try:
        with opened(raw) as archive:
            names = archive.namelist()
            parts = {name: bytearray() for name in names}
            for name, block in unpacked(archive, [name for name in parts if wanted(name)], most=_MOST_UNPACKED):
                parts[name] += block
    except TooLarge as part:
        raise _refused(f"{called} unpacks to far too much in its part {part}.") from None
    except DAMAGED:
        raise _damaged(called) from None
    return {name: bytes(block) for name, block in parts.items()}


def _word(called: str, raw: bytes) -> Reading:
    parts = _parts(called, raw, lambda name: _READ_OF_WORD.fullmatch(name) is not None)
    return _read(called, read_word, parts)


def _opendocument(called: str, raw: bytes) -> Reading:
    wanted = ("content.xml", "styles.xml", "META-INF/manifest.xml")
    parts = _parts(called, raw, lambda name: name in wanted)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise _refused(f"{called} is protected by a password. Please save it without one.")
    return _read(called, read_opendocument, parts)


def _read(called: str, reader: Callable[[_Raw], Reading], raw: _Raw) -> Reading:
    try:
        return reader(raw)
    except TooManyElements:
        raise _too_large(called) from None
    except Unreadable as error:
        raise _damaged_part(called, error.part, error.place) from None
    except NOT_READABLE:
        raise _damaged(called) from None


def _html(called: str, raw: bytes) -> Reading:
    declared = re.search(rb"<meta[^>]{1,200}charset=[\"']?\s*([A-Za-z0-9_-]{2,20})", raw[:5000], re.IGNORECASE)
    also = [declared[1].decode()] if declared and _is_plain_encoding(declared[1].decode()) else []
    return _read_text(called, raw, read_html, also)


def _is_plain_encoding(name: str) -> bool:
    return (
        re.fullmatch(r"(?i)iso-8859-\d+|windows-125\d|gb\w+|big5|euc-(?:jp|kr)|shift_jis|macintosh", name) is not None
    )


def _markdown(called: str, raw: bytes) -> Reading:
    if len(raw) > 4 * LONGEST_TEXT:  # each letter may take two bytes here
        raise _too_long(called, len(raw))
    return _read_text(called, raw, read_markdown, [])


def _read_text(called: str, raw: bytes, reader: Callable[[str], Reading], also: list[str]) -> Reading:
    try:
        _, text = decoded(raw, also=also)
    except ValueError:
        raise _refused(f"{called} is not a text that Signoff can read. {_CHOOSE}") from None
    return _read(called, reader, text)


_READERS: dict[str, Callable[[str, bytes], Reading]] = {
    "docx": _word,
    "odt": _opendocument,
    "html": _html,
    "md": _markdown,
}
