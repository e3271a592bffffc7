"""Writes runs of words in the dialect of texts, and makes sure that they are read back word for word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from signoff.domain.positions.files.content import LeftOut, Run
from signoff.domain.positions.markdown import parsed
from signoff.domain.positions.markdown_rules import is_link_target, leads_elsewhere

_SPACES = re.compile(r"[ \t\r\f\v]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\ufffc\u202a-\u202e\u2066-\u2069]")
# What means something within a line; an underscore between letters does not.
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)|(?<=~)~")
_ANY_MARK = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}*~\[\]]+", re.IGNORECASE)
# What means something where a line begins.
_LINE_START = re.compile(
    r"^(?:(?=#{1,6}(?:\s|$))|(?=[-+](?:\s|$))|(?=>)|(?=[=-]+\s*$)|(?=[|:-]+[ |:-]*$)"
    r"|(?P<number>\d{1,9})(?=[.)](?:\s|$)))"
)
# A bullet after the break of a line would begin a list there.
_BULLET = re.compile(r"^[•●◦▪■‣\uf0b7\uf0a7\uf0d8][ \u00a0]+(?=\S)")
_NEEDS_A_LOOK = re.compile(r"[\\`*_\[\]<>&~!#|+=^:]|^\s*[-\d>]", re.MULTILINE)


@dataclass(frozen=True)
class Character:
    """One character with the look of its run."""

    text: str
    look: Run


def tidy(runs: Sequence[Run]) -> list[Run]:
    """The same runs without what cannot be seen, with single spaces, and none at the ends of lines."""
    text = [
        Character(character, replace(run, text=""))
        for run in runs
        for character in (_INVISIBLE.sub("", _SPACES.sub(" ", run.text)) if not run.note else "\0")
    ]
    kept: list[Character] = []
    for item in text:
        if item.text == " " and (not kept or kept[-1].text in " \n"):
            continue
        if item.text == "\n":
            while kept and kept[-1].text == " ":
                kept.pop()
            if not kept:
                continue
        kept.append(item)
    while kept and kept[-1].text in " \n":
        kept.pop()
    return _joined(_narrowed(kept))


def _joined(text: Sequence[Character]) -> list[Run]:
    return [
        replace(look, text="" if look.note else "".join(item.text for item in group))
        for look, group in groupby(text, key=lambda item: item.look)
    ]


def _narrowed(text: list[Character]) -> list[Character]:
    # Marks of emphasis beside a space, or between a sign and a letter, would be read as asterisks.
    for name in ("bold", "italic"):
        for begin, end in list(_spans(text, name)):
            first, last = begin, end
            while first < last and (
                text[first].text.isspace()
                or (first and not text[first].text.isalnum() and text[first - 1].text.isalnum())
            ):
                first += 1
            while first < last and (
                text[last - 1].text.isspace()
                or (last < len(text) and not text[last - 1].text.isalnum() and text[last].text.isalnum())
            ):
                last -= 1
            for place in (*range(begin, first), *range(last, end)):
                text[place] = replace(text[place], look=replace(text[place].look, **{name: False}))
    return text


def _spans(text: Sequence[Character], name: str) -> Iterator[tuple[int, int]]:
    at = 0
    for is_on, group in groupby(text, key=lambda item: getattr(item.look, name)):
        size = len(list(group))
        if is_on:
            yield at, at + size
        at += size


def written(runs: Sequence[Run], number_of: Callable[[str], int], left_out: LeftOut) -> str:
    """Runs in the dialect, lines broken by backslashes; emphasis that cannot be written is let go and said."""
    runs = _checked_links(tidy(runs), left_out)
    plainer = [replace(run, bold=False, italic=False) for run in runs]
    result = _written(runs, number_of, _escaped)
    if _is_faithful(result, runs, number_of):
        return result
    for fewer in ([replace(run, italic=False) for run in runs], plainer):
        result = _written(fewer, number_of, _escaped)
        if _is_faithful(result, runs, number_of):
            left_out.change("Bold or italic type within words was not kept")
            return result
    return _written(plainer, number_of, lambda text: _ANY_MARK.sub(r"\\\1", text))


def _written(runs: Sequence[Run], number_of: Callable[[str], int], escape: Callable[[str], str]) -> str:
    parts = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        group = list(linked)
        words = "".join(run.text for run in group)
        if href and words == href and href.lower().startswith("http"):
            parts.append(f"<{href}>")
            continue
        inner = _emphasized(group, number_of, escape)
        parts.append(f"[{inner}]({_target(href)})" if href else inner)
    first, *more = "".join(parts).split("\n")
    return "\\\n".join(_LINE_START.sub(_guarded, line) for line in (first, *(_BULLET.sub("– ", line) for line in more)))


def _guarded(start: "re.Match[str]") -> str:
    return f"{start['number'] or ''}\\"


def _target(href: str) -> str:
    return f"<{href}>" if re.search(r"[()]", href) else href


def _emphasized(runs: Sequence[Run], number_of: Callable[[str], int], escape: Callable[[str], str]) -> str:
    result = []
    for bold, strong in groupby(runs, key=lambda run: run.bold):
        inner = []
        for italic, group in groupby(strong, key=lambda run: run.italic):
            text = "".join(f"[^{number_of(run.note)}]" if run.note else escape(run.text) for run in group)
            inner.append(f"*{text}*" if italic and text else text)
        words = "".join(inner)
        result.append(f"**{words}**" if bold and words else words)
    return "".join(result)


def _escaped(text: str) -> str:
    # Addresses are found in a text by themselves; a mark within one would cut it.
    result, at = [], 0
    for address in _ADDRESS.finditer(text):
        result += [_SPECIAL.sub(_marked, text[at : address.start()]), address[0]]
        at = address.end()
    return "".join([*result, _SPECIAL.sub(_marked, text[at:])])


def _marked(special: "re.Match[str]") -> str:
    return f"\\{special[0]}"


def _checked_links(runs: Sequence[Run], left_out: LeftOut) -> list[Run]:
    """The runs with the links that a text may have; the words of every other one are kept, its address is listed."""
    result = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        group = list(linked)
        words = "".join(run.text for run in group)
        if href and words.strip() and is_link_target(href) and not leads_elsewhere(words, href):
            result += _link_ends(group)
            continue
        if href:
            left_out.add(f"The address of the link “{' '.join(words.split())}”", href)
        result += [replace(run, href="") for run in group]
    return result


def _link_ends(group: Sequence[Run]) -> list[Run]:
    # A footnote within a link would be a link within a link; lines are broken outside of links.
    return [replace(run, href="" if run.note else run.href, text=run.text.replace("\n", " ")) for run in group]


def _is_faithful(result: str, runs: Sequence[Run], number_of: Callable[[str], int]) -> bool:
    if not _NEEDS_A_LOOK.search(result):
        return True
    numbers = sorted({number_of(run.note) for run in runs if run.note})
    notes = "".join(f"\n\n[^{number}]: note" for number in numbers)
    tokens = parsed(result + notes).tokens
    if not tokens or tokens[0].type != "paragraph_open" or (len(tokens) > 3 and not numbers):
        return False
    shown = "".join(_shown(child.type, child.content) for child in tokens[1].children or ())
    return shown.split() == "".join("\0" if run.note else run.text for run in runs).split()


def _shown(kind: str, content: str) -> str:
    match kind:
        case "text" | "code_inline":
            return content
        case "softbreak" | "hardbreak":
            return "\n"
        case "footnote_ref":
            return "\0"
    # Emphasis takes marks that were put around the words; pictures, HTML and struck words take some that were read.
    return ""
