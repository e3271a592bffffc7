"""The check of a finished message: exactly the headers it should have, once each, one sender and one recipient.

It reads the bytes that are about to leave, by RFC 5322's own grammar and as a mail program would parse them, and trusts
neither alone. What the parser says about the message's parts (`defects`) is not asked: it differs between releases of
Python, and says nothing about the headers.
"""

import re
from collections import Counter
from collections.abc import Collection
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import lru_cache

_EXPECTED = Counter(
    (
        "Content-Type",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Reply-To",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
    )
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_FOLD = re.compile(r"\r?\n[ \t]")
# A name and a colon, the value, and lines that continue it; nothing else may stand in a header block.
_FIELD = re.compile(rb"([!-9;-~]+): [^\r\n\0]*\r\n(?:[ \t][^\r\n\0]*\r\n)*")
_PARSER = BytesHeaderParser()


class UnsafeMessage(Exception):
    """The finished message is not what it should be; it must never leave."""


def ensure_as_expected(built: bytes, *, sender: str, recipient: str, more: Collection[str] = ()) -> None:
    """Raise UnsafeMessage unless the bytes hold just the expected headers, one sender and one recipient.

    `more` names the headers that this letter has besides those of every letter.
    """
    block, blank, _ = built.partition(b"\r\n\r\n")
    if not blank:
        raise UnsafeMessage("the headers do not end")
    parsed = _PARSER.parsebytes(block + blank)
    expected = _EXPECTED + Counter(more)
    _ensure_names(Counter(_written_names(block + b"\r\n")), expected)
    _ensure_names(Counter(parsed.keys()), expected)
    for name, value in parsed.items():
        if _breaks_line(str(value)):
            raise UnsafeMessage(f"the header {name} breaks its line")
    if _addresses(str(parsed["From"])) != (sender,) or _addresses(str(parsed["To"])) != (recipient,):
        raise UnsafeMessage("the headers From and To do not hold exactly the one address each that they should")


def _written_names(block: bytes) -> list[str]:
    names, read = [], 0
    while read < len(block):
        field = _FIELD.match(block, read)
        if field is None:
            raise UnsafeMessage("a line among the headers is not a header")
        names.append(field[1].decode("ascii"))
        read = field.end()
    return names


def _ensure_names(names: Counter[str], expected: Counter[str]) -> None:
    if names != expected:
        surplus, missing = sorted(names - expected), sorted(expected - names)
        raise UnsafeMessage(f"unexpected headers: {surplus}, missing headers: {missing}")


# Letters share most of their headers.
@lru_cache(maxsize=256)
def _breaks_line(value: str) -> bool:
    unfolded = _FOLD.sub(" ", value)
    # Mail programs decode what is encoded: an encoded line break would be one after all.
    decoded = str(make_header(decode_header(unfolded))) if "=?" in unfolded else unfolded
    return bool(_CONTROL.search(unfolded) or _CONTROL.search(decoded))


@lru_cache(maxsize=256)
def _addresses(value: str) -> tuple[str, ...]:
    return tuple(address for _, address in getaddresses([value]))
