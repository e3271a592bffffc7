"""What may be typed: one policy of characters for every field, alike on every database and on every Python.

What no one can see is not stored: the harmless noise of pasted text is taken out while a value is cleaned, and
everything else that cannot be shown is refused, with the place where it was found.
"""

from collections.abc import Iterator
from html import unescape

import idna
import regex
import unicodedata2

# Characters that show nothing although their category says that they are letters or symbols.
_BLANK = r"\u2800\ufffc\U0001d159\U00013441\U00013442\U00016fe4"
_NOTHING_TO_SEE = regex.compile(rf"[\p{{Z}}\p{{M}}\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Default_Ignorable_Code_Point}}{_BLANK}]*")

# Some signs written before Arabic, Syriac and Kaithi numbers are of the category of invisible formatting, but are seen.
_UNSEEN = regex.compile(
    rf"[[\p{{C}}\p{{Default_Ignorable_Code_Point}}\p{{Zl}}\p{{Zp}}{_BLANK}]--[\t\n\p{{Prepended_Concatenation_Mark}}]]",
    regex.V1,
)

# Scripts whose spelling needs the zero-width joiner or non-joiner between letters.
_JOINING_SCRIPTS = (
    "Arabic Syriac Mandaic Nko Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam"
    " Sinhala Tibetan Myanmar Khmer"
)
_JOINING = "[" + "".join(rf"\p{{Script={script}}}" for script in _JOINING_SCRIPTS.split()) + "]"
_JOINER = regex.compile(
    rf"(?<={_JOINING}\p{{Mn}}*)[\u200c\u200d](?=\p{{Mn}}*{_JOINING})|(?<=\p{{Canonical_Combining_Class=9}})[\u200c\u200d]"
)
# In prose: what shows a picture in color or in ink, joins several to one, or makes a key of a digit.
_EMOJI = regex.compile(
    r"(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    r"|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})"
)
# In prose with letters written from right to left: the marks of direction, but for the inside of words.
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_DIRECTION = regex.compile(r"(?<!\w)[\u200e\u200f\u061c]|[\u200e\u200f\u061c](?!\w)")

# UTS #39, 5.4: no more than four marks on one letter, and never the same one twice; Latin, Greek and Cyrillic letters,
# whose usual marks are part of them in the canonical form, bear three.
_MARK = r"[\p{Mn}\p{Me}]"
_PILED_MARKS = regex.compile(rf"(?<=[\p{{Latin}}\p{{Greek}}\p{{Cyrillic}}]){_MARK}{{4,}}|{_MARK}{{5,}}|({_MARK})\1")
_LONE_MARK = regex.compile(r"(?:^|(?<=[ \t]))\p{M}", regex.M)

_LINE_BREAK = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_ODD_SPACE = regex.compile(r"[\t\v\f\x85\u2028\u2029]")
_NOISE = regex.compile(r"[\ufeff\u00ad]")
# Spaces of any width, and what comes along at the ends of names copied from mail programs and tables.
_ENDS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" + (
    "\u200b\u200e\u200f\u202a\u202c\u2060"
)
# Word gives the bullets of a list as letters of its own fonts, with a tab behind them.
_BULLET = regex.compile(r"^([ \t]*)(?:[•●◦▪■‣\uf0b7\uf0a7\uf0d8][ \t\u00a0]+|[·o§–]\t[ \t\u00a0]*)(?=\S)", regex.M)

_ENCODED_WORD = "=?"
_ENTITY = regex.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_SHOWN = 40  # characters before the place of a problem
_KINDS = {"Cc": "a control character", "Co": "a private-use character", "Cn": "not a character"}


def clean_line(value: str) -> str:
    """One line in its canonical form: NFC, without the noise of pasted text; empty when nothing of it can be seen."""
    if _is_plain(value):
        return value.strip(" ")
    one_line = _ODD_SPACE.sub(" ", _NOISE.sub("", value))
    return _seen(unicodedata2.normalize("NFC", one_line).strip(_ENDS))


def _is_plain(value: str) -> bool:
    # Most of what is typed: none of the rules below has anything to say about it.
    return value.isascii() and value.isprintable()


def clean_text(value: str) -> str:
    """Several lines in their canonical form: NFC, LF, no trailing space on a line, no empty lines at either end.

    Pasted noise is left out, pasted bullets become those of Markdown; empty when nothing of it can be seen.
    """
    return _seen("\n".join(line.rstrip(_ENDS) for line in without_noise(value).split("\n")).strip("\n"))


def without_noise(value: str) -> str:
    """The same with the spaces at the ends of its lines, two of which break a line in Markdown."""
    unix = _LINE_BREAK.sub("\n", _NOISE.sub("", value))
    return str(_BULLET.sub(r"\1- ", unicodedata2.normalize("NFC", unix)))


