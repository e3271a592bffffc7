"""The one file that is attached to a PDF of a position. It is verified afterwards; the rest of the PDF never is."""

import re
import zlib

from signoff.evidence.strict_json import MOST_BYTES, Refused

MOST_PDF_BYTES = 2 * MOST_BYTES
PDF = b"%PDF-"
_NEAR = 2_000  # bytes of the dictionary before a stream
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile(?![A-Za-z])")
_STREAM = re.compile(rb"stream\r?\n")
_END = re.compile(rb"\s{0,2}endstream")
_LENGTH = re.compile(rb"/Length\s+([0-9]{1,9})(?!\s+[0-9]+\s+R)(?![0-9])")
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/([A-Za-z0-9]+)")


def attachment_of(file: bytes) -> bytes:
    """The bytes of the only attachment of a PDF; Refused where there is none, there are several, or it is damaged."""
    if len(file) > MOST_PDF_BYTES:
        raise Refused("The PDF is larger than any PDF of a position.")
    found = [match.start() for match in _EMBEDDED.finditer(file)]
    if not found:
        raise Refused(
            "This PDF carries no evidence. It may have been printed or saved by another program, or made before the "
            "evidence was ready. Download it again from the page of the position."
        )
    if len(found) > 1:
        raise Refused("This PDF has several attachments. A PDF of a position has one.")
    dictionary, first = _stream_at(file, found[0])
    length, filtered = _LENGTH.search(dictionary), _FILTER.search(dictionary)
    end = first + int(length[1]) if length else 0
    if not length or not _END.match(file, end) or (filtered and filtered[1] != b"FlateDecode"):
        raise Refused("The attachment of this PDF is not stored as in a PDF of a position.")
    return _inflated(file[first:end]) if filtered else file[first:end]


def _stream_at(file: bytes, at: int) -> tuple[bytes, int]:
    before, stream = file.rfind(b" obj", max(0, at - _NEAR), at), _STREAM.search(file, at, at + _NEAR)
    if before < 0 or not stream:
        raise Refused("The attachment of this PDF is not stored as in a PDF of a position.")
    return file[before : stream.start()], stream.end()


def _inflated(content: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        result = reader.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise Refused("The attachment of this PDF is damaged.") from None
    if len(result) > MOST_BYTES:
        raise Refused("The attachment of this PDF is larger than any evidence.")
    if not reader.eof or reader.unused_data:
        raise Refused("The attachment of this PDF is damaged.")
    return result
