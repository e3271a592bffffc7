"""How long the differences of two versions take, beside Python's own difflib in the same run.

Run with `make bench`. The text has 5,000 words in paragraphs of 60; some of its words are changed. difflib is given
the words of the whole text, without paragraphs.
"""

import difflib
import random
import re
import time
from collections.abc import Callable

from signoff.domain.diff import changes
from signoff.domain.positions.text import Wording

WORDS = 5_000
PARAGRAPH = 60
CHANGED = (10, 100, 1_000)
ROUNDS = 5
VOCABULARY = [
    f"{start}{end}" for start in ("scho", "fam", "you", "com", "fun", "lea") for end in ("ol", "ily", "th", "mon")
]


def main() -> None:
    chance = random.Random(5)
    words = [chance.choice(VOCABULARY) for _ in range(WORDS)]
    before = _text(words)
    print(f"{'words changed':>14} {'ours ms':>9} {'difflib ms':>11} {'ratio':>7}")
    for number in CHANGED:
        other = list(words)
        for index in chance.sample(range(WORDS), number):
            other[index] = "otherwise"
        after = _text(other)
        ours = _seconds(lambda after=after: changes.__wrapped__(Wording(body=before), Wording(body=after)))
        theirs = _seconds(lambda after=after: _by_difflib(before, after))
        print(f"{number:>14} {ours * 1000:>9.2f} {theirs * 1000:>11.1f} {theirs / ours:>6.0f}x")


def _text(words: list[str]) -> str:
    return "\n\n".join(" ".join(words[at : at + PARAGRAPH]) for at in range(0, WORDS, PARAGRAPH))


def _by_difflib(before: str, after: str) -> None:
    matcher = difflib.SequenceMatcher(
        None, re.findall(r"\s+|\w+|[^\w\s]", before), re.findall(r"\s+|\w+|[^\w\s]", after)
    )
    matcher.get_opcodes()


def _seconds(act: "Callable[[], object]") -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    main()
