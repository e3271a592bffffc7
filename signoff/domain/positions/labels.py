"""Labels of items in a list that are words of the text, such as “(a)”, “iv.” or “2.1”, and how they count."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Count:
    """A label as word processors count it: its number, in which form they call so, and what stands around it."""

    number: int
    form: str
    before: str = ""
    after: str = ""


def label_of(words: str) -> str:
    """The label that words begin with, where more words follow; empty without one."""
    found = _LABEL.match(words)
    return found[0] if found and len(found[0]) <= _LONGEST_LABEL and _readings(found[0]) else ""


def are_labels(labels: Sequence[str]) -> bool:
    """Whether what all items of one list begin with are labels, and not initials or amounts.

    Within brackets and plain numbers they always are; others have to count on, or to begin again.
    """
    doubtful = [label for label in labels if not _CERTAIN.fullmatch(label)]
    return bool(labels) and all(labels) and all(run[0].number == 1 for run in list(counted(doubtful))[1:])


def counted(labels: Sequence[str]) -> Iterator[list[Count]]:
    """Labels in runs, each as long as it can be, that count on by one in the same form."""
    at = 0
    while at < len(labels):
        run = max((_run(labels, at, first) for first in _readings(labels[at])), key=len)
        yield run
        at += len(run)


def formatted(number: int, form: str) -> str:
    """A number as a list shows it: in figures, letters or Roman numerals."""
    match form:
        case "lowerLetter" | "upperLetter" if number > 0:
            result = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        case "lowerRoman" | "upperRoman" if 0 < number < 4000:
            result = _roman(number)
        case "none":
            result = ""
        case _:
            result = str(number)
    return result.upper() if form.startswith("upper") else result


@dataclass
class OpenLists:
    """The lists that are open while the HTML of a text is read, and what stands before their items."""

    _counts: list[tuple[int, str] | None] = field(default_factory=list)  # the last number and what ends it; or bullets

    def begin(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Open a list, "ul" or "ol"."""
        end = ")" if attributes.get("class") == "closed" else "."
        self._counts.append((int(attributes.get("start") or 1) - 1, end) if tag == "ol" else None)

    def item(self, attributes: Mapping[str, str | None]) -> str:
        """The mark of the next item of the innermost list; empty where its own words begin with a label."""
        if (last := self._counts[-1]) is not None:
            self._counts[-1] = (last[0] + 1, last[1])
            return f"{last[0] + 1}{last[1]}"
        return "" if attributes.get("class") == "labeled" else "•"

    def end(self) -> None:
        """Close the innermost list."""
        self._counts.pop()


def _run(labels: Sequence[str], at: int, first: Count) -> list[Count]:
    run = [first]
    while at + len(run) < len(labels):
        follows = replace(first, number=first.number + len(run))
        if follows not in _readings(labels[at + len(run)]):
            break
        run.append(follows)
    return run


def _readings(label: str) -> list[Count]:
    pieces = _PIECES.fullmatch(label)
    if pieces is None:
        return []
    found = ((form, numbers.get(pieces["number"])) for form, numbers in _NUMBERS.items())
    return [Count(number, form, pieces["before"], pieces["after"]) for form, number in found if number]


_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


def _roman(number: int) -> str:
    result = ""
    for worth, letters in _ROMAN:
        result += letters * (number // worth)
        number %= worth
    return result


# One number behind a bracket, or before one or a period; or several parts, of which one has figures.
_PIECES = re.compile(r"(?P<before>\(?(?:[A-Za-z0-9]{1,4}\.)*)(?P<number>[A-Za-z]{1,7}|[0-9]{1,3})(?P<after>[.)]?)")
_LABEL = re.compile(
    r"(?:\([A-Za-z0-9]+\)|[A-Za-z0-9]+[.)]|(?=[A-Za-z.]*[0-9])(?:[A-Za-z0-9]+\.)+[A-Za-z0-9]+[.)]?)(?=\s)"
)
_CERTAIN = re.compile(r".*\)|[0-9]+\.")
_LONGEST_LABEL = 16  # characters; what is longer is no label, and could not stand before its item
# What stands for a number in each form, as far as lists of a text go.
_LONGEST = {"decimal": 999, "lowerRoman": 49, "upperRoman": 49, "lowerLetter": 52, "upperLetter": 52}
_NUMBERS = {form: {formatted(number, form): number for number in range(1, last + 1)} for form, last in _LONGEST.items()}
