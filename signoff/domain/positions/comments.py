"""Comments: hung on a passage of one version, and what became of them."""

from enum import StrEnum

from signoff.domain.text_input import text_problem

LONGEST_COMMENT = 4_000
LONGEST_QUOTE = 2_000


class CommentOutcome(StrEnum):
    """What staff did about a comment."""

    TAKEN_UP = "taken_up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not_taken_up"


OUTCOME_WORDS = {
    CommentOutcome.TAKEN_UP: "taken up",
    CommentOutcome.PARTLY: "taken up in part",
    CommentOutcome.NOT_TAKEN_UP: "not taken up",
}


def times_in(quote: str, text: str) -> int:
    """How often a quoted passage stands in a text; line breaks and runs of spaces are forgiven."""
    squeezed = " ".join(quote.split())
    return " ".join(text.split()).count(squeezed) if squeezed else 0


def comment_problems(quote: str, comment: str, texts: "tuple[str, ...]") -> dict[str, str]:
    """What is wrong with a cleaned comment: nothing said, or a quotation that is not in the text.

    `texts` are the version's title, summary and body, as typed and as read.
    """
    errors = {
        "comment": text_problem(comment, longest=LONGEST_COMMENT),
        "quote": text_problem(quote, longest=LONGEST_QUOTE, needed=False),
    }
    if quote and not errors["quote"] and not any(times_in(quote, text) for text in texts):
        errors["quote"] = "These words are not in the text. Copy them word for word, or leave this empty."
    return {field: sentence for field, sentence in errors.items() if sentence}
