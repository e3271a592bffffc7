"""How many spellings of one organization are asked about, and how many names of different ones falsely.

The pairs in bench/names/ say whether two names are the same organization, an affiliate of the other, or different. All
were written before the matching; it was mended by the misses of those called seen.
"""

import csv
import sys
from pathlib import Path

from signoff.domain.partners.name_conflicts import likeness

HERE = Path(__file__).parent / "names"


def counted(half: str, show: bool = False) -> tuple[int, int, int, int]:
    """Pairs that are the same, how many of them are found; pairs that are different, how many are asked about."""
    same = found = different = asked = 0
    for one, other, label in csv.reader(HERE.joinpath(f"pairs_{half}.csv").read_text().splitlines()):
        is_asked = likeness(one, other) is not None
        if label == "same":
            same, found = same + 1, found + is_asked
        elif label == "different":
            different, asked = different + 1, asked + is_asked
        if show and ((label == "same" and not is_asked) or (label == "different" and is_asked)):
            print(f"  {'missed' if label == 'same' else 'asked falsely'}: {one} | {other}")
    return same, found, different, asked


def main() -> None:
    for half in ("seen", "unseen"):
        same, found, different, asked = counted(half, show="--quiet" not in sys.argv and half == "seen")
        print(f"{half}: of {same} pairs that are the same {found} are found ({found / same:.0%});")
        print(f"{half}: of {different} that are different {asked} are asked about ({asked / different:.0%})")


if __name__ == "__main__":
    main()
