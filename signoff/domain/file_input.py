"""Files that people give: what they are by their first bytes, archives opened within bounds, and texts decoded."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also what encrypted Office files are wrapped in
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF text"),
)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BLOCK = 1_000_000  # bytes read at once
# What the standard library raises for archives that are damaged, encrypted or packed in ways it does not know.
DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)


class TooLarge(Exception):
    """An archive unpacks to more than it may."""


def other_kind(raw: bytes) -> str:
    """What a file is that is neither text nor an archive, as “a PDF”; empty for everything else."""
    return next((kind for start, kind in _OTHER_KINDS if raw.startswith(start)), "")


def opened(raw: bytes) -> zipfile.ZipFile:
    """The archive that these bytes are; raises one of DAMAGED where they are none."""
    return zipfile.ZipFile(io.BytesIO(raw))


def unpacked(archive: zipfile.ZipFile, names: Sequence[str], *, most: int) -> Iterator[tuple[str, bytes]]:
    """These parts of an archive, block by block with the name of the part; TooLarge beyond so many bytes together.

    What an archive says of its own sizes is not believed. Raises one of DAMAGED for what cannot be unpacked.
    """
    size = 0
    for name in names:
        with archive.open(name) as part:
            while block := part.read(_BLOCK):
                size += len(block)
                if size > most:
                    raise TooLarge(name)
                yield name, block


def likely_encodings(raw: bytes) -> Sequence[str]:
    """The encodings that a text may have, likeliest first."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return (encoding,)
    # Without a mark, every other byte of Western text in UTF-16 is zero.
    halves = [raw[start:2000:2].count(0) * 4 > len(raw[start:2000:2]) for start in (0, 1)]
    if any(halves):
        return ("utf-16-be",) if halves[0] else ("utf-16-le",)
    return ("utf-8-sig", "cp1252")


def decoded(raw: bytes, *, also: Sequence[str] = ()) -> tuple[str, str]:
    """A text and the encoding it was read in; ValueError for what is no text. Those of `also` are tried after UTF-8."""
    first, *others = likely_encodings(raw)
    for encoding in (first, *also, *others):
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return encoding, text
    raise ValueError("no text")
