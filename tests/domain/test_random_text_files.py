"""Documents and pages made at random: no traceback, no word lost in silence, and no text that would be refused."""

import random
import re
from collections import Counter
from itertools import count

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.content import FileText
from signoff.domain.positions.files.reading import read_file, read_pasted
from signoff.domain.positions.markdown import blocks_of
from signoff.domain.positions.text import Wording, clean, problems
from tests.text_files import p, r, table, word

_TAGS = "p div span b i h1 h2 ul ol li table tr td th caption blockquote pre a sup br hr img del ins s code aside dd"
TAGS = _TAGS.split()
ATTRIBUTES = ['href="#a"', 'id="a"', 'id="b"', 'href="#b"', 'href="https://x.org/(a"', 'colspan="3"', 'rowspan="9999"']
ATTRIBUTES += ['start="7"', 'type="a"', 'style="font-weight:700"', 'style="mso-list:l0 level3 lfo1"', "hidden"]
ATTRIBUTES += ['style="mso-list:Ignore"', 'class="MsoTitle"', 'aria-level="9"', 'href="http://[bad"', 'alt="x"']
SIGNS = ["", "", "*", " ", ". ", "\\", "_", "|", "[", "# ", "- ", "1. ", "~~", "`", "&amp;amp;"]
WRAPPERS = ("ins", "smartTag", "moveTo", "bdo", "customXml", "dir")
LOOKS = ("", "<w:b/>", "<w:i/>", "<w:b/><w:i/>", "<w:strike/>", '<w:u w:val="single"/>')


class Made:
    """Makes documents of numbered words, so that each can be looked for."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.numbers = count()

    def words(self) -> str:
        return f"w{next(self.numbers)}z{self.chance.choice(SIGNS)}"

    def inline(self, depth: int = 0) -> str:
        kind = self.chance.choice(
            ["run"] * 6 + ["wrapped"] * 3 + ["deleted", "link", "math", "note", "box", "hidden", "br"]
        )
        match kind if depth < 3 else "run":
            case "wrapped":
                name = self.chance.choice(WRAPPERS)
                return f"<w:{name}>{self.inline(depth + 1)}{self.inline(depth + 1)}</w:{name}>"
            case "deleted":
                return f"<w:del>{r(self.words(), tag='delText')}</w:del>"
            case "link":
                return f'<w:fldSimple w:instr=" HYPERLINK &quot;https://x.org/a&quot; ">{self.inline(3)}</w:fldSimple>'
            case "math":
                return f"<m:oMath><m:r><m:t>{self.words()}</m:t></m:r></m:oMath>"
            case "note":
                return f'<w:r><w:footnoteReference w:id="{self.chance.randint(1, 3)}"/></w:r>'
            case "box":
                inside = f"<w:txbxContent>{p(self.words())}</w:txbxContent>"
                return f"<w:r><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></w:r>"
            case "hidden":
                return r(self.words(), "<w:vanish/>")
            case "br":
                return "<w:r><w:br/></w:r>"
        return r(self.words(), self.chance.choice(LOOKS))

    def block(self, depth: int = 0) -> str:
        inside = "".join(self.inline() for _ in range(self.chance.randint(1, 5)))
        match self.chance.choice(["p", "p", "p", "table", "list", "numbers", "styled", "joined"]):
            case "table" if depth < 2:
                width = self.chance.choice([1, 2, 3, 12])
                return table(*(tuple(self.block(depth + 1) for _ in range(width)) for _ in range(2)))
            case "list":
                return p(inside, numbered=(1, self.chance.randint(0, 2)))
            case "numbers":
                return p(inside, numbered=(self.chance.choice([2, 3, 4]), self.chance.randint(0, 1)))
            case "styled":
                return p(inside, style=self.chance.choice(["berschrift1", "berschrift2", "Zitat", "Titel"]))
            case "joined":
                return p(inside, more="<w:rPr><w:del/></w:rPr>")
        return p(inside)

    def page(self) -> str:
        return "".join(self._piece() for _ in range(self.chance.randint(1, 60)))

    def _piece(self) -> str:
        match self.chance.choice(["open", "open", "close", "words"]):
            case "open":
                said = " ".join(self.chance.sample(ATTRIBUTES, self.chance.randint(0, 2)))
                return f"<{self.chance.choice(TAGS)} {said}>"
            case "close":
                return f"</{self.chance.choice(TAGS)}>"
        return f"{self.words()} "


def ensure_whole(given: str, read: FileText) -> None:
    said = " ".join([read.title, *blocks_of(read.body), *read.left_out])
    assert Counter(re.findall(r"w\d+z", given)) - Counter(re.findall(r"w\d+z", said)) == Counter(), given
    if read.body:
        assert problems(clean(Wording(title="T", summary="S", body=read.body))) == {}, given


def try_word(seed: int) -> None:
    made = Made(seed)
    body = [made.block() for _ in range(made.chance.randint(1, 7))]
    notes = "".join(f'<w:footnote w:id="{number}">{p("Note.")}</w:footnote>' for number in (1, 2, 3))
    ensure_whole("".join(body), read_file("a.docx", word(p("Begin."), *body, footnotes=notes)))


def try_page(seed: int) -> None:
    page = Made(seed).page()
    try:
        read = read_pasted(page)
    except Invalid:
        assert not re.search(r"w\d+z", re.sub(r"<[^>]*>", "", page)) or "hidden" in page or "<del" in page, page
        return
    ensure_whole(page, read)


def test_a_few_made_at_random() -> None:
    for seed in range(40):
        try_word(seed)
        try_page(seed)


@pytest.mark.torture
def test_thousands_made_at_random() -> None:
    for seed in range(100, 1_500):
        try_word(seed)
        try_page(seed)