def _seen(value: str) -> str:
    return "" if _NOTHING_TO_SEE.fullmatch(value) else value


def line_problem(value: str, *, longest: int, needed: bool = True, prose: bool = False) -> str:
    """What is wrong with a cleaned single line, as a sentence; empty when nothing is. `longest` in characters.

    Prose may contain emoji with their invisible parts; names, addresses and titles may not.
    """
    if needed and not value:
        return "Please fill this in."
    if len(value) > longest:
        return f"Please use at most {longest} characters; this has {len(value)}."
    if "\n" in value or "\r" in value:
        return "Please keep this on one line: it contains a line break."
    if _ENCODED_WORD in value:
        return "The two characters “=?” cannot be part of a name or title, because email programs read them as code."
    return _character_problem(value, prose=prose)


def text_problem(value: str, *, longest: int, needed: bool = True, markdown: bool = False) -> str:
    """What is wrong with a cleaned text of several lines; empty when nothing is. `longest` in UTF-8 bytes.

    In Markdown, a character may also be written by its name or number, as in `&shy;`.
    """
    if needed and not value:
        return "Please fill this in."
    if problem := _character_problem(value, prose=True):
        return problem
    if len(value.encode()) > longest:
        return f"Please shorten this to {longest // 1000} kB; it has {len(value.encode()) // 1000 + 1} kB."
    return _character_problem(_ENTITY.sub(_meant, value), prose=True) if markdown and "&" in value else ""


def _meant(entity: "regex.Match[str]") -> str:
    return unescape(entity[0])


def _character_problem(value: str, *, prose: bool) -> str:
    if _is_plain(value):
        return ""
    result = dict(_misplaced_marks(value)) | dict(_unseen(value, prose=prose))
    if not result:
        return ""
    place, what = min(result.items())
    more = f" There are {len(result)} such places." if len(result) > 1 else ""
    return f"{_where(value, place)}: {what} Please delete it, or type the word again.{more}"


def _unseen(value: str, *, prose: bool) -> Iterator[tuple[int, str]]:
    turns = prose and _RIGHT_TO_LEFT.search(value)
    for match in _UNSEEN.finditer(value):
        at = match.start()
        if _JOINER.match(value, at) or (prose and _EMOJI.match(value, at)) or (turns and _DIRECTION.match(value, at)):
            continue
        yield at, f"{_named(match[0])} cannot be shown."


def _misplaced_marks(value: str) -> Iterator[tuple[int, str]]:
    for match in _PILED_MARKS.finditer(value):
        yield match.start(), "too many accents or other marks on one letter."
    for match in _LONE_MARK.finditer(value):
        yield match.start(), f"{_named(match[0])} does not belong to any letter."


def _named(character: str) -> str:
    name = unicodedata2.name(character, "") or f"({_KINDS.get(unicodedata2.category(character), 'no name')})"
    return f"U+{ord(character):04X} {name}"


def _where(value: str, at: int) -> str:
    line, _, before = ("\n" + value[:at]).rpartition("\n")
    words = before.strip()
    quoted = (
        f"after “{words if len(words) <= _SHOWN else '…' + words[-_SHOWN:].lstrip()}”" if words else "at the beginning"
    )
    return f"Line {line.count(chr(10)) + 1}, {quoted}" if "\n" in value else quoted[0].upper() + quoted[1:]


_WEB_ADDRESS = regex.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}(:[0-9]{1,5})?([/?#][^\s\"'<>\\^`{|}]*)?")
_AFTER_HOST = regex.compile("[/?#]")
_BARE_ADDRESS = regex.compile(r"(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}[\p{L}\p{M}\p{N}-]+(?::[0-9]{1,5})?(?:[/?#].*)?")


def clean_web_address(value: str) -> str:
    """A website's address in one form: with its scheme, its host in small letters and as name servers write it."""
    line = clean_line(value)
    address = f"https://{line}" if _BARE_ADDRESS.fullmatch(line) else line
    scheme, separator, rest = address.partition("://")
    host = _AFTER_HOST.split(rest, maxsplit=1)[0]
    if not separator or not host:
        return address
    return f"{scheme.lower()}://{_as_name_servers_write(host)}{rest[len(host) :]}"


def _as_name_servers_write(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host


def web_address_problem(value: str) -> str:
    """What is wrong with an optional website address that was cleaned; empty when nothing is."""
    if not value:
        return ""
    if not _WEB_ADDRESS.fullmatch(value):
        return "Please give a web address such as https://organization.example."
    return line_problem(value, longest=500)
