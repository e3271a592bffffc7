"""Lists as they are typed in a form: one entry a line, words that deceive with a colon before the reason."""

from collections.abc import Sequence

from signoff.domain.principles.editions import Deceptive


def lines_of(typed: str) -> list[str]:
    """The lines of a field; the domain cleans and judges them."""
    return typed.splitlines()


def typed_deceptive(typed: str) -> list[Deceptive]:
    """Each line's words before its first colon, and the reason after it; empty lines are left out."""
    parts = (line.partition(":") for line in typed.splitlines() if line.strip())
    return [Deceptive(words.strip(), why.strip()) for words, _, why in parts]


def deceptive_lines(listed: Sequence[Deceptive]) -> str:
    """The same as it is typed."""
    return "\n".join(f"{item.words}: {item.why}" for item in listed)
