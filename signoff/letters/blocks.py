"""What a letter consists of, and its plain text part, which stands alone; html_part.py makes the other one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from signoff.domain.positions.changes import ChangedSentence

_WIDTH = 72


@dataclass(frozen=True)
class Heading:
    """What the blocks below it are about, in letters of several parts."""

    text: str


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
    """A link of a letter: alone on its line in the text, in HTML below a button with the label, if it has one."""

    url: str
    label: str = ""


@dataclass(frozen=True)
class Changes:
    """Sentences that changed, each with its label and its runs of words: marked in HTML, in words in the text."""

    sentences: tuple[ChangedSentence, ...]


@dataclass(frozen=True)
class Signature:
    """Who writes: the lines below a letter."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Quoted | Facts | Changes | Address | Signature


@dataclass(frozen=True)
class Attachment:
    """A file that a letter brings."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A letter as it was composed: its subject, its blocks in order, and the files that these speak of.

    `unsubscribe` is where a mail program ends what the reader subscribed to, by one POST (RFC 8058).
    """

    subject: str
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = ""


def as_text(blocks: Sequence[Block]) -> str:
    """The plain text part: 72 columns, an empty line between blocks, addresses whole and alone."""
    return "\n\n".join(_block_as_text(block) for block in blocks) + "\n"


def _block_as_text(block: Block) -> str:
    match block:
        case Heading(text):
            return f"{text}\n{'-' * len(text)}"
        case Paragraph(text):
            return "\n\n".join(_wrapped(line) for line in lines_of(text))
        case Quoted(text):
            return "\n".join(_wrapped(line, "> ") if line else ">" for line in text.strip().split("\n"))
        case Facts(rows):
            return "\n".join(_wrapped(f"{label}: {value}", later="  ") for label, value in rows)
        case Changes(sentences):
            return "\n\n".join(_in_words(sentence) for sentence in sentences)
        case Address(url):
            return url
        case Signature(lines):
            return "\n".join(_wrapped(line, later="  ") for line in lines)


def label_of(sentence: ChangedSentence) -> str:
    """Where a sentence that changed stands: “Text”, or “Text (Mesa, 2027)” for a cell of a table."""
    return f"{sentence.label} ({sentence.place})" if sentence.place else sentence.label


def _in_words(sentence: ChangedSentence) -> str:
    label, before, after = label_of(sentence), sentence.before, sentence.after
    if before and after:
        return f"{_wrapped(f'{label}, before: {before}', later='  ')}\n{_wrapped(f'now: {after}', '  ', '  ')}"
    return _wrapped(f"{label}, added: {after}" if after else f"{label}, deleted: {before}", later="  ")


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text."""
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
