"""The HTML part of a letter: one narrow column in system fonts, each element with a style of its own.

Many mail programs drop style sheets, so the frame's styles are written into the elements, once for each kind of element
and not for each letter. What only a style sheet can say, the dark colors, stays in one; nothing else depends on it.
"""

import re
import textwrap
from collections.abc import Iterable
from functools import cache, lru_cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from signoff.domain.diff import WordRun
from signoff.domain.positions.changes import ChangedSentence
from signoff.letters.blocks import (
    Address,
    Block,
    Changes,
    Draft,
    Facts,
    Heading,
    Paragraph,
    Quoted,
    Signature,
    label_of,
    lines_of,
)
from signoff.settings import PROJECT

_TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "templates" / "letters"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PLACE = "\ue000"
# Each element that letters use, once.
_SPECIMEN = (
    '<p></p><p class="quoted"></p><p class="address"></p><p class="signed"></p><blockquote></blockquote><h2></h2>'
    '<a class="act"></a><a class="there"></a>'
    "<table><tbody><tr><th></th><td><ins></ins><del></del></td></tr></tbody></table>"
)
_STYLED = re.compile(r'<([a-z][a-z0-9]*)(?: class="([a-z]+)")? style="([^"]*)"')
_END = "</div>\n</body>\n</html>\n"


def as_html(draft: Draft, *, coalition: str, language: str = "en") -> str:
    """The whole HTML part."""
    before, after = _frame(coalition, language)
    blocks = "".join(map(_block_as_html, draft.blocks))
    return f"{before}{_short_lines(str(escape(draft.subject)))}{after}{blocks}{_END}"


@lru_cache(maxsize=8)
def _frame(coalition: str, language: str) -> tuple[str, str]:
    # Round the title, the one part of the frame that differs from letter to letter.
    frame = _TEMPLATES.get_template("frame.html").render(title=_PLACE, coalition=coalition, language=language)
    before, after = _inlined(frame + _PLACE).split(_PLACE)[:2]
    return _short_lines(before), f"{_short_lines(after).rstrip()}\n"


def _inlined(html: str) -> str:
    inlined = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False
    ).inline(html)
    return inlined.replace("<!DOCTYPE html>", "<!doctype html>\n")


@cache
def _styles() -> dict[tuple[str, str], str]:
    frame = _TEMPLATES.get_template("frame.html").render(title="", coalition="", language="en")
    return {(tag, css): style for tag, css, style in _STYLED.findall(_inlined(frame + _SPECIMEN))}


def _open(tag: str, css: str = "", more: str = "") -> str:
    """The opening tag of an element of the specimen, with its style; `more` has further attributes."""
    of_class = f' class="{css}"' if css else ""
    return f'<{tag}{of_class}{more} style="{_styles()[tag, css]}">'


@lru_cache(maxsize=4096)
def _block_as_html(block: Block) -> str:
    match block:
        case Heading(text):
            html = f"{_open('h2')}{escape(text)}</h2>\n"
        case Paragraph(text):
            html = _paragraphs(text)
        case Quoted(text):
            html = f"{_open('blockquote')}\n{_paragraphs(text, 'quoted')}</blockquote>\n"
        case Facts(rows):
            html = _table((label, escape(value)) for label, value in rows)
        case Changes(sentences):
            html = _table((label_of(sentence), _marked(sentence)) for sentence in sentences)
        case Address(url, label):
            html = _link(escape(url), escape(label))
        case Signature(lines):
            inside = Markup("<br>\n").join(lines)
            html = f"{_open('p', 'signed')}{inside}</p>\n"
    return _short_lines(html)


def _paragraphs(text: str, css: str = "") -> str:
    return "".join(f"{_open('p', css)}{escape(line)}</p>\n" for line in lines_of(text))


def _table(rows: Iterable[tuple[str, str]]) -> str:
    inside = "".join(_row(label, html) for label, html in rows)
    table = _open("table", more=' role="presentation"')
    return f"{table}\n<tbody>\n{inside}</tbody>\n</table>\n"


def _marked(sentence: ChangedSentence) -> str:
    return "".join(map(_run, sentence.runs))


def _run(run: WordRun) -> str:
    if run.kind == "same" or not run.text.strip():
        return escape(run.text)
    tag = "del" if run.kind == "gone" else "ins"
    return f"{_open(tag)}{escape(run.text)}</{tag}>"


def _row(label: str, html: str) -> str:
    heading = _open("th", more=' scope="row"')
    return f"<tr>{heading}{escape(label)}</th>\n{_open('td')}{html}</td></tr>\n"


def _link(url: str, label: str) -> str:
    # The address stands below the button too: readers are told to look where a link leads before they open it.
    href = f' href="{url}"'
    button = f"{_open('p')}{_open('a', 'act', href)}{label}</a></p>\n" if label else ""
    return f"{button}{_open('p', 'address')}{_open('a', 'there', href)}{url}</a></p>\n"


def _short_lines(html: str) -> str:
    # Mail's lines may have 998 bytes; what people wrote may not break them.
    return "\n".join(
        textwrap.fill(line, 200, break_long_words=False, break_on_hyphens=False) if len(line) > 200 else line
        for line in html.split("\n")
    )
