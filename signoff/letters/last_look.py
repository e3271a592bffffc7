"""The last look at a finished message: exactly the headers it should have, once each, and exactly one recipient."""

import re
from collections import Counter
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import lru_cache

_HEADERS = Counter(
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
    )
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_FOLDED = re.compile(r"\r?\n[ \t]")
_PARSER = BytesHeaderParser()


class UnsafeMessage(Exception):
    """The finished message is not what it should be; it must never leave."""


def ensure_as_expected(built: bytes, *, sender: str, recipient: str) -> None:
    """Raise UnsafeMessage unless the bytes hold just the expected headers, one sender and one recipient."""
    parsed = _PARSER.parsebytes(built[: built.index(b"\r\n\r\n") + 4])
    names = Counter(parsed.keys())
    if names != _HEADERS or parsed.defects:
        raise UnsafeMessage(f"unexpected headers: {sorted((names - _HEADERS) + (_HEADERS - names))}")
    for name, value in parsed.items():
        if _breaks(str(value)):
            raise UnsafeMessage(f"the header {name} breaks its line")
    if _addresses(str(parsed["From"])) != (sender,) or _addresses(str(parsed["To"])) != (recipient,):
        raise UnsafeMessage("the headers From and To do not hold exactly the one address each that they should")


# Letters share most of their headers.
@lru_cache(maxsize=256)
def _breaks(value: str) -> bool:
    unfolded = _FOLDED.sub(" ", value)
    # A reader decodes what stands encoded: a line break in there would be one after all.
    decoded = str(make_header(decode_header(unfolded))) if "=?" in unfolded else unfolded
    return bool(_CONTROL.search(unfolded) or _CONTROL.search(decoded))


@lru_cache(maxsize=256)
def _addresses(value: str) -> tuple[str, ...]:
    return tuple(found for _, found in getaddresses([value]))
