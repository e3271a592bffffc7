"""The bytes of a letter: Flask-Mail builds one template for each shape of message, and each letter is filled in."""

import base64
import quopri
import re
import secrets
from dataclasses import dataclass
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate
from functools import lru_cache

from flask import Flask
from flask_mail import Mail, Message, sanitize_address

from signoff.letters.blocks import Attachment
from signoff.letters.delivery.header_check import ensure_as_expected

_LONGEST_LINE = 900  # bytes; SMTP takes 998, and longer ones need an encoding that breaks them
# Where files go, as base64 writes it.
_FILES = tuple((place, base64.b64encode(place)) for place in (b"xxfile0xx", b"xxfile1xx", b"xxfile2xx"))
_PLACES = re.compile(
    rb"(xx(?:subject|to|date|msgid|header\d|boundary0|boundary1|text|html)xx|"
    + b"|".join(encoded for _, encoded in _FILES)
    + b")"
)
# What is not ASCII makes the library choose 8-bit text, as the letters need it.
_WIDE = "é"


@dataclass(frozen=True)
class WrittenLetter:
    """A letter as it was written: everything its bytes are made of. `date` is seconds since 1970.

    `owes_proof` says that it should have brought a partner's proof, which follows in a letter of its own.
    `headers` are those that it has besides the usual ones, plain words in ASCII; `returns_to` is its envelope sender,
    where that is not the address of `sender`.
    """

    subject: str
    to: tuple[str, str]
    text: str
    html: str
    sender: tuple[str, str]
    reply_to: str
    message_id: str
    date: float
    attachments: tuple[Attachment, ...] = ()
    owes_proof: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    returns_to: str = ""

    @property
    def envelope_sender(self) -> str:
        """Where the mail systems on its way send what they cannot deliver."""
        return self.returns_to or self.sender[1]


@dataclass(frozen=True)
class MimeTemplate:
    """What letters share that use the same template."""

    sender: tuple[str, str]
    reply_to: str
    eight_bit: bool
    attached: tuple[tuple[str, str], ...]  # name and content type of each file
    headers: tuple[str, ...] = ()  # names of those besides the usual ones


class _Form(Message):
    """A message with a place where each letter's own words go."""

    eight_bit = False

    def _message(self) -> MIMEBase:
        built = super()._message()
        # The usual policy folds a subject of some lengths behind its colon, and readers then see a space first.
        built.policy = policy.SMTP.clone(refold_source="none", max_line_length=998)
        parts = [part for part in built.walk() if part.is_multipart()]
        for number, part in enumerate(parts):
            part.set_boundary(f"xxboundary{number}xx")
        return built

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        if self.eight_bit:
            return super()._mimetext(f"{text}{_WIDE}", subtype)
        charset = Charset("utf-8")
        charset.body_encoding = QP
        return MIMEText(text or "", subtype, charset)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def _template(shape: MimeTemplate) -> tuple[bytes, ...]:
    """The bytes of a message of this shape, cut at its places: literal and place by turns."""
    app = Flask("signoff.letters")
    app.config["MAIL_DEFAULT_SENDER"] = shape.sender[1]
    Mail(app)
    with app.app_context():
        form = _Form("xxsubjectxx", ["xxtoxx"], body="xxtextxx", html="xxhtmlxx", reply_to=shape.reply_to, date=0)
        # Given to the constructor, Flask-Mail would join name and address without quoting either.
        form.sender, form.msgId, form.eight_bit = shape.sender, "xxmsgidxx", shape.eight_bit
        more = {name: f"xxheader{number}xx" for number, name in enumerate(shape.headers)}
        form.extra_headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", **more}
        for (name, content_type), (place, _) in zip(shape.attached, _FILES, strict=False):
            form.attach(name, content_type, place)
        built = form.as_bytes()
    built = built.replace(formatdate(0, localtime=True).encode(), b"xxdatexx").replace(_WIDE.encode(), b"")
    return tuple(_PLACES.split(built))


def as_bytes(letter: WrittenLetter, *, eight_bit: bool) -> bytes:
    """The letter as it goes over the wire; UnsafeMessage when its headers are not what they should be.

    `eight_bit` says that the server takes text as it is.
    """
    eight_bit = eight_bit and _has_short_lines(letter.text) and _has_short_lines(letter.html)
    files = letter.attachments
    attached = tuple((file.name, file.content_type) for file in files)
    names = tuple(name for name, _ in letter.headers)
    template = _template(MimeTemplate(letter.sender, letter.reply_to, eight_bit, attached, names))
    words = {
        b"xxsubjectxx": _header(letter.subject),
        b"xxtoxx": _recipient(*letter.to),
        b"xxdatexx": _date(int(letter.date)),
        b"xxmsgidxx": letter.message_id.encode(),
        **{f"xxheader{number}xx".encode(): value.encode() for number, (_, value) in enumerate(letter.headers)},
        # New for each letter, so that no one who received one can write words that end a part of the next.
        b"xxboundary0xx": f"=_{secrets.token_hex(16)}".encode(),
        b"xxboundary1xx": f"=_{secrets.token_hex(16)}".encode(),
        b"xxtextxx": _body(letter.text, eight_bit),
        b"xxhtmlxx": _body(letter.html, eight_bit),
        **{encoded: _base64(file.content) for (_, encoded), file in zip(_FILES, files, strict=False)},
    }
    built = b"".join(words.get(piece, piece) for piece in template)
    ensure_as_expected(built, sender=letter.sender[1], recipient=letter.to[1], more=names)
    return built


@lru_cache(maxsize=8)
def _date(seconds: int) -> bytes:
    return formatdate(seconds, localtime=True).encode()


def _recipient(name: str, address: str) -> bytes:
    if name.isascii() and address.isascii():
        return formataddr((name, address)).encode()
    return sanitize_address((name, address), "utf-8").replace("\n", "\r\n").encode()


@lru_cache(maxsize=256)
def _header(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n").encode()


def _body(text: str, eight_bit: bool) -> bytes:
    plain = text.encode()
    encoded = plain if eight_bit else quopri.encodestring(plain)
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


# Many letters bring the same file.
@lru_cache(maxsize=64)
def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).strip().replace(b"\n", b"\r\n")


def _has_short_lines(text: str) -> bool:
    lines = text.split("\n")
    return len(max(lines, key=len)) * 4 <= _LONGEST_LINE or max(len(line.encode()) for line in lines) <= _LONGEST_LINE
