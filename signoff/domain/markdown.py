"""How Markdown is shown: as safe HTML, and as the plain words its readers see; made once for each text."""

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

# js-default lets no HTML of the author's through. Tables cost time by the square of their columns: a text with a
# wider one than this is shown without tables, word for word.
_MARKDOWN = MarkdownIt("js-default", {"linkify": False, "typographer": False})
_WITHOUT_TABLES = MarkdownIt("js-default", {"linkify": False, "typographer": False}).disable("table")
_MOST_COLUMNS = 20

_CLEANER = nh3.Cleaner(
    tags={
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "hr",
        "br",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    },
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)


@lru_cache(maxsize=512)
def html_of(body: str) -> str:
    """The body as HTML that is safe to place in any page; headings begin at the second level."""
    return _CLEANER.clean(_lower_headings(_markdown_for(body).render(body))).strip()


@lru_cache(maxsize=512)
def blocks_of(body: str) -> tuple[str, ...]:
    """The paragraphs, headings, list items and cells that a reader of the body sees, without Markdown."""
    blocks = re.split(r"</?(?:p|li|h\d|t[dhr]|ul|ol|blockquote|pre|table|thead|tbody)[^>]*>|<[bh]r>", html_of(body))
    plain = (" ".join(unescape(nh3.clean(block, tags=set())).split()) for block in blocks)
    return tuple(block for block in plain if block)


@lru_cache(maxsize=512)
def plain_text(body: str) -> str:
    """The words a reader of the body sees, without Markdown."""
    return unescape(nh3.clean(re.sub(r"</(p|li|h\d|t[dh]|tr)>|<br>", " ", html_of(body)), tags=set())).strip()


def _lower_headings(html: str) -> str:
    # A page has one h1, its title; what the author marks as first level becomes the second.
    return re.sub(r"<(/?)h1>", r"<\1h2>", html)


def _markdown_for(body: str) -> MarkdownIt:
    return _WITHOUT_TABLES if any(line.count("|") > _MOST_COLUMNS for line in body.split("\n")) else _MARKDOWN
