"""The lists of a Word file: bullets, and numbers that begin where each list says."""

from signoff.paper.word.markup import NAMESPACE, element

BULLETS, _NUMBERS = 1, 2
DEEPEST = 8  # Word knows nine levels; what is nested deeper stands on the last, set in by itself
STEP = 360  # twips for each level
# Word counts no further; what goes on beyond has its numbers as words.
LAST_NUMBER = 32_767
_DOTS = ("•", "–", "▪")


class Numbering:
    """Collects the numbered lists of a file; each begins by itself."""

    def __init__(self) -> None:
        self._begun: list[tuple[int, int]] = []

    def begin(self, level: int, start: int) -> int:
        """A new numbered list at a level, from a number on; its id."""
        self._begun.append((level, start))
        return _NUMBERS + len(self._begun)

    def part(self) -> str:
        """The part `numbering.xml`."""
        kinds = [_kind(BULLETS, "bullet"), _kind(_NUMBERS, "decimal")]
        lists = [element("num", element("abstractNumId", val=kind), numId=kind) for kind in (BULLETS, _NUMBERS)]
        for number, (level, start) in enumerate(self._begun, _NUMBERS + 1):
            begins = element("lvlOverride", element("startOverride", val=start), ilvl=level)
            lists.append(element("num", element("abstractNumId", val=_NUMBERS) + begins, numId=number))
        return f'<w:numbering xmlns:w="{NAMESPACE}">{"".join(kinds + lists)}</w:numbering>'


def _kind(number: int, form: str) -> str:
    levels = "".join(_level(level, form) for level in range(DEEPEST + 1))
    return element("abstractNum", element("multiLevelType", val="hybridMultilevel") + levels, abstractNumId=number)


def _level(level: int, form: str) -> str:
    mark = _DOTS[level % len(_DOTS)] if form == "bullet" else f"%{level + 1}."
    return element(
        "lvl",
        element("start", val=1)
        + element("numFmt", val=form)
        + element("lvlText", val=mark)
        + element("lvlJc", val="left")
        + element("pPr", element("ind", left=STEP * (level + 1), hanging=STEP)),
        ilvl=level,
    )
