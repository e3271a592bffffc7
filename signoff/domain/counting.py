"""Counts as people write them: in words up to ten."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: “no partners”, “one partner”, “eleven” as “11 partners”."""
    word = _WORDS[number] if 0 <= number <= 10 else f"{number:,}"
    return f"{word} {one if number == 1 else many or one + 's'}"
