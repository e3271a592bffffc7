"""Reads a Markdown file: as it is where a text may hold it so, otherwise by way of the HTML it stands for."""

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from signoff.domain.positions.files.content import Reading
from signoff.domain.positions.files.html import read_html
from signoff.domain.positions.markdown import MOST_BARS, MOST_BRACKETS, keep_hard_breaks
from signoff.domain.positions.markdown_rules import markdown_problem
from signoff.domain.text_input import clean_text, without_noise

_HEAD = re.compile(r"\A---\n((?:[\w-]+:.*\n|[ \t]+.*\n)+)(?:---|\.\.\.)\n")
_TITLE = re.compile(r"\A#[ \t]+(?P<words>[^\n]*?)[ \t#]*(?:\n+|\Z)")


def read_markdown(text: str) -> Reading:
    """A Markdown file's text, and what it holds that a text cannot."""
    text = without_noise(text)
    head = _HEAD.match(text)
    text = text[head.end() :] if head else text
    as_it_is = clean_text(keep_hard_breaks(text))
    too_much = as_it_is.count("[") > MOST_BRACKETS or any(line.count("|") > MOST_BARS for line in as_it_is.split("\n"))
    if too_much or not markdown_problem(as_it_is):
        reading = Reading(ready=as_it_is)
        if title := _TITLE.match(as_it_is):
            reading.title, reading.ready_without_title = title["words"], as_it_is[title.end() :]
    else:
        reading = read_html(_PARSER.render(text))
    if head:
        reading.left_out.lines.insert(0, f"The head of the file: “{' '.join(head[1].split())}”")
    return reading


_PARSER = MarkdownIt("js-default", {"html": True}).use(footnote_plugin, inline=False)
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
