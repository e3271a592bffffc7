"""How well suggestions find what a text bears on: whole positions, short texts against TF-IDF, and time.

The short texts are in two sets, a third of each with words that point elsewhere: one was at hand while the word lists
were made, the other was written by someone who never saw them.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import positions
from signoff.assist.suggesting import CriterionWords, likeliest, suggest
from signoff.domain.principles.editions import CriterionText
from signoff.services.principles.editions import first_edition

try:
    from sklearn.feature_extraction.text import TfidfVectorizer
except ModuleNotFoundError:  # the extra `bench` is not installed
    TfidfVectorizer = None

TEXTS = Path(__file__).parent / "texts"
FIRST = 2
LIMIT = 0.1  # seconds for 2,000 words
Ranking = Callable[[str], list[str]]


def looked_for(criteria: tuple[CriterionText, ...]) -> list[CriterionWords]:
    return [CriterionWords(c.key, c.words, [(item.words, item.why) for item in c.deceptive]) for c in criteria]


def by_suggestions(criteria: tuple[CriterionText, ...]) -> Ranking:
    looked = looked_for(criteria)
    return lambda text: likeliest(suggest([text], looked))


def by_tfidf(criteria: tuple[CriterionText, ...], *, with_words: bool) -> Ranking:
    """Cosine likeness of a text and each criterion's own words, as a search engine would have it."""
    described = [
        " ".join((c.name, c.statement, *c.questions, *(c.words if with_words else ()))).replace("…", " ")
        for c in criteria
    ]
    vectorizer = TfidfVectorizer(stop_words="english", ngram_range=(1, 2), sublinear_tf=True)
    vectors = vectorizer.fit_transform(described)

    def ranking(text: str) -> list[str]:
        likeness = (vectorizer.transform([text]) @ vectors.T).toarray()[0]
        order = sorted(range(len(criteria)), key=lambda place: -likeness[place])
        return [criteria[place].key for place in order if likeness[place] > 0]

    return ranking


def texts(name: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads((TEXTS / f"{name}.json").read_text())
    return result


def right(ranking: Ranking, chosen: list[dict[str, Any]]) -> int:
    """For how many texts the right criterion is among the first two."""
    return sum(item["criterion"] in ranking(item["text"])[:FIRST] for item in chosen)


def table(name: str) -> list[str]:
    """One row for each criterion and three sums, as they stand in the docs; TF-IDF where it is installed."""
    criteria = first_edition().criteria
    ways = [by_suggestions(criteria)]
    if TfidfVectorizer is not None:
        ways += [by_tfidf(criteria, with_words=True), by_tfidf(criteria, with_words=False)]
    written = texts(name)
    groups = [(c.name, [item for item in written if item["criterion"] == c.key]) for c in criteria]
    groups += [(kind, [item for item in written if item["kind"] == kind]) for kind in ("plain", "trap")]
    groups.append(("All", written))
    labels = {"plain": "Plain texts", "trap": "Texts whose words point elsewhere"}
    return [
        f"| {labels.get(label, label)} | {len(chosen)} | " + " | ".join(str(right(way, chosen)) for way in ways) + " |"
        for label, chosen in groups
    ]


def warned(name: str) -> tuple[int, int]:
    """How many of the texts whose words point elsewhere got a warning about deceptive words, of how many."""
    looked = looked_for(first_edition().criteria)
    traps = [item for item in texts(name) if item["kind"] == "trap"]
    warnings = [any(s.deceptions for s in suggest([item["text"]], looked).values()) for item in traps]
    return sum(warnings), len(warnings)


def of_words(number: int) -> list[str]:
    """Paragraphs of about so many words, made of the texts of both sets."""
    blocks: list[str] = []
    while sum(len(block.split()) for block in blocks) < number:
        blocks += [text["text"] for name in ("seen", "unseen") for text in texts(name)][: 1 + number // 60]
    return blocks


def seconds(number: int, runs: int = 9) -> float:
    """The median time that suggestions for a text of so many words take."""
    looked, blocks, took = looked_for(first_edition().criteria), of_words(number), []
    suggest(blocks, looked)
    for _ in range(runs):
        start = time.perf_counter()
        suggest(blocks, looked)
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def whole_positions() -> None:
    """Print for each criterion how often it is shown on whole positions, and how often rightly."""
    looked = looked_for(first_edition().criteria)
    written = positions.labeled_positions()
    print(f"{len(written)} whole positions (seed {positions.SEED}): bearing on it, shown, rightly, precision, recall")
    print("\n".join(positions.table(lambda blocks: suggest(blocks, looked))))
    warned_about, traps, needlessly, others = positions.warnings(lambda blocks: suggest(blocks, looked), written)
    print(f"warned where words deceive: {warned_about} of {traps}; needlessly: {needlessly} of {others} other texts")
    for what, later in positions.written_after_the_rest().items():
        warned_about, traps, *_ = positions.warnings(lambda blocks: suggest(blocks, looked), later)
        print(f"of the {what} texts with such words, warned about {warned_about} of {traps}")
    print()


def main() -> None:
    whole_positions()
    for name, what in (("seen", "Texts at hand while the lists were made"), ("unseen", "Texts never seen before")):
        print(f"{what}: right criterion among the first two")
        print("| | texts | suggestions | TF-IDF with the word lists | TF-IDF without |")
        print("|---|---|---|---|---|")
        print("\n".join(table(name)))
        some, traps = warned(name)
        print(f"warned about deceptive words: {some} of {traps} texts whose words point elsewhere\n")
    for number in (2_000, 15_000):
        took = seconds(number)
        print(f"{number:>6,} words: {took * 1000:6.1f} ms, {took / LIMIT:.2f} of the limit for 2,000 words")


if __name__ == "__main__":
    main()
