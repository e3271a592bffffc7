"""The dialect of Markdown that texts are written in: how it is read, and how it is shown as safe HTML and plain words.

Headings, paragraphs, emphasis, lists, quotations, tables with alignment, links, footnotes, hard line breaks and code.
Where all items of a list with bullets begin with a label such as “(a)”, the labels are shown in place of bullets.
What else Markdown knows is read too, so that markdown_rules.py can refuse it; nothing of it is ever shown as markup.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any

import nh3
import regex
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from signoff.domain.positions.labels import are_labels, label_of

# Tables cost time by the square of their columns: a text with a line of more bars than this is read without tables.
MOST_BARS = 40
# Each opening bracket may begin a link, which takes time by their number.
MOST_BRACKETS = 2_000
# An address that people can read and a browser can open; never one that could end an attribute or hide an end.
_PLAIN = r"[^\s\"<>\\^`{|}]"
TARGET = re.compile(rf"https?://(?![/?#]){_PLAIN}+|mailto:{_PLAIN}+@{_PLAIN}+", re.IGNORECASE)
_OWN_ANCHOR = re.compile(r"#[a-z_-]+-(?:note|ref)-[0-9-]+")
# Quotation marks, dashes and the stops of other scripts: a browser writes them encoded in what is copied from it.
_PRINTED = regex.compile(r"[^\P{Punctuation}\x00-\x7f]")
AUTOMATIC = ("autolink", "linkify")


@dataclass(frozen=True)
class Parsed:
    """A text as the parser reads it: its tokens, and what it found out beside them."""

    tokens: list[Token]
    env: dict[str, Any]


@lru_cache(maxsize=8)
def parsed(body: str) -> Parsed:
    """A Markdown text as tokens, for reading alone; HTML, pictures and the like have theirs too."""
    env: dict[str, Any] = {}
    many_bars = any(line.count("|") > MOST_BARS for line in body.split("\n"))
    return Parsed((_WITHOUT_TABLES if many_bars else _PARSER).parse(body, env), env)


@lru_cache(maxsize=512)
def html_of(body: str, place: str = "text") -> str:
    """The text as HTML that is safe to place in any page; headings begin at the second level.

    `place` begins the ids of its footnotes, so that two texts can stand on one page.
    """
    if body.count("[") > MOST_BRACKETS:
        return f"<pre>{escape(body)}</pre>"
    read = parsed(body)
    html: str = _PARSER.renderer.render(read.tokens, _PARSER.options, read.env | {"place": place})
    return _CLEANER.clean(_lower_headings(html)).strip()


@lru_cache(maxsize=512)
def blocks_of(body: str, *, bullet: str = "") -> tuple[str, ...]:
    """The paragraphs, headings, list items and cells that a reader of the text sees, without Markdown.

    `bullet` begins each list item that has no number or label.
    """
    html = re.sub(r"<li>(?:\s*<p>)?", lambda item: f"{item[0]}{bullet}", _unnumbered(body))
    tags = r"</?(?:p|li|h\d|t[dhr]|ul|ol|blockquote|pre|table|thead|tbody|section)[^>]*>|<[bh]r>"
    plain = (" ".join(unescape(nh3.clean(block, tags=set())).split()) for block in re.split(tags, html))
    return tuple(block for block in plain if block)


@lru_cache(maxsize=512)
def plain_text(body: str) -> str:
    """The words a reader of the text sees, without Markdown and without the numbers of footnotes."""
    spaced = re.sub(r"</(p|li|h\d|t[dh]|tr)>|<br>", " ", _unnumbered(body))
    return unescape(nh3.clean(spaced, tags=set())).strip()


def with_link_numbers(html: str) -> str:
    """HTML of a text in which each link whose address is not its own words carries the number of that address."""
    numbers = {target: str(number) for number, target in enumerate(_targets(html), 1)}
    return _LINK.sub(lambda link: link[0] + _number(numbers.get(unescape(link[1]))), html)


def links_in(body: str) -> tuple[str, ...]:
    """The addresses behind the words of a text, in the order of their numbers."""
    return tuple(_targets(html_of(body)))


_LINK = re.compile(r'<a href="((?:https?|mailto):[^"]*)"[^>]*>(.*?)</a>', re.DOTALL | re.IGNORECASE)


def _targets(html: str) -> dict[str, None]:
    targets = ((unescape(link[1]), unescape(re.sub(r"<[^>]*>", "", link[2]))) for link in _LINK.finditer(html))
    return {target: None for target, words in targets if target.removeprefix("mailto:") != words}


def _number(number: str | None) -> str:
    return f'<sup class="to">[{number}]</sup>' if number else ""


def _unnumbered(body: str) -> str:
    return re.sub(r'<sup>.*?</sup>|<a [^>]*role="doc-backlink"[^>]*>.*?</a>', "", html_of(body), flags=re.DOTALL)


def _lower_headings(html: str) -> str:
    # A page has one h1, its title; what the author marks as first level becomes the second.
    return re.sub(r"<(/?)h1>", r"<\1h2>", html)


def keep_hard_breaks(body: str) -> str:
    """The text with a backslash wherever two spaces at the end of a line break it, since no line keeps its spaces."""
    lines = body.split("\n")
    if body.count("[") > MOST_BRACKETS or not any(line.endswith("  ") for line in lines[:-1]):
        return body
    for number in _broken_by_spaces(body):
        line = lines[number].rstrip(" ")
        # A backslash that stands there already would take ours for its own.
        odd = (len(line) - len(line.rstrip("\\"))) % 2
        lines[number] = line + "\\" * (1 + odd)
    return "\n".join(lines)


def _broken_by_spaces(body: str) -> list[int]:
    return [
        token.map[0] + token.content.count("\n", 0, child.meta["at"])
        for token in parsed(body).tokens
        if token.type == "inline" and token.map
        for child in token.children or ()
        if child.type == "hardbreak" and "at" in child.meta
    ]


def _newline(state: StateInline, silent: bool) -> bool:
    # As in Markdown, and says where two spaces broke a line.
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        ends = len(state.pending) - len(state.pending.rstrip(" "))
        state.pending = state.pending.rstrip(" ")
        token = state.push("hardbreak" if ends >= 2 else "softbreak", "br", 0)
        token.meta = {"at": state.pos}
    state.pos += 1
    while state.pos < state.posMax and state.src[state.pos] in " \t":
        state.pos += 1
    return True


def _settle(state: StateCore) -> None:
    # Alignment as a class, since no page may carry styles; no address that is none.
    for token in state.tokens:
        if style := token.attrs.pop("style", None):
            token.attrs["class"] = str(style).removeprefix("text-align:")
        if token.type == "ordered_list_open" and token.markup == ")":
            token.attrs["class"] = "closed"
        for child in token.children or ():
            if child.type == "link_open" and not TARGET.fullmatch(str(child.attrs["href"])):
                child.meta = {**child.meta, "href": child.attrs.pop("href")}


def _mark_labels(state: StateCore) -> None:
    # In place of bullets, where every item of a list begins with one. The parser tears a footnote out of its list.
    lists: list[list[tuple[Token, Token | None]] | None] = []
    for at, token in enumerate(state.tokens):
        match token.type:
            case "bullet_list_open":
                lists.append([])
            case "ordered_list_open":
                lists.append(None)
            case "list_item_open" if lists and (items := lists[-1]) is not None:
                # An item begins with its paragraph, whose words are the token after it.
                children = state.tokens[at + 2].children if state.tokens[at + 1].type == "paragraph_open" else None
                items.append((token, children[0] if children else None))
            case "ordered_list_close" if lists:
                lists.pop()
            case "bullet_list_close" if lists and (items := lists.pop()):
                _mark_labels_of(items)


def _mark_labels_of(items: list[tuple[Token, Token | None]]) -> None:
    words = [first for _, first in items if first is not None and first.type == "text"]
    labels = [label_of(first.content) for first in words]
    if len(words) == len(items) and are_labels(labels):
        for (item, _), first, label in zip(items, words, labels, strict=True):
            item.attrs["class"] = "labeled"
            first.meta = {**first.meta, "label": len(label)}


def _text(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    content, size = tokens[index].content, tokens[index].meta.get("label", 0)
    label = f'<span class="label">{escapeHtml(content[:size])}</span>' if size else ""
    return label + escapeHtml(content[size:])


def _as_typed(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return escape(tokens[index].content)


def _footnote_ref(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    meta, place = tokens[index].meta, env.get("place", "text")
    number = meta["id"] + 1
    own = f"{place}-ref-{number}" + (f"-{meta['subId'] + 1}" if meta["subId"] else "")
    return f'<sup><a href="#{place}-note-{number}" id="{own}" role="doc-noteref">{number}</a></sup>'


def _footnote_open(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return f'<li id="{env.get("place", "text")}-note-{tokens[index].meta["id"] + 1}">'


def _footnote_anchor(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    meta, place = tokens[index].meta, env.get("place", "text")
    to = f"{place}-ref-{meta['id'] + 1}" + (f"-{meta['subId'] + 1}" if meta["subId"] else "")
    return f' <a href="#{to}" role="doc-backlink" aria-label="Back to the text">↩</a>'


def _anything(url: str) -> bool:
    return True


def _plain_address(length_of: Callable[[str, int], int]) -> Callable[[Any, str, int], int]:
    # What is printed around an address does not belong to it; the library takes it in.
    def its_length(_linkify: Any, text: str, at: int) -> int:
        end = _PRINTED.search(text, at)
        return length_of(text[: end.start()] if end else text, at)

    return its_length


def _made(*without: str) -> MarkdownIt:
    options = {"html": True, "linkify": True, "typographer": False}
    made = MarkdownIt("js-default", options).use(footnote_plugin, inline=False).disable(list(without))
    if made.linkify is not None:
        made.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        for schema in ("ftp:", "//", "mailto:"):
            made.linkify.add(schema, None)
        made.linkify.add("http:", {"validate": _plain_address(made.linkify.default_schemas["http:"]["validate"])})
    made.inline.ruler.at("newline", _newline)
    made.core.ruler.push("settle", _settle)
    made.core.ruler.push("mark_labels", _mark_labels)
    # Addresses stay as they were typed: what is shown is what is in the text.
    for name, kept in {"validateLink": _anything, "normalizeLink": str, "normalizeLinkText": str}.items():
        setattr(made, name, kept)
    for name, rule in {
        "text": _text,
        "html_block": _as_typed,
        "html_inline": _as_typed,
        "image": _as_typed,
        "footnote_ref": _footnote_ref,
        "footnote_block_open": lambda *_: '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes"><ol>',
        "footnote_block_close": lambda *_: "</ol></section>",
        "footnote_open": _footnote_open,
        "footnote_close": lambda *_: "</li>",
        "footnote_anchor": _footnote_anchor,
    }.items():
        made.add_render_rule(name, rule)
    return made


_PARSER = _made()
_WITHOUT_TABLES = _made("table")


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if TARGET.fullmatch(value) or _OWN_ANCHOR.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags={
        *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "section"),
        *("em", "strong", "s", "code", "a", "sup", "span", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href", "id", "role", "aria-label"},
        "ol": {"start"},
        "li": {"id"},
        "section": {"role", "aria-label"},
    },
    allowed_classes={
        **dict.fromkeys(("th", "td"), {"left", "center", "right"}),
        **{"section": {"footnotes"}, "ol": {"closed"}, "li": {"labeled"}, "span": {"label"}},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="pass_through",
    link_rel="noopener noreferrer",
)
