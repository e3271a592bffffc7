"""What people can see of a text on each surface, word for word: read off pages, papers and files alone."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

# What Markdown marks a text with; where these stand is seen in the look of a text, not in its words.
MARKS = "\\`*_~#>-+=|:[]()<!^."


def words_of(text: str) -> str:
    """A text without the marks of Markdown, its words one space apart: all of it that could say something."""
    return " ".join(re.sub(rf"[\u200b{re.escape(MARKS)}]", "", text).split())


def letters_of(text: str) -> str:
    """The same without its spaces, for where lines break within words."""
    return words_of(text).replace(" ", "")


def joined(words: str, paper: str) -> list[str]:
    """Words that stand apart in a text, and in one on the paper that has all its letters; with what is before them."""
    letters = iter(re.finditer(r"\S", paper[_place(words, paper) :]))
    ends, result = 0, []
    for word in words.split():
        found = [next(letters) for _ in word]
        if ends and found[0].start() == ends:
            result.append(word)
        ends = found[-1].end()
    return result


def _place(words: str, paper: str) -> int:
    at = re.sub(r"\s", "", paper).index(words.replace(" ", ""))
    return [*(match.start() for match in re.finditer(r"\S", paper)), len(paper)][at]


def parted(sheets: list[str], notes: list[str]) -> tuple[str, list[str]]:
    """The sheets of a paper as one text without the notes at their feet; and the notes that stand there, in order."""
    whole, found = [], []
    for sheet in sheets:
        here = _at_the_foot(sheet, notes[len(found) :])
        length = sum(len(letters_of(note)) for note in here)
        ends = [match.start() for match in re.finditer(r"\S", sheet)]
        whole.append(sheet[: ends[len(ends) - length]] if length else sheet)
        found += here
    return "\n".join(whole), found


def _at_the_foot(sheet: str, notes: list[str]) -> list[str]:
    letters = letters_of(sheet)
    counts = (count for count in range(len(notes), 0, -1) if letters.endswith(letters_of(" ".join(notes[:count]))))
    return notes[: next(counts, 0)]


def seen(part: Tag, *, on_paper: bool = False) -> str:
    """All that a person sees in a part of a page, with the numbers of lists and each address where its words are.

    On paper the addresses stand in a list of their own, and their numbers beside the words.
    """
    return words_of("".join(_Seen(on_paper).parts(part)))


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
            yield f" {number}. "
            yield from self.parts(item)

    def _link(self, link: Tag) -> Iterator[str]:
        words = "".join(self.parts(link))
        target = str(link.get("href", ""))
        yield words + ("" if target.removeprefix("mailto:") == words else target)


def page_fields(html: str) -> dict[str, str]:
    """The fields of a text on a page, each as it is seen."""
    page = BeautifulSoup(html, "html.parser")
    heading = page.find("h1")
    result = {"title": words_of(heading.get_text())} if isinstance(heading, Tag) else {}
    for row in page.select(".of-text div"):
        label, value = row.find("dt"), row.find("dd")
        if isinstance(label, Tag) and isinstance(value, Tag):
            result[label.get_text().strip()] = words_of(value.get_text())
    return result | _in_the_text(page)


def _in_the_text(page: BeautifulSoup) -> dict[str, str]:
    parts = {"summary": ".summary", "salutation": ".salutation", "body": ".text", "closing": ".closing"}
    return {name: seen(part) for name, place in parts.items() for part in page.select(f".wording {place}")}


def packet_fields(html: str) -> dict[str, str]:
    """The same for the sheets that go to a partner's board, where facts stand among others in one list."""
    page = BeautifulSoup(html, "html.parser")
    result = page_fields(html)
    for label in page.select(".packet dt"):
        value = label.find_next_sibling("dd")
        if isinstance(value, Tag) and label.get_text() not in _OF_THE_ROUND:
            result[label.get_text()] = words_of(value.get_text())
    return result


_OF_THE_ROUND = (
    "Who asks", "What is asked", "By when", "Version", "Digest", "What an approval means", "From the Coalition",
)  # fmt: skip
