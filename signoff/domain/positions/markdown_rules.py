"""What a text may hold: every word of it is shown, in its order, or the text is refused with the place and the reason.

The law is one comparison, of all that was typed with all that is shown. The other rules name the usual faults in
words that help, and refuse what hides nothing here but would elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it.token import Token

from signoff.domain.positions.markdown import AUTOMATIC, MOST_BARS, MOST_BRACKETS, TARGET, Parsed, parsed

MOST_COLUMNS = 10
MOST_SAID = 3
# What marks a text without being a word of it: where these stand and where they do not is seen in how it is shown.
_MARKS = frozenset("\\`*_~#>-+=|:[]()<!^")
_PAIRED = (
    *("paragraph", "heading", "bullet_list", "ordered_list", "list_item", "blockquote", "table", "thead", "tbody"),
    *("tr", "th", "td", "em", "strong", "link", "footnote_block", "footnote"),
)
_SINGLE = (
    *("inline", "text", "softbreak", "hardbreak", "code_inline", "code_block", "fence", "hr"),
    *("footnote_ref", "footnote_anchor"),
)
_KNOWN = {f"{name}_{end}" for name in _PAIRED for end in ("open", "close")} | set(_SINGLE)


@dataclass(frozen=True)
class Fault:
    """Something that cannot be shown: where it begins in the text, and what to do about it."""

    at: int
    sentence: str


def markdown_problem(body: str) -> str:
    """What keeps a cleaned text from being shown word for word, with its lines; empty when nothing does."""
    # The comparison comes last: what has a reason of its own differs too, and is told by that.
    faults = _too_much(body) or sorted(_faults(body), key=lambda fault: fault.at) or list(_not_shown(body))
    first = list({_line(body, fault.at): fault for fault in reversed(faults)}.values())[::-1][:MOST_SAID]
    return " ".join(f"{_where(body, fault.at)}: {fault.sentence}" for fault in first)


def _where(body: str, at: int) -> str:
    # Whole words: of one that is cut in its middle nothing, and no marks that stand alone.
    whole = re.sub(r"\S*\Z", "", body[max(0, at - 400) : at]).split()
    before = [word for word in whole if any(map(str.isalnum, word))][-4:]
    after = f", after “{' '.join(before)[-60:]}”" if before else ""
    return f"Line {_line(body, at)}{after}"


def _line(body: str, at: int) -> int:
    return body.count("\n", 0, at) + 1


def _too_much(body: str) -> list[Fault]:
    # Asked before anything is read, since these cost time by their square.
    if body.count("[") > MOST_BRACKETS:
        return [Fault(0, f"please use at most {MOST_BRACKETS:,} opening brackets in a text.")]
    starts = _line_starts(body)
    lines = zip(starts, body.split("\n"), strict=True)
    wide = [Fault(at, _TOO_WIDE) for at, line in lines if line.count("|") > MOST_BARS]
    return wide[:1]


_TOO_WIDE = f"a table may have at most {MOST_COLUMNS} columns. Please split it into two tables."


def _line_starts(body: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", body))]


def _faults(body: str) -> Iterator[Fault]:
    read, starts = parsed(body), _line_starts(body)
    for reference in (*read.env.get("references", {}).values(), *read.env.get("duplicate_refs", ())):
        yield Fault(starts[reference["map"][0]], _DEFINITION)
    at = 0
    for token in read.tokens:
        at = starts[token.map[0]] if token.map else at
        yield from _faults_of(body, token, at)
        for child in token.children or ():
            yield from _faults_of(body, child, at)
    yield from _in_links(body, read, starts)


_DEFINITION = "the address of a link goes where its words are, as in [words](https://example.org)."
_REFUSED = {
    "image": "pictures are not shown. Please say it in words.",
    "html_inline": "HTML is not shown. Please leave it out, or put a backslash before the <.",
    "html_block": "HTML is not shown. Please leave it out, or put a backslash before the <.",
    "s_open": "words cannot be struck through. Please keep them or leave them out.",
    "s_close": "",
}


def _faults_of(body: str, token: Token, at: int) -> Iterator[Fault]:
    if token.type not in _KNOWN:
        sentence = _REFUSED.get(token.type, "this cannot be shown. Please write it in another way.")
        if sentence:
            yield Fault(_found(body, _begins(token), at), sentence)
    if token.type == "fence" and not _is_closed(body, token, at):
        yield Fault(at, f"this block of code has no end. Please close it with {token.markup} on a line of its own.")
    if token.type == "text" and (unknown := re.search(r"\[\^[^\]\s]+\]", token.content)):
        yield Fault(_found(body, unknown[0], at), f"there is no footnote for {unknown[0]}.")
    if token.type == "thead_open" and _columns(body, at) > MOST_COLUMNS:
        yield Fault(at, _TOO_WIDE)


def _begins(token: Token) -> str:
    match token.type:
        case "image":
            return "!["
        case "s_open":
            return "~~"
        case _:
            return token.content.split("\n")[0]


def _found(body: str, words: str, at: int) -> int:
    result = body.find(words, at) if words else -1
    return result if result >= 0 else at


def _is_closed(body: str, token: Token, at: int) -> bool:
    first, end = token.map or (0, 0)
    for _ in range(end - 1 - first):
        at = body.find("\n", at) + 1
    return end - 1 > first and re.search(rf"{re.escape(token.markup)}[`~]*\s*$", _line_from(body, at)) is not None


def _line_from(body: str, at: int) -> str:
    end = body.find("\n", at)
    return body[at:] if end < 0 else body[at:end]


def _columns(body: str, at: int) -> int:
    header = _line_from(body, at).strip().strip("|")
    return len(re.findall(r"(?<!\\)\|", header)) + 1


def _in_links(body: str, read: Parsed, starts: list[int]) -> Iterator[Fault]:
    at = 0
    for token in read.tokens:
        at = starts[token.map[0]] if token.map else at
        for opening, words in _links(token.children or []):
            target = str(opening.attrs.get("href", opening.meta.get("href", "")))
            place = _found(body, target or "]()", at)
            for sentence in _link_faults(opening, target, words):
                yield Fault(place, sentence)


def _links(children: list[Token]) -> Iterator[tuple[Token, str]]:
    opening, words = None, ""
    for child in children:
        if child.type == "link_open":
            opening, words = child, ""
        elif child.type == "link_close" and opening is not None:
            yield opening, words
        else:
            words += child.content


def _link_faults(opening: Token, target: str, words: str) -> Iterator[str]:
    if "title" in opening.attrs:
        yield "words after the address of a link are not shown. Please put them into the text."
    if not is_link_target(target):
        yield "a link needs a whole address that begins with https://, http:// or mailto:."
    if not words.strip():
        yield "this link has no words. Please put some between its brackets."
    if opening.markup not in AUTOMATIC and leads_elsewhere(words, target):
        yield "the words of this link are a different address from the one it leads to."


def is_link_target(target: str) -> bool:
    """Whether a link of a text may lead to this address."""
    try:
        return TARGET.fullmatch(target) is not None and _has_host(target)
    except ValueError:
        return False


def _has_host(target: str) -> bool:
    return target.lower().startswith("mailto:") or bool(urlsplit(target).hostname)


def leads_elsewhere(words: str, target: str) -> bool:
    """Whether the words of a link are an address themselves, and another than the one that it leads to."""
    looks = re.fullmatch(r"\s*(?:https?://|www\.)\S+\s*|\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*", words)
    return looks is not None and _bare(words) != _bare(target)


def _bare(address: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?|^mailto:|/$", "", address.strip()).casefold()


def _not_shown(body: str) -> Iterator[Fault]:
    typed = [(character, at) for at, character in enumerate(body) if _is_word(character)]
    shown = [character for part in shown_words(parsed(body).tokens) for character in part if _is_word(character)]
    if [character for character, _ in typed] == shown:
        return
    differs = (
        place for place, (item, other) in enumerate(zip((c for c, _ in typed), shown, strict=False)) if item != other
    )
    place = next(differs, min(len(typed), len(shown)))
    at = typed[place][1] if place < len(typed) else len(body)
    yield Fault(at, _why(body, at))


def _is_word(character: str) -> bool:
    return character not in _MARKS and not character.isspace()


def shown_words(tokens: list[Token]) -> Iterator[str]:
    """All that a reader sees of a text, in its order, the addresses of its links where they are typed."""
    # A footnote within another is torn out of its list by the parser; then nothing is left to count, and less is shown.
    numbers: list[int] = []
    targets: list[str] = []
    for token in (item for block in tokens for item in (block, *(block.children or ()))):
        match token.type:
            case "text" | "code_inline" | "code_block" | "fence":
                yield token.content
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "ordered_list_close" if numbers:
                numbers.pop()
            case "list_item_open" if token.info and numbers:
                yield f"{numbers[-1]}{token.markup}"
                numbers[-1] += 1
            case "footnote_ref" | "footnote_open":
                yield str(token.meta["id"] + 1)
            case "link_open":
                targets.append("" if token.markup in AUTOMATIC else _target(token))
            case "link_close":
                yield targets.pop()


def _target(token: Token) -> str:
    return str(token.attrs.get("href", token.meta.get("href", "")))


_FOOTNOTES = (
    "footnotes go at the end of the text, each once, and are numbered 1, 2, 3 in the order in which the text "
    "refers to them."
)
# The usual reasons why something is not shown, by what its line looks like.
_REASONS = (
    (r"^[\s>]*\[\^[^\]]*\]:", _FOOTNOTES),
    (r"^[\s>]*\[[^\]]+\]:", _DEFINITION),
    (r"^[\s>]*(?:[-*+]\s+)?(?:```|~~~)", "nothing can follow the marks that begin a block of code."),
    (r"!\[", _REFUSED["image"]),
    (r"\[\^", _FOOTNOTES),
    (r"&#?\w+;", "please type the character itself in place of its code."),
    (r"^[\s>]*(?:[-*+]\s+)*\d+[.)]", "this item would be shown with a different number from the one typed here."),
    (r"\|", "this row has more cells than its table has columns."),
    (r"</?[a-zA-Z!]", _REFUSED["html_inline"]),
    (r"\]\(", "words after the address of a link are not shown. Please put them into the text."),
)


def _why(body: str, at: int) -> str:
    begin = body.rfind("\n", 0, at) + 1
    line = _line_from(body, begin)
    return next((sentence for pattern, sentence in _REASONS if re.search(pattern, line)), "this would not be shown.")
