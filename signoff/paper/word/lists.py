"""The lists of a Word file: bullets, and numbers or letters that begin where each list says."""

from collections.abc import Sequence

from signoff.domain.positions.labels import Count, counted
from signoff.paper.word.markup import NAMESPACE, element

BULLETS, _NUMBERS = 1, 2
DEEPEST = 8  # Word knows nine levels; what is nested deeper stands on the last, set in by itself
STEP = 360  # twips for each level
_ROOM = 120  # twips more, for labels that are wider than a number
# Word counts no further; what goes on beyond has its numbers as words.
LAST_NUMBER = 32_767
_DOTS = ("•", "–", "▪")
_Looks = tuple[str, str, str]  # how a list counts, and what stands before and after each number
_PLAIN: _Looks = ("decimal", "", ".")


class Numbering:
    """Collects the numbered lists of a file; each begins by itself."""

    def __init__(self) -> None:
        self._begun: list[tuple[int, int, int]] = []
        self._kinds = {_PLAIN: _NUMBERS}

    def begin(self, level: int, start: int, *, end: str = ".") -> int:
        """A new numbered list at a level, from a number on, with what ends each number; its id."""
        return self._begin(level, Count(start, "decimal", after=end))

    def labeled(self, level: int, labels: Sequence[str]) -> list[int]:
        """The list of each item with one of these labels, which Word counts; a new one wherever they begin again."""
        return [of for run in counted(labels) for of in [self._begin(level, run[0])] * len(run)]

    def _begin(self, level: int, first: Count) -> int:
        kind = self._kinds.setdefault((first.form, first.before, first.after), _NUMBERS + len(self._kinds))
        self._begun.append((kind, level, first.number))
        return _NUMBERS + len(self._begun)

    def part(self) -> str:
        """The part `numbering.xml`."""
        kinds = [_kind(BULLETS, ("bullet", "", "")), *(_kind(number, looks) for looks, number in self._kinds.items())]
        lists = [element("num", element("abstractNumId", val=kind), numId=kind) for kind in (BULLETS, _NUMBERS)]
        for number, (kind, level, start) in enumerate(self._begun, _NUMBERS + 1):
            begins = element("lvlOverride", element("startOverride", val=start), ilvl=level)
            lists.append(element("num", element("abstractNumId", val=kind) + begins, numId=number))
        return f'<w:numbering xmlns:w="{NAMESPACE}">{"".join(kinds + lists)}</w:numbering>'


def _kind(number: int, looks: _Looks) -> str:
    levels = "".join(_level(level, looks) for level in range(DEEPEST + 1))
    return element("abstractNum", element("multiLevelType", val="hybridMultilevel") + levels, abstractNumId=number)


def _level(level: int, looks: _Looks) -> str:
    form, before, after = looks
    mark = _DOTS[level % len(_DOTS)] if form == "bullet" else f"{before}%{level + 1}{after}"
    more = 0 if form == "bullet" or looks == _PLAIN else _ROOM
    return element(
        "lvl",
        element("start", val=1)
        + element("numFmt", val=form)
        + element("lvlText", val=mark)
        + element("lvlJc", val="left")
        + element("pPr", element("ind", left=STEP * (level + 1) + more, hanging=STEP + more)),
        ilvl=level,
    )
