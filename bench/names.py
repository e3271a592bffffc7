"""How often the search for names stops an ordinary text, and how many real mentions it finds.

The register and the texts stand in bench/names/: names of real education organizations, ordinary texts that use their
words, letters that mention them. The halves called unseen were written before the search and read only to be counted.
"""

import json
import sys
import time
from pathlib import Path

from signoff.domain.partners.mentions import all_passages_naming

HERE = Path(__file__).parent / "names"
NAMES = HERE.joinpath("register.txt").read_text().splitlines()


def passages(text: str) -> "list[object]":
    return all_passages_naming([text], [(name, name) for name in NAMES])


def ordinary(half: str, show: bool) -> tuple[int, int, int]:
    texts = HERE.joinpath(f"ordinary_{half}.txt").read_text().splitlines()
    stops = lists = 0
    for text in texts:
        result = passages(text)
        written = [item for item in result if item.written]
        stops += bool(written)
        lists += bool(result) and not written
        for item in written if show else ():
            print(f"  false stop: {item.name} in {item.words}")
    return len(texts), stops, lists


def letters(half: str, show: bool) -> tuple[int, int, int]:
    wanted = held = listed = 0
    for letter in json.loads(HERE.joinpath(f"letters_{half}.json").read_text()):
        result = passages(letter["text"])
        written, any_spelling = {item.partner for item in result if item.written}, {item.partner for item in result}
        for name in letter["mentions"]:
            wanted, held, listed = wanted + 1, held + (name in written), listed + (name in any_spelling)
            if show and name not in any_spelling:
                print(f"  missed: {name} in {letter['text']}")
        for name in any_spelling - set(letter["mentions"]) if show else ():
            print(f"  also {'held' if name in written else 'listed'}: {name} in {letter['text'][:60]}…")
    return wanted, held, listed


def main() -> None:
    show = "--quiet" not in sys.argv
    print(f"{len(NAMES)} names")
    for half in ("seen", "unseen"):
        total, stops, lists = ordinary(half, show)
        print(f"{half}: of {total} ordinary texts {stops} stopped, {lists} with words to tick")
        wanted, held, result = letters(half, show)
        print(f"{half}: of {wanted} real mentions {result} found, {held} of them hold the text")
    many = [f"{name} of district {number}" for number in range(25) for name in NAMES][:10_000]
    text = "\n\n".join(HERE.joinpath("ordinary_seen.txt").read_text().splitlines() * 17)
    for run in ("first", "again"):
        began = time.perf_counter()
        passages_of_many = all_passages_naming([text], [(name, name) for name in many])
        took = time.perf_counter() - began
        print(f"{len(many)} names against {len(text):,} letters, {run}: {took:.2f} s, {len(passages_of_many)} found")


if __name__ == "__main__":
    main()
