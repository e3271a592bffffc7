"""Invented policy positions, labeled for the first edition's nine criteria before its word lists were changed.

A seed divides the first sixty into a half that lists were improved on, and a half that only measured them; what was
written later measured what was changed after that. By now the lists have been improved on all of them.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signoff.assist.suggesting import Suggestion
from signoff.services.principles.editions import first_edition

SEED = 3  # the first for which the halves differ by two texts at most for each criterion
FIRST, SECOND = 60, 81  # texts written before the lists were first, and were last, improved
LETTERS = {
    "V": "vision",
    "M": "mission",
    "P": "public_education",
    "E": "equity",
    "L": "learning_and_development",
    "C": "community_engagement",
    "F": "family_engagement",
    "Y": "youth_leadership_and_engagement",
    "R": "results_driven_partnership",
}
Suggesting = Callable[[Sequence[str]], Mapping[str, Suggestion]]


@dataclass(frozen=True)
class LabeledPosition:
    """One text: its title and paragraphs, the criteria it bears on, and those that words of it wrongly point to."""

    number: str
    blocks: tuple[str, ...]
    bears_on: frozenset[str]
    traps: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Count:
    """For one criterion: on how many texts it was shown, on how many of these rightly, and how many bear on it."""

    shown: int
    right: int
    bearing: int

    @property
    def precision(self) -> float:
        """The share of texts it was shown on that bear on it."""
        return self.right / self.shown if self.shown else 0.0

    @property
    def recall(self) -> float:
        """The share of texts that bear on it that it was shown on."""
        return self.right / self.bearing if self.bearing else 0.0


def labeled_positions() -> list[LabeledPosition]:
    """All of them, in their order."""
    return _read("positions.txt")


def short_positions() -> list[LabeledPosition]:
    """Texts of 50 to 100 words, labeled and counted once before the lists were changed again."""
    return _read("short_positions.txt")


def trap_positions() -> list[LabeledPosition]:
    """Texts of 50 to 110 words, all with words that deceive, counted once before lists warned more."""
    return _read("trap_positions.txt")


def mixed_positions() -> list[LabeledPosition]:
    """Texts of 60 to 140 words, most with words that deceive, counted once before the lists last changed."""
    return _read("mixed_positions.txt")


def writers_positions() -> list[LabeledPosition]:
    """Texts of 70 to 120 words in the manner of many kinds of writers, the first twenty with words that deceive."""
    return _read("writers_positions.txt")


def second_writers_positions() -> list[LabeledPosition]:
    """Twenty more of the kind, the first ten with words that deceive, counted once after the lists warned more."""
    return _read("second_writers_positions.txt")


def genre_positions() -> list[LabeledPosition]:
    """Thirty texts of ten kinds, from a memo to a ballot statement, counted before their writer saw the lists."""
    return _read("genre_positions.txt")


def learning_positions() -> list[LabeledPosition]:
    """Twenty about learning or with its words elsewhere, counted before their writer saw the lists."""
    return _read("learning_positions.txt")


def written_after_the_rest() -> dict[str, list[LabeledPosition]]:
    """The sets that hold mostly texts with words that deceive, by what the benchmark calls them."""
    return {
        "trap": trap_positions(),
        "mixed": mixed_positions(),
        "writers'": writers_positions(),
        "second writers'": second_writers_positions(),
        "genre": genre_positions(),
        "learning": learning_positions(),
    }


def _read(name: str) -> list[LabeledPosition]:
    written = (Path(__file__).parent / "texts" / name).read_text()
    return [_position(part.strip()) for part in written.split("\n@ ") if part.strip()]


def _position(written: str) -> LabeledPosition:
    head, title, *rest = written.removeprefix("@ ").split("\n")
    number, bears_on, traps = (part.strip() for part in head.split("|"))
    pointing = (part.split(":") for part in traps.split(";") if part)
    return LabeledPosition(
        number,
        (title, *(line for line in rest if line)),
        frozenset(LETTERS[letter] for letter in bears_on.split()),
        {LETTERS[letter.strip()]: tuple(word.strip() for word in words.split(",")) for letter, words in pointing},
    )


def halves() -> tuple[list[LabeledPosition], list[LabeledPosition]]:
    """The half for improving lists and the held-out half: each has as many texts that bear on nothing as others."""
    chance = random.Random(SEED)
    development: list[LabeledPosition] = []
    held_out: list[LabeledPosition] = []
    for bears in (True, False):
        kind = [item for item in labeled_positions()[:FIRST] if bool(item.bears_on) is bears]
        chance.shuffle(kind)
        development += kind[: len(kind) // 2]
        held_out += kind[len(kind) // 2 :]
    return development, held_out


def written_later() -> list[LabeledPosition]:
    """Texts labeled after the held-out half had been counted once and before the lists were changed again."""
    return labeled_positions()[FIRST:SECOND]


def written_last() -> list[LabeledPosition]:
    """Texts labeled after those had been counted once too, and before the last change of the lists."""
    return labeled_positions()[SECOND:]


def counts(suggesting: Suggesting, positions: Iterable[LabeledPosition]) -> dict[str, Count]:
    """For each criterion how often passages were shown for it, and how often rightly."""
    shown = [(item, {key for key, one in suggesting(item.blocks).items() if one.passages}) for item in positions]
    return {
        key: Count(
            shown=sum(key in keys for _, keys in shown),
            right=sum(key in keys and key in item.bears_on for item, keys in shown),
            bearing=sum(key in item.bears_on for item, _ in shown),
        )
        for key in LETTERS.values()
    }


def table(suggesting: Suggesting) -> list[str]:
    """One row for each criterion as it stands in the docs: texts, those it is shown on, rightly, precision, recall."""
    counted = counts(suggesting, labeled_positions())
    return [
        f"| {criterion.name} | {count.bearing} | {count.shown} | {count.right}"
        f" | {count.precision:.2f} | {count.recall:.2f} |"
        for criterion in first_edition().criteria
        for count in (counted[criterion.key],)
    ]


def warnings(suggesting: Suggesting, positions: Iterable[LabeledPosition]) -> tuple[int, int, int, int]:
    """Texts with a trap that were warned about where it points, of how many; and others warned about, of how many."""
    traps = others = warned = needlessly = 0
    for item in positions:
        deceived = {key for key, one in suggesting(item.blocks).items() if one.deceptions}
        if item.traps:
            traps, warned = traps + 1, warned + bool(deceived & set(item.traps))
        else:
            others, needlessly = others + 1, needlessly + bool(deceived)
    return warned, traps, needlessly, others
