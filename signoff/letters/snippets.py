"""Sentences that several letters share: whose a link is, from when an address answers, what changed, who helps."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from signoff.domain.diff import WordRun
from signoff.domain.phrasing import counted, enumerated
from signoff.domain.positions.changes import ChangedSentence, changed_sentences
from signoff.domain.positions.text import Wording
from signoff.letters.base import PartnerLetter
from signoff.letters.blocks import Block, Changes, Paragraph, Quoted
from signoff.models import Version
from signoff.services.rounds.previous_versions import KnownVersion

_AROUND = 60  # characters of unchanged words shown on either side of a change
_LONGEST_CHANGE = 150  # characters of a change at its beginning and at its end


_CAME_TO = {
    "approved": "approved",
    "declined": "declined",
    "abstained": "abstained",
    "withdrawn": "withdrew",
    "contested": "contested an answer",
    "removed": "with the name removed",
    "unanswered": "did not answer",
    "superseded": "did not answer",
    "recalled": "did not answer",
    "waiting": "not answered yet",
    "undeliverable": "not reached",
    "dropped": "no longer asked",
}


def answers_in_words(tally: Mapping[str, int]) -> str:
    """How many partners said what: “six approved, one declined and three did not answer”, all in figures if one is."""
    came_to = [(tally[status], words) for status, words in _CAME_TO.items() if tally.get(status)]
    if all(number <= 10 for number, _ in came_to):
        return enumerated([counted(number, words, words) for number, words in came_to])
    return enumerated([f"{number:,} {words}" for number, words in came_to])


def yours_alone(letter: PartnerLetter) -> Paragraph:
    """What a link means to its holder, and whom to ask."""
    return Paragraph(
        f"This link is for you alone, so please do not forward it. {letter.organization} is named only if you approve. "
        "Not answering is never counted as approval. To reach a person at the Coalition, reply to this email."
    )


def waits(letter: PartnerLetter, answers_from: datetime | None) -> list[Block]:
    """From when on a new address answers, and why not at once; nothing for addresses that may."""
    if answers_from is None:
        return []
    return [
        Paragraph(
            f"Your email address is new to us. You can answer starting {letter.in_full(answers_from)}, or sooner if a "
            "second member of the Coalition's staff confirms it."
        )
    ]


def what_changed(known: KnownVersion, version: Version, organization: str) -> list[Block]:
    """What changed since the version that this partner knows: the drafters' notes, then the first sentences."""
    before = known.version.number
    if not known.changes:
        return [
            Paragraph(
                f"The text is the same as in version {before}. Only a new answer counts for version {version.number}."
            )
        ]
    has_changed = (
        f"The text has changed since version {before}, which {organization} approved. That approval does not count for "
        f"version {version.number}."
        if known.approved
        else f"The text has changed since version {before}, which we asked {organization} about."
    )
    return [*_with_notes(has_changed, known), *_first_changes(known.version.wording, version.wording)]


def _with_notes(has_changed: str, known: KnownVersion) -> list[Block]:
    if not known.notes:
        return [Paragraph(has_changed)]
    lead = "What changed, in the words of the Coalition's staff:"
    return [Paragraph(f"{has_changed} {lead}"), Quoted("\n".join(known.notes))]


# The letters of a round say the same changes, since most partners know the same version.
@lru_cache(maxsize=64)
def _first_changes(before: Wording, after: Wording) -> tuple[Block, ...]:
    sentences, more = changed_sentences(before, after)
    if not sentences:
        return (Paragraph("No words have changed, only the formatting, such as emphasis or headings."),)
    changes = Changes(tuple(_excerpt(sentence) for sentence in sentences))
    return (changes, Paragraph(f"Your page shows {counted(more, 'more change')}.")) if more else (changes,)


def _excerpt(sentence: ChangedSentence) -> ChangedSentence:
    """The sentence without the middle of its long runs."""
    first, last = sentence.runs[0], sentence.runs[-1]
    runs = (WordRun(run.kind, _cut(run, run is first, run is last)) for run in sentence.runs)
    return replace(sentence, runs=tuple(runs))


def _cut(run: WordRun, is_first: bool, is_last: bool) -> str:
    text, longest = run.text, _AROUND if run.kind == "same" else _LONGEST_CHANGE
    if len(text) <= 2 * longest:
        return text
    start = "" if is_first and run.kind == "same" else text[:longest].rsplit(" ", 1)[0]
    end = "" if is_last and run.kind == "same" else text[-longest:].split(" ", 1)[-1]
    return f"{start} … {end}"
