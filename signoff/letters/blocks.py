"""What a letter consists of, and its two forms: plain text that stands alone, and quiet HTML."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from signoff.settings import PROJECT

_WIDTH = 72


@dataclass(frozen=True)
class Paragraph:
    """Running text; several lines stay several paragraphs."""

    text: str


@dataclass(frozen=True)
class Quoted:
    """Words that are not ours: a summary, a message, a reason."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Rows of a label and what it stands for."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Address:
    """The one link of a letter: alone on its line in the text, a button in HTML."""

    url: str
    label: str


Block = Paragraph | Quoted | Facts | Address


@dataclass(frozen=True)
class Attachment:
    """A file that a letter brings."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A letter as it was composed: its subject, its blocks in order, and the file that these speak of."""

    subject: str
    blocks: tuple[Block, ...]
    attachment: Attachment | None = None


def as_text(blocks: Sequence[Block]) -> str:
    """The plain text part: 72 columns, an empty line between blocks, addresses whole and alone."""
    return "\n\n".join(_block_as_text(block) for block in blocks) + "\n"


def _block_as_text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return "\n\n".join(_wrapped(line) for line in _lines(text))
        case Quoted(text):
            return "\n".join(_wrapped(line, "> ") if line else ">" for line in text.strip().split("\n"))
        case Facts(rows):
            return "\n".join(_wrapped(f"{label}: {value}", later="  ") for label, value in rows)
        case Address(url, _):
            return url


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


# The letters of a round say most of their lines alike.
@lru_cache(maxsize=4096)
def _wrapped(line: str, lead: str = "", later: str | None = None) -> str:
    # Words are never broken: an address stays whole, and so does a digest.
    lines, width = [lead], len(lead)
    for word in line.split():
        if width + len(word) > _WIDTH and width > len(lead):
            lines.append(lead if later is None else later)
            width = len(lines[-1])
        lines[-1] += f"{word} "
        width += len(word) + 1
    return "\n".join(line.rstrip() for line in lines)


_TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "templates" / "letters"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_html(draft: Draft, *, coalition: str, language: str = "en") -> str:
    """The HTML part: one narrow column, system fonts, no image, nothing from elsewhere."""
    before, after = _frame(coalition, language)
    blocks = "".join(_block_as_html(block, number == 0) for number, block in enumerate(draft.blocks))
    return f"{before}{_short_lines(str(escape(draft.subject)))}{after}{blocks}{_END}"


_PLACE = "\x00"
_END = "</main>\n</body>\n</html>\n"


@lru_cache(maxsize=8)
def _frame(coalition: str, language: str) -> tuple[str, str]:
    # Round the title, the one part of the frame that differs from letter to letter.
    frame = _TEMPLATES.get_template("frame.html").render(title=_PLACE, coalition=coalition, language=language)
    before, after = frame.split(_PLACE)
    return before, after


@lru_cache(maxsize=4096)
def _block_as_html(block: Block, is_first: bool) -> str:
    match block:
        case Paragraph(text):
            lines = _lines(text)
            large = ' class="first"' if is_first and len(lines) == 1 else ""
            html = "".join(f"<p{large}>{escape(line)}</p>\n" for line in lines)
        case Quoted(text):
            html = "<blockquote>\n{}</blockquote>\n".format(
                "".join(f"<p>{escape(line)}</p>\n" for line in _lines(text))
            )
        case Facts(rows):
            cells = (
                f'<tr><th scope="row">{escape(label)}</th>\n<td>{escape(value)}</td></tr>\n' for label, value in rows
            )
            html = '<table role="presentation">\n{}</table>\n'.format("".join(cells))
        case Address(url, label):
            html = f'<p><a class="act" href="{escape(url)}">{escape(label)}</a></p>\n'
    return _short_lines(html)


def _short_lines(html: str) -> str:
    # Mail's lines may have 998 bytes; what people wrote may not break them.
    return "\n".join(
        textwrap.fill(line, 200, break_long_words=False, break_on_hyphens=False) if len(line) > 200 else line
        for line in html.split("\n")
    )
