"""What people can see of a text on each surface, as one run of characters: read off pages, papers and files alone."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

# What Markdown marks a text with; where these stand is seen in the look of a text, not in its words.
MARKS = "\\`*_~#>-+=|:[]()<!^."


def letters_of(text: str) -> str:
    """A text without its spaces and the marks of Markdown: all of it that could say something."""
    return re.sub(rf"[\s\u200b{re.escape(MARKS)}]", "", text)


def seen(part: Tag, *, on_paper: bool = False) -> str:
    """All that a person sees in a part of a page, with the numbers of lists and each address where its words are.

    On paper the addresses stand in a list of their own, and their numbers beside the words.
    """
    return letters_of("".join(_Seen(on_paper).parts(part)))


class _Seen:
    def __init__(self, on_paper: bool) -> None:
        self._on_paper = on_paper

    def parts(self, part: Tag) -> Iterator[str]:
        for child in part.children:
            if not isinstance(child, Tag):
                yield str(child)
            elif child.name == "ol":
                yield from self._numbered(child)
            elif child.get("role") == "doc-backlink":
                continue
            elif "to" in (child.get("class") or []):
                yield child.get_text() if self._on_paper else ""
            elif child.name == "a" and child.get("role") != "doc-noteref" and not self._on_paper:
                yield from self._link(child)
            else:
                yield from self.parts(child)

    def _numbered(self, list_: Tag) -> Iterator[str]:
        for number, item in enumerate(list_.find_all("li", recursive=False), int(str(list_.get("start", "1")))):
            yield f"{number}."
            yield from self.parts(item)

    def _link(self, link: Tag) -> Iterator[str]:
        words = "".join(self.parts(link))
        target = str(link.get("href", ""))
        yield words + ("" if target.removeprefix("mailto:") == words else target)


def page_fields(html: str) -> dict[str, str]:
    """The fields of a text on a page, each as it is seen."""
    page = BeautifulSoup(html, "html.parser")
    heading = page.find("h1")
    result = {"title": letters_of(heading.get_text())} if isinstance(heading, Tag) else {}
    for row in page.select(".of-text div"):
        label, value = row.find("dt"), row.find("dd")
        if isinstance(label, Tag) and isinstance(value, Tag):
            result[label.get_text().strip()] = letters_of(value.get_text())
    for name, part in (("summary", page.select_one(".wording .summary")), ("body", page.select_one(".wording .text"))):
        if part is not None:
            result[name] = seen(part)
    return result
