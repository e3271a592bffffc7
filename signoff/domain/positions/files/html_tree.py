"""HTML as a tree: read as browsers read it, with what styles say of the look of words."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nh3

from signoff.domain.positions.files.content import MOST_ELEMENTS, LeftOut, TooManyElements
from signoff.domain.positions.files.xml_parts import Unreadable

_DEEPEST = 150  # elements within each other; reading one takes Python up to four calls, and it allows a thousand
_MOST_DRAWN = 50_000  # elements of drawings that close themselves; outside a drawing, HTML takes them as left open
_MOST_OPEN = 5_000  # of which none is closed: with very many of them, the time to read each grows with their number
_VOID = frozenset(("br", "hr", "img", "input", "embed", "wbr"))
_INLINE = (
    *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var"),
)
_OTHERS = (
    *("img", "svg", "canvas", "video", "audio", "iframe", "object", "embed", "math", "input", "select", "textarea"),
    *("button", "rt"),
)
BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
        *("th", "thead", "tr", "ul"),
    )
)
_SCHEMES = {"http", "https", "mailto", "ftp", "file", "tel", "sms", "javascript", "news"}
# Whose end may be left out, as it often is.
_END_BY_THEMSELVES = frozenset(
    (
        *("body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rb", "rp", "rt", "tbody"),
        *("td", "tfoot", "th", "thead", "tr"),
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
    )
)
_TAG = re.compile(r"<(/?)([a-z][^\s/>]*)([^<>]*/>)?", re.IGNORECASE)
_OF_HTML = BLOCKS.union(_INLINE, _OTHERS, _END_BY_THEMSELVES)
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLED_FORMS = {
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
_ATTRIBUTES = (
    *("style", "class", "id", "name", "href", "alt", "hidden", "role", "aria-level", "data-aria-level"),
    *("type", "start", "colspan", "rowspan", "value", "title", "width"),
)
_RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")


@dataclass(eq=False)
class Node:
    """One element, with its attributes, what it holds, and the element that holds it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list["Node | str"] = field(default_factory=list)
    parent: "Node | None" = None

    def get(self, name: str) -> str:
        """An attribute; empty where it is missing."""
        return self.attributes.get(name, "")

    def nodes(self) -> Iterator["Node"]:
        """This element and all within it, in their order."""
        yield self
        for item in self.inner:
            if isinstance(item, Node):
                yield from item.nodes()

    def words(self) -> str:
        """All that it says, on one line."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for item in self.inner:
            if isinstance(item, str):
                yield item
            elif item.tag in BLOCKS or item.tag == "br":
                yield f" {item.words()} "
            else:
                yield from item._texts()

    def is_within(self, other: "Node") -> bool:
        """Whether it is this other element or lies in it."""
        here: Node | None = self
        while here is not None and here is not other:
            here = here.parent
        return here is other


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("body")
        self.depth = self.number = 0
        self._read = LeftOut()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.number += 1
        if self.number > MOST_ELEMENTS:
            raise TooManyElements
        node = Node(tag, {name: said or "" for name, said in attrs}, parent=self.here)
        self.here.inner.append(node)
        if tag not in _VOID:
            self.here, self.depth = node, self.depth + 1
        if tag in BLOCKS:
            self._read.passed(" ")
        if self.depth > _DEEPEST:
            raise Unreadable("", self._read.place())

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag == tag and self.here.parent is not None:
            self.here, self.depth = self.here.parent, self.depth - 1

    def handle_data(self, data: str) -> None:
        self.here.inner.append(data)
        self._read.passed(data)


def tree_of(html: str) -> Node:
    """The root of what a browser would make of this HTML.

    Unreadable, with the words before the place, or ValueError where it is nested too deep; TooManyElements where it is
    larger than a text's.
    """
    _ensure_plausible(html)
    whole = nh3.clean(
        html,
        tags={*_INLINE, *_OTHERS, *BLOCKS},
        clean_content_tags={"script", "style", "title", "template", "noscript", "head", "rp"},
        attributes={"*": set(_ATTRIBUTES)},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    builder = _Builder()
    builder.feed(whole)
    builder.close()
    return builder.root


def _ensure_plausible(html: str) -> None:
    if html.count("<") > 2 * MOST_ELEMENTS:
        raise TooManyElements
    opened: Counter[str] = Counter()
    number = drawn = 0
    for found in _TAG.finditer(html):
        closes, tag = found[1], found[2].lower()
        if tag in _END_BY_THEMSELVES or (closes and not opened[tag]):
            continue
        if found[3] and tag not in _OF_HTML and drawn < _MOST_DRAWN:
            drawn += 1
            continue
        step = -1 if closes else 1
        opened[tag] += step
        number += step
        if number > _MOST_OPEN:
            raise ValueError("nested too deep")


@dataclass(frozen=True)
class Sheet:
    """What the classes of a page's own style sheet say, in small letters."""

    classes: dict[str, str]

    def style(self, node: Node) -> str:
        """All that is said of an element's look: by its classes, then by itself."""
        said = (self.classes.get(name, "") for name in node.get("class").split())
        return ";".join([*said, node.get("style").lower()])


def sheet_of(html: str) -> Sheet:
    """The style sheet that a page carries."""
    said = " ".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL | re.IGNORECASE))
    return Sheet({name: rules.lower() for name, rules in _RULE.findall(said)})


def is_bold(style: str) -> bool | None:
    """Whether a style makes words bold; None where it does not say."""
    said = re.findall(r"font-weight:\s*(\w+)", style)
    return None if not said else said[-1] in ("bold", "bolder") or (said[-1].isdigit() and int(said[-1]) >= 600)


def is_italic(style: str) -> bool | None:
    """Whether a style makes words italic; None where it does not say."""
    said = re.findall(r"font-style:\s*(\w+)", style)
    return None if not said else said[-1] in ("italic", "oblique")


def is_hidden(node: Node, style: str) -> bool:
    """Whether an element is not shown."""
    unseen = re.search(r"display:\s*none|visibility:\s*hidden|mso-hide:\s*all", style)
    return "hidden" in node.attributes or unseen is not None


def address_of(href: str) -> str:
    """Where a link leads, without the detour by a search engine that word processors on the web put before it."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    if parts.hostname == "www.google.com" and parts.path == "/url":
        return next(iter(parse_qs(parts.query).get("q", [])), href)
    return href


def form_of(node: Node, style: str) -> str:
    """In which form a list or an item says that it counts; empty where it does not say."""
    styled = (form for css, form in _STYLED_FORMS.items() if css in style)
    return next(styled, _FORMS.get(node.get("type"), ""))
