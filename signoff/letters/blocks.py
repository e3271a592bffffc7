"""What a letter consists of, and its two forms: plain text that stands alone, and quiet HTML."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from signoff.paths import PROJECT

_WIDTH = 72


@dataclass(frozen=True)
class Paragraph:
    """Running text; several lines stay several paragraphs."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Quoted:
    """Words that are not ours: a summary, a message, a reason."""

    text: str
    kind: str = "quoted"


@dataclass(frozen=True)
class Facts:
    """Rows of a label and what it stands for."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Address:
    """The one link of a letter: alone on its line in the text, a button in HTML."""

    url: str
    label: str
    kind: str = "address"


Block = Paragraph | Quoted | Facts | Address


@dataclass(frozen=True)
class Draft:
    """A letter as it was composed: its subject, and its blocks in order."""

    subject: str
    blocks: tuple[Block, ...]


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


def _wrapped(line: str, lead: str = "", later: str | None = None) -> str:
    return textwrap.fill(
        line,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=lead if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


_TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "templates" / "letters"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_html(draft: Draft, *, coalition: str, language: str = "en") -> str:
    """The HTML part: one narrow column, system fonts, no image, nothing from elsewhere."""
    html = _TEMPLATES.get_template("letter.html").render(draft=draft, coalition=coalition, language=language)
    # Mail's lines may have 998 bytes; what people wrote may not break them.
    return "\n".join(
        textwrap.fill(line, 200, break_long_words=False, break_on_hyphens=False) if len(line) > 200 else line
        for line in html.split("\n")
    )
